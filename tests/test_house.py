"""The house rules, read from the sources: arrows point downwards, the core is pure, each library
lives in one room."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from maildesk.desk.mails.registry import MAILS

ROOT = Path(__file__).parent.parent / "maildesk"
# From the ground up; rooms on one line do not know each other. A module beside the rooms is a room
# of its own.
FLOORS = (
    ("stream",),
    ("errors", "log", "disk", "__init__"),
    ("kick", "heartbeat"),
    ("mail",),
    ("desk",),
    ("config", "store"),
    ("storage", "oauth", "lookup"),
    ("intake", "views"),
    ("ingress", "egress"),
    ("pipeline", "reports"),
    ("web", "measuring"),
    ("roles",),
    ("daemon",),
    ("setup",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: n for n, rooms in enumerate(FLOORS) for room in rooms}
DOORS = ("ingress", "egress", "web")
# What the core may name besides itself: words, numbers, time zones; nothing that reads a clock, a
# file or a socket.
PURE_STANDARD = frozenset((
    "__future__", "base64", "binascii", "bisect", "codecs", "collections", "contextlib",
    "dataclasses", "datetime", "difflib", "email", "enum", "functools", "hashlib", "heapq", "hmac",
    "html", "ipaddress", "itertools", "math", "operator", "re", "string", "struct", "types",
    "typing", "unicodedata", "urllib", "zoneinfo",
))  # fmt: skip
PURE_LIBRARIES = {
    "mail": frozenset(
        {
            "mailparser",
            "charset_normalizer",
            "icalendar",
            "nh3",
            "selectolax",
            "inscriptis",
            "markdown_it",
            "quotequail",
            "tnefparse",
        }
    ),
    "desk": frozenset[str](),
}
IMPURE_NAMES = frozenset({"urllib.request", "urllib.error", "email.utils.localtime"})
IMPURE_CALLS = frozenset({"now", "utcnow", "today"})  # of datetime and date
ONE_ROOM = {
    "mailparser": "mail",
    "icalendar": "mail",
    "aiosmtpd": "ingress",
    "imapclient": "ingress",
    "smtplib": "egress",
    "dkim": "egress, ingress",  # signs on the way out, is checked on the way in
    "authlib": "oauth",
    "httpx2": "oauth, egress, setup, lookup",  # tokens, Microsoft Graph, autoconfig, customers
    "dns": "setup",
    "defusedxml": "setup",
    "dramatiq": "pipeline",
    "fastapi": "web",
    "starlette": "web",
    "uvicorn": "web",
    "python_multipart": "web",
    "anyio": "web",
    "alembic": "store",
    "sqlalchemy": "store",
    "psycopg": "store",
    "sqlite3": "store",
    "ruamel": "config",
    "jinja2": "config",
    "nh3": "mail",
    "markdown_it": "mail",
}
# plays the customer and the agent: it sends as a mail program does, not as the desk
OWN_CLIENT = "commands/demo.py"
LONGEST_FILE, LONGEST_FUNCTION, MOST_MODULES = 400, 60, 20


@dataclass(frozen=True)
class Named:
    """One import: where, what, and whether it is there for the type checker alone."""

    file: Path
    line: int
    module: str
    for_types: bool

    @property
    def room(self) -> str:
        return room_of(self.file)

    def __str__(self) -> str:
        return f"maildesk/{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(
        (file, ast.parse(file.read_text(encoding="utf-8"))) for file in sorted(ROOT.rglob("*.py"))
    )


@cache
def imports() -> tuple[Named, ...]:
    return tuple(
        named for file, tree in sources() for named in _imports(file, tree, for_types=False)
    )


def _imports(file: Path, node: ast.AST, *, for_types: bool) -> Iterator[Named]:
    if isinstance(node, ast.Import):
        yield from (Named(file, node.lineno, alias.name, for_types) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{file}:{node.lineno}: name the whole module"
        yield from (
            Named(file, node.lineno, f"{node.module}.{alias.name}", for_types)
            for alias in node.names
        )
    for child in ast.iter_child_nodes(node):
        inside = (
            isinstance(node, ast.If)
            and isinstance(node.test, ast.Name)
            and node.test.id == "TYPE_CHECKING"
        )
        yield from _imports(file, child, for_types=for_types or inside)


def ours(named: Named) -> str | None:
    """The room that an import of our own names."""
    parts = named.module.split(".")
    return parts[1] if parts[0] == "maildesk" and len(parts) > 1 else None


def found(wrong: Iterator[Named]) -> str:
    return "\n".join(dict.fromkeys(str(named) for named in wrong))


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(file) for file, _ in sources()}
    assert rooms <= set(FLOOR)
    assert {"mail", "desk", "store", "pipeline"} <= rooms


def test_arrows_point_downwards() -> None:
    def upwards() -> Iterator[Named]:
        for named in imports():
            room = ours(named)
            if room in FLOOR and room != named.room and FLOOR[room] >= FLOOR[named.room]:
                yield named

    assert not found(upwards())


def test_files_make_no_circle() -> None:
    assert circles() == []


def test_a_circle_would_be_found() -> None:
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]


def circles() -> list[set[str]]:
    """Files that import each other, in however many steps, be it for the type checker alone."""
    modules = {module_of(file) for file, _ in sources()}
    arrows: dict[str, set[str]] = defaultdict(set)
    for named in imports():
        target = named.module if named.module in modules else named.module.rpartition(".")[0]
        if target in modules - {module_of(named.file)}:
            arrows[module_of(named.file)].add(target)
    return cycle_in(arrows)


def cycle_in(arrows: Mapping[str, set[str]]) -> list[set[str]]:
    """Every set of names that can all be reached from each other."""

    def reached(start: str) -> set[str]:
        found, waiting = set[str](), [start]
        while waiting:
            new = arrows.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    far = {name: reached(name) for name in arrows}
    found = {
        frozenset(other for other in to if name in far.get(other, ())) for name, to in far.items()
    }
    return [set(one) for one in found if one]


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(("maildesk", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def test_the_doors_never_know_each_other() -> None:
    assert not found(
        n for n in imports() if n.room in DOORS and ours(n) in DOORS and ours(n) != n.room
    )


@pytest.mark.parametrize("room", ["mail", "desk"])
def test_the_core_names_nothing_of_the_world(room: str) -> None:
    allowed = PURE_STANDARD | PURE_LIBRARIES[room] | {"maildesk"}
    below = {"mail": {"mail", "errors"}, "desk": {"desk", "mail", "errors"}}[room]

    def strangers() -> Iterator[Named]:
        for named in imports():
            if named.room != room:
                continue
            inside = ours(named)
            worldly = named.module.partition(".")[0] not in allowed or named.module.startswith(
                tuple(IMPURE_NAMES)
            )
            if worldly or (inside is not None and inside not in below):
                yield named

    assert not found(strangers())


@pytest.mark.parametrize("room", ["mail", "desk"])
def test_the_core_reads_no_clock_and_opens_no_file(room: str) -> None:
    wrong = []
    for file, tree in sources():
        if room_of(file) != room:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            on = (
                called.value.id
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)
                else ""
            )
            clock = (
                isinstance(called, ast.Attribute)
                and called.attr in IMPURE_CALLS
                and on in ("datetime", "date")
            )
            if clock or (isinstance(called, ast.Name) and called.id in ("open", "print", "input")):
                wrong.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


@pytest.mark.parametrize(("library", "room"), ONE_ROOM.items())
def test_each_library_is_named_in_one_room(library: str, room: str) -> None:
    def elsewhere() -> Iterator[Named]:
        for named in imports():
            is_client = library == "smtplib" and str(named.file.relative_to(ROOT)) == OWN_CLIENT
            is_elsewhere = named.room not in room.split(", ")
            if (
                named.module.partition(".")[0] == library
                and is_elsewhere
                and not named.for_types
                and not is_client
            ):
                yield named

    assert not found(elsewhere())


def test_the_command_line_alone_names_typer() -> None:
    assert not found(
        n
        for n in imports()
        if n.module.partition(".")[0] == "typer" and n.room not in ("commands", "cli")
    )


def test_types_of_the_database_are_named_by_the_pipeline_alone() -> None:
    rooms = {n.room for n in imports() if n.module.startswith("sqlalchemy") and n.for_types}
    assert rooms <= {"pipeline", "store"}


def test_every_mail_goes_out_by_one_door() -> None:
    # the second sends the desk's test mails to itself, without the database; what those of the
    # pages make comes in, as a customer's
    pages = ("web/replies.py", "web/stars.py", "web/portal/typed.py")
    doors = ("pipeline/letters/outgoing.py", "measuring/probe.py", *pages)
    names = ("maildesk.mail.compose.outgoing.compose", "maildesk.mail.compose.outgoing.composed")

    def others() -> Iterator[Named]:
        for named in imports():
            if named.module in names and str(named.file.relative_to(ROOT)) not in doors:
                yield named

    assert not found(others())


# What makes mails, and who may ask for it: effects become letters in one room, by one act.
_MAKERS = {
    "write_letter": "pipeline/letters/",
    "Draft": "pipeline/letters/",
    "post": "pipeline/apply.py",
    "compose": "pipeline/apply.py",
}


def test_nothing_but_effects_puts_mail_into_the_outbox() -> None:
    wrong = []
    for file, tree in sources():
        path = str(file.relative_to(ROOT))
        if not path.startswith(("pipeline/", "desk/", "roles/", "daemon")):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            named = ast.unparse(call.func)
            if named == "outbox.add" and path != "pipeline/letters/post.py":
                wrong.append(f"{path}:{call.lineno} {named}")
            if named in _MAKERS and not path.startswith(_MAKERS[named]):
                wrong.append(f"{path}:{call.lineno} {named}")
    assert wrong == []


def test_the_mails_of_an_act_alone_ask_for_letters() -> None:
    room = "maildesk.pipeline.letters"
    composing = ("to_customer", "to_agents", "to_admins", "confirmation", "renewed")
    names = {f"{room}.{name}" for name in (*composing, "ticket_files", "letter")}
    assert not found(
        n
        for n in imports()
        if (n.module in names or n.module.rpartition(".")[0] in names)
        and not str(n.file.relative_to(ROOT)).startswith("pipeline/letters/")
        and str(n.file.relative_to(ROOT)) != "pipeline/mails_of_act.py"
    )


_REGISTRY = (
    "desk/mails/registry.py",
    "desk/mails/of_admins.py",
    "desk/merging/merge_mails.py",
    "desk/deletion/deletion_mails.py",
    "desk/notices/notice_mails.py",
)
# Names of mails that are words of the desk beside: a status, a field, a happening, a move.
_OTHER_WORDS = {
    *("reply", "resolution", "closed", "reopened", "escalated"),
    *("sla_warning", "sla_breach", "agent_reply", "reminder"),
}


def test_no_mail_is_known_by_name_outside_the_registry() -> None:
    """Whoever asks for a mail says its name in a call; what is true of it stands in its entry."""
    wrong = []
    for file, tree in sources():
        path = str(file.relative_to(ROOT))
        if path in _REGISTRY:
            continue
        asked_for = {id(value) for node in ast.walk(tree) for value in _values(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or node.value not in MAILS:
                continue
            if node.value not in _OTHER_WORDS and id(node) not in asked_for:
                wrong.append(f"{path}:{node.lineno} {node.value!r}")
        wrong += [f"{path}:{line}" for line in _compared(tree)]
    assert wrong == []


def _values(node: ast.AST) -> Iterator[ast.expr]:
    """What a call is given, and what a name stands for: there the name of a mail may stand."""
    if isinstance(node, ast.Call):
        yield from node.args
        yield from (keyword.value for keyword in node.keywords)
    elif isinstance(node, ast.Assign):
        yield node.value
    elif isinstance(node, ast.BoolOp):
        yield from node.values


def _compared(tree: ast.Module) -> Iterator[int]:
    """Lines that compare a template, or what a mail was, with the name of a mail."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = (node.left, *node.comparators)
        attributes = [side.attr for side in sides if isinstance(side, ast.Attribute)]
        asks = {"template", "purpose"} & set(attributes)
        words = (n.value for s in sides for n in ast.walk(s) if isinstance(n, ast.Constant))
        if asks and any(word in MAILS for word in words):
            yield node.lineno


