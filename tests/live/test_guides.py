"""What the README and the guides promise holds: commands, settings, YAML, tables that are whole,
links that lead somewhere."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter
from ruamel.yaml import YAML
from typer.main import get_command

from maildesk import cli
from maildesk.config import settings as files
from maildesk.config.articles.section import ArticlesSection
from maildesk.config.check import check
from maildesk.config.connections.oauth import OAuthClient
from maildesk.config.connections.web import Web
from maildesk.config.connections.widget import Widget
from maildesk.config.customers.survey import SurveySection
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.models import (
    JoiningSection,
    LoopsSection,
    MineSection,
    PeriodsSection,
    TrackingSection,
    TrustSection,
)
from maildesk.config.policy import load_policy
from maildesk.config.rules.actions_file import BESIDE, action_words
from maildesk.config.senders.carriers import CarrierSection, ProofSection
from maildesk.desk.commands import command_lines
from maildesk.desk.commands.table import COMMANDS, ENGLISH
from maildesk.desk.permissions import BUILT_IN, Permission
from maildesk.desk.rules.conditions import OPERATORS
from maildesk.desk.rules.context import FIELDS, PREFIXES
from maildesk.desk.rules.ruleset import DAILY, HAPPENINGS, WAITS
from maildesk.oauth.outcomes import Outcome
from tests.servers.process import NEVER

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "deploy" / "guide"
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted(
        (
            *ROOT.glob("*.md"),
            *(ROOT / ".github").rglob("*.md"),
            *(ROOT / "deploy").rglob("*.md"),
            *(ROOT / "templates").rglob("*.md"),
        )
    )
}
README = DOCUMENTS["README.md"]
OPERATING = DOCUMENTS["deploy/guide/operating.md"]
MAILBOXES = DOCUMENTS["deploy/guide/mailboxes.md"]
TRUST = DOCUMENTS["deploy/guide/trust.md"]
CARRIERS = DOCUMENTS["deploy/guide/carriers.md"]
RULES = DOCUMENTS["deploy/guide/rules.md"]
WEB = DOCUMENTS["deploy/guide/web.md"]
BLOCKS = [
    (name, block)
    for name, text in DOCUMENTS.items()
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    if not name.endswith("recipes.md")  # tests/pipeline/test_recipes.py puts those of one together
]
VARIABLES = dict.fromkeys(
    (
        "SUPPORT_PASSWORD",
        "RELAY_PASSWORD",
        "DB_PASSWORD",
        "BROKER_PASSWORD",
        "NEW_SECRET",
        "OLD_SECRET",
        "WIDGET_SECRET",
    ),
    "x" * 32,
)
TABLES: dict[str, tuple[str, type[BaseModel]]] = {
    "settings": (OPERATING, files.Settings),
    "listeners": (OPERATING, files.Listener),
    "imap": (OPERATING, files.ImapMailbox),
    "relay": (OPERATING, files.Relay),
    "oauth": (OPERATING, OAuthClient),
    "pipeline": (OPERATING, files.Pipeline),
    "web": (OPERATING, Web),
    "widget": (OPERATING, Widget),
    "tracking": (WEB, TrackingSection),
    "articles": (DOCUMENTS["deploy/guide/articles.md"], ArticlesSection),
    "mine": (WEB, MineSection),
    "survey": (WEB, SurveySection),
    "trust": (TRUST, TrustSection),
    "joining": (TRUST, JoiningSection),
    "loops": (TRUST, LoopsSection),
    "carriers": (CARRIERS, CarrierSection),
    "proof": (CARRIERS, ProofSection),
    "periods": (RULES, PeriodsSection),
}


def rows(text: str, *head: str) -> list[list[str]]:
    """The cells of the one table with these words at its head."""
    start = r"^\| " + r" \| ".join(map(re.escape, head)) + r" \|\n\| ---[^\n]*\n"
    (table,) = re.findall(start + r"((?:\|[^\n]*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]


def words(cell: str) -> list[str]:
    """What stands in this cell between `marks`."""
    return re.findall(r"`([^`]+)`", cell)


def commands() -> dict[str, Any]:
    """`init`, `ticket list` and so on."""
    if not cli.app.registered_groups:
        cli._register()
    found: dict[str, Any] = {}
    for name, command in get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        found[name] = command
        found |= {f"{name} {sub}": inner for sub, inner in getattr(command, "commands", {}).items()}
    return found


# -- the command line ---------------------------------------------------------


def test_every_command_is_in_the_table_and_the_table_names_no_other() -> None:
    known = commands()
    shown = set()
    for row in rows(OPERATING, "command", "does"):
        group = ""
        for word in words(row[0]):
            parts = [
                w
                for w in word.removeprefix("maildesk ").split()
                if re.fullmatch(r"[a-z][a-z-]*", w)
            ]
            group = parts[0] if word.startswith("maildesk ") else group
            shown.add(" ".join(parts) if word.startswith("maildesk ") else f"{group} {parts[0]}")
    assert shown == {name for name, command in known.items() if not hasattr(command, "commands")}


def test_every_call_in_a_text_is_of_a_command_with_options_that_exist() -> None:
    known = commands()
    calls = [
        call
        for text in DOCUMENTS.values()
        for call in re.findall(r"(?:`|^ {4,})maildesk ([a-z][^`\n]*)", text, re.MULTILINE)
    ]
    assert len(calls) > 60
    for call in calls:
        parts = call.replace("[", "").replace("]", "").split()
        name = " ".join(parts[:2]) if " ".join(parts[:2]) in known else parts[0].rstrip(",")
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert {w for w in parts if w.startswith("--")} <= options, call


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        target
        for text in DOCUMENTS.values()
        for target in re.findall(r"(?:`|^    )make ([\w-]+) *(?:#|`|$)", text, re.MULTILINE)
    }
    assert len(named) > 8
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


# -- files of the desk ----------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "block"), BLOCKS, ids=[f"{name} {n}" for n, (name, _) in enumerate(BLOCKS)]
)
def test_yaml_that_is_shown_is_accepted(document: str, block: str, tmp_path: Path) -> None:
    """A block is of settings.yaml, or of the file that its first line names: `# desk.yaml`."""
    copy_example(tmp_path)
    shown = YAML(typ="safe").load(block)
    named = re.match(r"# ([\w/]+\.yaml)\b", block)
    if named is None:
        for name in ("dkim", "cert", "key"):
            (tmp_path / f"{name}.pem").touch()
        (tmp_path / "settings.yaml").write_text(
            block.replace("/etc/maildesk/", f"{tmp_path}/"), encoding="utf-8"
        )
        settings = load_settings(tmp_path, VARIABLES)
        assert all(hasattr(settings, name) for name in shown)
        return
    path = tmp_path / named[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    stands = YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.exists() else {}
    whole = stands | shown
    text = io.StringIO()
    YAML(typ="safe").dump(whole, text)
    path.write_text(text.getvalue(), encoding="utf-8")
    assert check(tmp_path) == [], document
    load_policy(tmp_path)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_settings_is_whole_and_its_defaults_are_true(name: str) -> None:
    text, section = TABLES[name]
    shown = {words(row[0])[0]: row[1] for row in rows(text, f"`{name}`", "default", "is")}
    fields = {field.alias or key: field for key, field in section.model_fields.items()}
    assert list(shown) == list(fields)
    for key, field in fields.items():
        default = words(shown[key])
        if shown[key] == "required":
            assert field.is_required(), key
            continue
        kept = field.get_default(call_default_factory=True)
        if shown[key] == "none":
            assert not kept, key
        elif default:
            declared: Any = (
                Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            )
            assert (
                TypeAdapter(declared).validate_python(YAML(typ="safe").load(default[0])) == kept
            ), key
        else:
            assert shown[key] in ("see below", "one", "built in"), key


def test_every_outcome_of_signing_in_is_in_the_table() -> None:
    shown = {word for row in rows(MAILBOXES, "outcome", "is") for word in words(row[0])}
    assert shown == {one.value for one in Outcome} - {"pending", "slow_down"}


def test_what_the_guide_to_rules_lists_is_all_there_is() -> None:
    fields = [word for row in rows(RULES, "field", "is") for word in words(row[0])]
    assert sorted(fields) == sorted((*FIELDS, *(f"{prefix}NAME" for prefix in PREFIXES)))
    kinds = {
        row[0].strip(): tuple(words(row[1]))
        for row in rows(RULES, "a field of this kind", "can be asked")
    }
    assert set(kinds.values()) == set(OPERATORS.values())
    happenings = [word for row in rows(RULES, "when", "is") for word in words(row[0])]
    assert sorted(happenings) == sorted((*HAPPENINGS, *WAITS, DAILY))
    then = {word: words(row[1]) for row in rows(RULES, "then", "does") for word in words(row[0])}
    assert set(then) == {*action_words(), "unassign"}
    assert all(set(beside) <= set(then[word]) for word, beside in BESIDE.items())


# -- agents ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("guide", "head"),
    [
        ("agents", ("line", "does", "also written")),
        ("agents.de", ("Zeile", "bewirkt", "auch")),
        ("agents.fr", ("ligne", "effet", "aussi")),
    ],
)
def test_every_command_for_agents_is_understood_by_the_example_desk(
    guide: str, head: tuple[str, ...], tmp_path: Path
) -> None:
    copy_example(tmp_path)
    policy = load_policy(tmp_path)
    table = rows(DOCUMENTS[f"deploy/guide/{guide}.md"], *head)
    lines = [line for row in table for line in words(row[0]) if line.startswith("#")]
    read = command_lines.read("\n".join(lines), policy)
    assert read.problems == ()
    assert {one.name for one in read.commands} == set(COMMANDS)
    for row in table:
        written = "\n".join(words(row[0]) + words(row[2]))
        meant = {one.name for one in command_lines.read(written, policy).commands}
        assert len(meant) == 1, row


def test_every_word_for_a_command_stands_in_a_guide(tmp_path: Path) -> None:
    copy_example(tmp_path)
    tables = rows(DOCUMENTS["deploy/guide/agents.md"], "line", "does", "also written")
    tables += rows(DOCUMENTS["deploy/guide/agents.de.md"], "Zeile", "bewirkt", "auch")
    tables += rows(DOCUMENTS["deploy/guide/agents.fr.md"], "ligne", "effet", "aussi")
    shown = {
        line.split()[0].lstrip("#")
        for row in tables
        for cell in (row[0], row[2])
        for line in words(cell)
    }
    languages = load_policy(tmp_path).wording.values()
    spelt = {
        word for one in languages for command in one.commands.values() for word in command.words
    }
    assert shown == {*ENGLISH, *spelt}


def test_the_readme_names_every_command_once() -> None:
    section = README.partition("## What agents write\n")[2].partition("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    named = re.findall(r"`#([\w-]+)`", table)
    assert sorted(named) == sorted(spec.words[0] for spec in COMMANDS.values())


@pytest.mark.parametrize(
    ("guide", "head", "yes"),
    [("agents", ("permission", "allows"), "yes"), ("agents.de", ("Recht", "erlaubt"), "ja")],
)
def test_the_tables_of_permissions_are_whole_and_true(
    guide: str, head: tuple[str, str], yes: str
) -> None:
    shown = rows(DOCUMENTS[f"deploy/guide/{guide}.md"], *head, "specialist", "agent", "admin")
    table = {words(row[0])[0]: [cell.strip() == yes for cell in row[2:]] for row in shown}
    assert table == {
        one.value: [one in BUILT_IN[role] for role in ("specialist", "agent", "admin")]
        for one in Permission
    } and len(table) == len(shown)
    assert BUILT_IN["super_admin"] == BUILT_IN["admin"] | {Permission.DELETE}


def test_the_two_guides_for_agents_have_the_same_chapters() -> None:
    english, german = (
        [len(marks) for marks, _ in headings(DOCUMENTS[f"deploy/guide/{name}.md"])]
        for name in ("agents", "agents.de")
    )
    assert english == german


# -- words that an operator looks for ---------------------------------------------


def literals() -> set[str]:
    """Every string in the sources."""
    trees = (
        ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "maildesk").rglob("*.py")
    )
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_reason_that_holds_a_message_is_in_the_table() -> None:
    named = {word for row in rows(OPERATING, "reason", "is") for word in words(row[0])}
    nodes = [
        node
        for path in (ROOT / "maildesk").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    calls = [
        node
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Hold", "hold", "Held"))
    ]
    given = [node.args[0] for node in calls if node.args]
    given += [
        keyword.value for node in calls for keyword in node.keywords if keyword.arg == "reason"
    ]
    reasons = {node.value for node in given if isinstance(node, ast.Constant)}
    assert len(reasons) > 12
    assert reasons <= named


@pytest.mark.parametrize("head", [("verb", "says"), ("reason", "is")])
def test_a_word_of_the_log_or_of_quarantine_is_one_that_the_desk_says(
    head: tuple[str, str],
) -> None:
    named = {word for row in rows(OPERATING, *head) for word in words(row[0])}
    assert len(named) > 12
    assert named <= literals()


# -- the texts themselves -----------------------------------------------------------


def headings(text: str) -> list[tuple[str, str]]:
    """Each heading with its marks; what looks like one inside a block is none."""
    return re.findall(r"^(#+) (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What a link to a heading may say, as GitHub makes it."""
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for _, heading in headings(text)
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_and_picture_is_there(document: str) -> None:
    place = (ROOT / document).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", DOCUMENTS[document]):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (place / path).resolve() if path else ROOT / document
        assert found.exists(), target
        assert found.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), target


def test_every_guide_can_be_found_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([^)#\s]+)", README))
    assert {str(path.relative_to(ROOT)) for path in GUIDES.glob("*.md")} <= linked


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_the_python_it_asks_for_is_the_one_the_package_does() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "requires-python"
    ]
    named = {
        version
        for text in DOCUMENTS.values()
        for version in re.findall(r"Python (3\.\d+) or newer", text)
    }
    assert {f">={version}" for version in named} == {wanted}


def test_every_file_of_the_sources_that_is_named_is_there() -> None:
    pattern = r"`((?:maildesk|tests|\.ci|\.github)/[\w./-]*)`"
    named = {path for text in DOCUMENTS.values() for path in re.findall(pattern, text)}
    assert len(named) > 20
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_pictures_show_the_code_as_it_is(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "structure.py"
    subprocess.run([sys.executable, script, "--into", tmp_path], check=True, timeout=NEVER)
    drawn = sorted(tmp_path.iterdir())
    assert [path.name for path in drawn] == ["moves.svg", "rooms.svg"]
    for path in drawn:
        kept = ROOT / "deploy" / "pictures" / path.name
        assert path.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), "make pictures"
