"""`access_token_command`: a program of the admin's that prints a bearer token (RFC 6750).

It runs without a terminal and with nothing to read, so that one that asks for a password cannot
wait for somebody; it and whatever it started are ended when its time is over. What it printed is
never told, for it may be the token.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
from tempfile import TemporaryFile
from typing import IO

from maildesk.errors import PermanentFailure

PATIENCE = 30  # seconds for the command that prints a token
LONGEST = 65_536  # octets of a token; Microsoft's have some 2,000
_TOLD = 200  # characters of what it said on standard error
_PROMPT = re.compile(
    r"(?:(?:pass(?:word|phrase|code)|passwort|mot de passe|pin)[^\n]{0,80}?:)\s*(?:\Z|Traceback)",
    re.IGNORECASE,
)
# RFC 6750, 2.1, and what more a provider may think of; no space, nothing unprintable
_TOKEN = re.compile(r"[\x21-\x7e]+")


class TokenCommandFailure(PermanentFailure):
    """The command gave no token. `outcome` names what was the matter with it."""

    def __init__(self, outcome: str, words: str) -> None:
        self.outcome = outcome
        super().__init__(f"access_token_command {words}")


def token_of(command: str, patience: float = PATIENCE) -> str:
    """The token that this command prints on one line; TokenCommandFailure, in words for the admin,
    where it does not."""
    with TemporaryFile() as out, TemporaryFile() as err:
        code = _run(command, out, err, patience)
        printed, complained = _read(out), _read(err)
    asks = next(filter(None, map(_PROMPT.search, (complained, printed))), None)
    if asks:
        prompt = asks[0].partition("Traceback")[0].strip()
        words = f"asks for a password ({prompt}); it must print a token without being asked"
        raise TokenCommandFailure("token_command_asks", words)
    if code is None:
        words = f"did not end within {patience:g} s" + _because(complained)
        raise TokenCommandFailure("token_command_hangs", words)
    if code:
        raise TokenCommandFailure("token_command_failed", f"ended with {code}: {_last(complained)}")
    return _only_line(printed, complained)


def _run(command: str, out: IO[bytes], err: IO[bytes], patience: float) -> int | None:
    """Its exit code; None where it had to be ended."""
    try:
        process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,  # no terminal to ask at, and a group that can be ended
        )
    except (OSError, ValueError, IndexError) as failure:
        words = f"cannot be started: {type(failure).__name__}"
        raise TokenCommandFailure("token_command_failed", words) from None
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it left behind, too
        process.wait()


def _only_line(printed: str, complained: str) -> str:
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    if not lines:
        raise TokenCommandFailure("token_command_silent", "prints nothing" + _because(complained))
    if len(lines) > 1:
        words = f"prints {len(lines)} lines; a token is one, all else belongs to standard error"
        raise TokenCommandFailure("token_command_lines", words)
    if not _TOKEN.fullmatch(lines[0]) or len(lines[0]) > LONGEST:
        words = "prints something that is no token: it has spaces, or letters that no token has"
        raise TokenCommandFailure("token_command_garbage", words)
    return lines[0]


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(LONGEST + 1).decode("utf-8", "replace").strip()


def _last(words: str) -> str:
    return words[-_TOLD:].strip().rpartition("\n")[2] if "\n" in words else words[-_TOLD:].strip()


def _because(complained: str) -> str:
    return f": {_last(complained)}" if complained else ""
