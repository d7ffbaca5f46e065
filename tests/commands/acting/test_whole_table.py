"""Every command of the table can be had at the command line, or is named here with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from typer.main import get_command

from maildesk import cli
from maildesk.commands.acting.called import BELONGING, CALLED
from maildesk.desk.commands.table import COMMANDS

# The command of the table -> how it is had here: words, and an option of theirs.
ELSEWHERE = {
    "undo": "ticket undo",
    "delete": "ticket delete",
    "new": "ticket new",
    "quiet": "ticket new --quiet",
    "to": "ticket reply --to",
    "bcc": "ticket reply --bcc",
    "all": "ticket reply --all",
    "for": "ticket close --for",
    "show": "ticket show",
    "history": "ticket timeline",
    "files": "ticket files",
    "list": "list",
    "search": "search",
    "who": "who",
    "stats": "stats",
    "away": "agents away",
    "back": "agents back",
    "digest": "agents digest",
    **{name: f"agents {name}" for name in ("bundle", "remind", "notify")},
    "quiet_hours": "agents quiet-hours",
    "renew": "agents renew",
    "help": "commands",
}
# The command of the table -> why it is not for the command line.
NOT_HERE: dict[str, str] = {}


def found(path: str) -> Any:
    """The command of this path, or the option that ends it; None where there is none."""
    if not cli.app.registered_groups:
        cli._register()
    command: Any = get_command(cli.app)
    for word in path.split():
        if word.startswith("--"):
            return next((one for one in command.params if word in one.opts), None)
        command = getattr(command, "commands", {}).get(word)
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_is_had_here_or_has_a_reason(name: str) -> None:
    named = [f"ticket {here}" for here, (one, _) in (CALLED | BELONGING).items() if one == name]
    ways = [*named, *([ELSEWHERE[name]] if name in ELSEWHERE else [])]
    assert len(ways) + (name in NOT_HERE) == 1, ways
    for way in ways:
        assert found(way) is not None, way


def test_nothing_stands_here_that_the_table_does_not_have() -> None:
    assert {*ELSEWHERE, *NOT_HERE} <= set(COMMANDS)
    assert {one for one, _ in (CALLED | BELONGING).values()} <= set(COMMANDS)
    assert all(NOT_HERE.values())


def test_every_action_takes_an_agent_a_dry_run_and_json() -> None:
    for here in (*CALLED, *BELONGING, "undo", "delete", "new"):
        for option in ("--as", "--dry", "--json"):
            assert found(f"ticket {here} {option}") is not None, (here, option)
    for here in (*CALLED, "undo", "delete"):
        assert found(f"ticket {here} --for") is not None, here


def test_what_brings_rows_takes_csv() -> None:
    for way in ("list", "search", "who", "stats", "commands", "canned", "ticket timeline"):
        assert found(f"{way} --csv") is not None, way
