"""`--csv`: the same lists as with --json, as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from maildesk import cli
from tests.pipeline.place import Place, mail

FORMULA = '=HYPERLINK("https://evil.example","Zürich")'
# Command -> what it is asked here, and the list that its JSON holds.
COMMANDS = {
    "list": (("all",), "tickets"),
    "list --views": ((), "views"),
    "search": (("window",), "tickets"),
    "who": (("kim@customer.example",), "tickets"),
    "stats": ((), "views"),
    "ticket list": ((), "tickets"),
    "ticket timeline": (("1",), "entries"),
    "contacts": ((), "addresses"),
    "commands": ((), "commands"),
    "canned": ((), "replies"),
    "articles": ((), "articles"),
    "agents list": ((), "agents"),
    "template list": ((), "templates"),
    "outbox list": (("--state", "due", "--state", "claimed"), "mails"),
    "quarantine list": ((), "messages"),
    "unsubscribed list": ((), "addresses"),
    "mailboxes": ((), "mailboxes"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three tickets, one of them with a formula for a subject, and a held message."""
    place = Place(tmp_path_factory.mktemp("csv") / "desk")
    place.receive(mail("The window is stuck.", Subject="The window, again"))
    place.receive(mail("Look.", From="eva@lund.example", Subject=FORMULA), "eva@lund.example")
    place.receive(
        mail("The window is open.", From="sam@elsewhere.example"), "sam@elsewhere.example"
    )
    place.answer("ben@desk.example", "#label vip\n#label bug\n#also eva@home.example\n")
    place.receive(b"Subject: who?\r\n\r\nNobody.", "")
    yield place.folder
    place.services.db.close()


def ask(desk: Path, *words: str, code: int = 0) -> Result:
    if not cli.app.registered_groups:
        cli._register()
    done = CliRunner().invoke(cli.app, [*words, "--desk", str(desk)])
    assert done.exit_code == code, done.output
    return done


def read(done: Result) -> list[dict[str, str]]:
    raw = done.stdout_bytes
    assert raw.count(b"\r\n") >= 1
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))


def flat(one: dict[str, Any], before: str = "") -> Iterator[str]:
    """The names of what stands in an object."""
    for name, value in one.items():
        if isinstance(value, dict) and name in ("requester", "reply", "person"):
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name


@pytest.mark.parametrize("command", COMMANDS)
def test_a_list_has_a_line_a_thing_and_the_names_of_its_json(desk: Path, command: str) -> None:
    words, held = COMMANDS[command]
    things = json.loads(ask(desk, *command.split(), *words, "--json").stdout)[held]
    lines = read(ask(desk, *command.split(), *words, "--csv"))
    assert len(lines) == len(things)
    for thing, line in zip(things, lines, strict=True):
        assert {name for name in flat(thing) if thing.get(name) is not None} <= set(line)
        assert None not in line  # no more cells than columns
        for name, value in thing.items():
            if isinstance(value, bool):
                assert line[name] == str(value).lower()
            elif isinstance(value, int):
                assert line[name] == str(value)
            elif isinstance(value, str):
                assert line[name].removeprefix("'") == value


def test_every_command_with_csv_is_tried_here() -> None:
    ask(Path(), "list", "--help")

    def taking(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
        if any("--csv" in parameter.opts for parameter in command.params):
            yield " ".join(path)
        for name, inner in getattr(command, "commands", {}).items():
            yield from taking(inner, (*path, name))

    tried = {command.partition(" --")[0] for command in COMMANDS}
    assert set(taking(get_command(cli.app))) == tried


def test_a_customers_formula_is_text(desk: Path) -> None:
    done = ask(desk, "ticket", "list", "--csv")
    assert (
        FORMULA in json.loads(ask(desk, "ticket", "list", "--json").stdout)["tickets"][1].values()
    )
    assert f"'{FORMULA}" in [line["subject"] for line in read(done)]
    for line in csv.reader(io.StringIO(done.stdout_bytes.decode(), newline="")):
        assert not [cell for cell in line if cell.startswith(tuple("=+-@\t\r"))]


def test_people_and_labels_have_columns_of_their_own(desk: Path) -> None:
    eva = next(
        line for line in read(ask(desk, "list", "all", "--csv")) if "Zürich" in line["subject"]
    )
    assert (eva["requester.address"], eva["message_count"]) == ("eva@lund.example", "1")
    labelled = [line["labels"] for line in read(ask(desk, "list", "all", "--csv"))]
    assert "bug, vip" in labelled


def test_a_list_that_is_cut_says_so_on_standard_error(desk: Path) -> None:
    first = ask(desk, "list", "all", "--limit", "1", "--csv")
    assert len(read(first)) == 1
    after = first.stderr.removeprefix("maildesk: there are more; the next with ").split()
    assert len(read(ask(desk, "list", "all", *after, "--csv"))) == 2
    assert ask(desk, "list", "all", "--csv").stderr == ""


def test_json_and_csv_at_once_are_refused(desk: Path) -> None:
    assert "not both" in ask(desk, "list", "--json", "--csv", code=2).stderr
