"""Completion: what bash itself makes of it, and what the other shells are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maildesk import cli
from tests.stories.running_desk import ROOT

PROGRAM = Path(sys.executable).with_name("maildesk")
DESK = ROOT / "deploy" / "desk"


def environment(desk: Path, **more: str) -> dict[str, str]:
    path = f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "MAILDESK_DESK": str(desk), **more}


def script(shell: str) -> str:
    done = subprocess.run(
        [PROGRAM, "completion", shell], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def completed(line: str, desk: Path = DESK) -> list[str]:
    """What bash offers for this line when the key is pressed at its end."""
    words = line.split(" ")
    asked = f"""{script("bash")}
COMP_WORDS=({" ".join(word or "''" for word in words)})
COMP_CWORD={len(words) - 1}
_maildesk_completion maildesk
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, check=True, env=environment(desk)
    )
    assert done.stderr == ""
    return [one for one in done.stdout.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("maildesk quar", ["quarantine"]),
        ("maildesk ticket esc", ["escalate"]),
        ("maildesk list --cs", ["--csv"]),
        ("maildesk list un", ["unassigned", "unanswered"]),
        ("maildesk list vi", ["vip"]),  # of desk.yaml
        ("maildesk ticket status 1 with", ["with_supplier"]),
        ("maildesk ticket assign 1 ana", ["ana@desk.example"]),
        ("maildesk ticket label 1 +v", ["+vip"]),
        ("maildesk list mine --as be", ["ben@desk.example"]),
        ("maildesk ticket reso", ["resolve"]),
        ("maildesk ticket resolve 1 --rep", ["--reply"]),
        ("maildesk ticket close --for overd", ["overdue"]),
        ("maildesk ticket new --as be", ["ben@desk.example"]),
        ("maildesk agents away be", ["ben@desk.example"]),
        ("maildesk agents renew be", ["ben@desk.example"]),
        ("maildesk sta", ["stats"]),
    ],
)
def test_bash_completes_commands_and_the_desks_names(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


def test_a_desk_that_cannot_be_read_completes_no_names_and_says_nothing(tmp_path: Path) -> None:
    assert completed("maildesk list un", tmp_path) == []
    (tmp_path / "desk.yaml").write_text("name: [", encoding="utf-8")
    assert completed("maildesk list un", tmp_path) == []


@pytest.mark.parametrize(
    ("shell", "asks"), [("zsh", {}), ("fish", {"_TYPER_COMPLETE_FISH_ACTION": "get-args"})]
)
def test_zsh_and_fish_are_answered_in_their_way(shell: str, asks: dict[str, str]) -> None:
    assert "_MAILDESK_COMPLETE=complete_" + shell in script(shell)
    asks = {
        "_MAILDESK_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "maildesk qua",
    } | asks
    done = subprocess.run(
        [PROGRAM], capture_output=True, text=True, check=True, env=environment(DESK, **asks)
    )
    assert "quarantine" in done.stdout
    assert "queue" not in done.stdout


def test_another_shell_is_refused_with_what_there_is() -> None:
    if not cli.app.registered_groups:
        cli._register()
    done = CliRunner().invoke(cli.app, ["completion", "tcsh"])
    assert done.exit_code == 2
    assert "there is no shell tcsh; there are bash, zsh, fish" in done.stderr
