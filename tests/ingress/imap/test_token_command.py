"""The command that prints a token: whatever it does instead has a name, and never keeps us."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from maildesk.ingress.imap.token_command import TokenCommandFailure, token_of
from tests.stories.running_desk import wait_until


def python(script: str) -> str:
    return shlex.join([sys.executable, "-c", script])


@pytest.mark.parametrize(
    "printed", ["ya29.a0Af_-token", "  ya29.a0Af_-token\r", "\n\nya29.a0Af_-token\n"]
)
def test_the_only_line_is_the_token(printed: str) -> None:
    assert token_of(python(f"print({printed!r})")) == "ya29.a0Af_-token"


@pytest.mark.parametrize(
    ("script", "outcome", "words"),
    [
        ("print('se' + 'cret'); print('two')", "token_command_lines", "prints 2 lines"),
        ("pass", "token_command_silent", "prints nothing"),
        ("import sys; print('none here', file=sys.stderr)", "token_command_silent", "none here"),
        ("print('Error: no token')", "token_command_garbage", "no token"),
        ("print('tökén')", "token_command_garbage", "no token"),
        ("print('x' * 70000)", "token_command_garbage", "no token"),
        ("import sys; sys.exit('no network')", "token_command_failed", "ended with 1: no network"),
        ("import getpass; print(getpass.getpass())", "token_command_asks", "Password"),
        ("print(input('Enter passphrase: '))", "token_command_asks", "passphrase"),
        (
            "import sys, threading; sys.stderr.write('Passwort für desk: '); sys.stderr.flush();"
            "threading.Event().wait()",
            "token_command_asks",
            "Passwort",
        ),
        ("import threading; threading.Event().wait()", "token_command_hangs", "did not end"),
    ],
)
def test_what_gives_no_token_is_told_by_name(script: str, outcome: str, words: str) -> None:
    patience = 1.0 if "Event" in script else 60.0
    with pytest.raises(TokenCommandFailure, match=words) as failure:
        token_of(python(script), patience)
    assert failure.value.outcome == outcome
    assert "secret" not in str(failure.value)  # never what was printed


@pytest.mark.parametrize("command", ["/nonexistent/program", "'", "  "])
def test_what_cannot_be_started_is_told(command: str) -> None:
    with pytest.raises(TokenCommandFailure, match="cannot be started"):
        token_of(command)


def test_what_it_left_behind_is_ended_with_it(tmp_path: Path) -> None:
    child = "import threading; threading.Event().wait()"
    script = (
        "import subprocess, sys, threading;p = subprocess.Popen([sys.executable, '-c', "
        f"{child!r}]);open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); "
        "threading.Event().wait()"
    )
    with pytest.raises(TokenCommandFailure):
        token_of(python(script), 3.0)
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: is_gone(pid), "the child has ended")


def is_gone(pid: int) -> bool:
    """Whether the process has ended; whoever waits for it may not have heard yet."""
    told = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return not told or told.startswith("Z")