@pytest.mark.parametrize("room", ["desk/mails", "pipeline/letters"])
def test_the_rooms_of_mails_have_a_test_beside_each_module(room: str) -> None:
    values = {"limits", "mail", "sample_ticket"}  # seen by the tests of who uses them
    modules = {path.stem for path in (ROOT / room).rglob("[!_]*.py")}
    beside = (Path(__file__).parent / room).rglob("test_*.py")
    tests = {path.stem.removeprefix("test_") for path in beside}
    assert modules - values - tests == set()


def test_a_desk_is_put_together_in_one_place() -> None:
    places = {"Database": "storage.py", "Blobs": "storage.py", "Services": "pipeline/open_desk.py"}
    found = {
        (node.func.id, str(file.relative_to(ROOT)))
        for file, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in places
    }
    assert found == set(places.items())


def test_what_commands_print_for_programs_is_made_by_views() -> None:
    """They print it by one function.

    `parse` prints an object a line, which the room of mail makes; a pipe quotes words of its log.
    """
    printers = {"commands/common.py", "commands/mail.py", "commands/pipe.py"}
    assert not found(
        n for n in imports()
        if n.room == "commands"
        and n.module == "json"
        and str(n.file.relative_to(ROOT)) not in printers
    )  # fmt: skip


def test_nothing_private_is_taken_from_another_room() -> None:
    def private() -> Iterator[Named]:
        for named in imports():
            if ours(named) not in (None, named.room) and any(
                p.startswith("_") and p != "__version__" for p in named.module.split(".")
            ):
                yield named

    assert not found(private())


def test_no_file_is_too_long() -> None:
    long = {
        str(file.relative_to(ROOT)): n
        for file, _ in sources()
        if (n := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_folder_holds_too_many_modules() -> None:
    found: dict[str, int] = {}
    for file in ROOT.rglob("*.py"):
        folder = str(file.parent.relative_to(ROOT))
        found[folder] = found.get(folder, 0) + (file.name != "__init__.py")
    found.pop("store/migrations/versions")  # they only become more
    assert {folder: n for folder, n in found.items() if n > MOST_MODULES} == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for file, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
            ):
                long[f"{file.relative_to(ROOT)}:{node.name}"] = (
                    (node.end_lineno or 0) - node.lineno + 1
                )
    assert long == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file, tree in sources()
        if tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_no_module_has_a_name_for_everything() -> None:
    names = defaultdict(list)
    for file, _ in sources():
        for word in ("manager", "helper", "utils", "data", "info", "process"):
            if word in file.stem.split("_"):
                names[word].append(file.name)
    assert dict(names) == {}


def test_a_command_that_needs_no_database_loads_none() -> None:
    """What every command loads first: `maildesk health` and `parse` are run again and again."""
    look = (
        "import sys, maildesk.cli; maildesk.cli._register(); print(sorted(set(sys.argv[1:]) "
        "& set(sys.modules)))"
    )
    heavy = ("sqlalchemy", "dramatiq", "jinja2", "ruamel.yaml", "mailparser", "psycopg", "redis")
    said = subprocess.run(
        [sys.executable, "-c", look, *heavy], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_no_language_is_told_apart_in_python() -> None:
    """A language is a folder: what is said in it stands in templates/mail/<language>."""
    # know a text's language again; read whether it speaks of a file; name the skill to speak it
    reads = {"mail/reply/language.py", "mail/reply/attached.py", "desk/rules/assign.py"}
    wrong = []
    for file, tree in sources():
        if str(file.relative_to(ROOT)) in reads:
            continue
        for node in ast.walk(tree):
            told: list[ast.expr | None] = []
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "startswith"
            ):
                told += node.args
            elif isinstance(node, ast.Compare):
                told += node.comparators
            elif isinstance(node, ast.Dict):
                told += node.keys
            named = [
                one.lineno
                for one in told
                if isinstance(one, ast.Constant) and one.value in ("de", "en")
            ]
            wrong += [f"{file.relative_to(ROOT)}:{line}" for line in named]
    assert wrong == []
