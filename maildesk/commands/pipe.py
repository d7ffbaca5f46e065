"""What a mail server's pipe hears from `maildesk inject`: an exit code and, of a
failure, one sentence.

Whatever a program behind a pipe says on standard output or standard error, Postfix and Exim put
into the delivery report, which the sender of the mail reads. So nothing is said there of hosts,
ports, paths or errors: the details go to the system log, as those of the mail server itself do,
or into `var/inject.log` of the desk where this machine has no system log. A person at a
terminal reads them there.

Every failure but two is one of this machine, and the mail server must keep the mail: exit code 75
(sysexits.h), whatever became of us. With any other one the mail would be sent back.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

from maildesk.commands.common import desk_folder

EX_DATAERR, EX_UNAVAILABLE, EX_TEMPFAIL = 65, 69, 75  # sysexits.h
SENTENCES = {
    EX_DATAERR: "there was no message",
    EX_UNAVAILABLE: "the message is too large",
    EX_TEMPFAIL: "not now; please try again later",
}
MOST = 1_000_000  # octets of `var/inject.log`; the one before it is kept
_SYSTEM_LOGS = ("/dev/log", "/var/run/syslog")  # Linux, macOS
_ERROR = re.compile(r"[A-Za-z_][\w.]*: ")  # of a traceback: what it ends in, and not what follows
_MAIL_ERROR = 2 << 3 | 3  # facility and severity of a line (RFC 5424, 6.2.1)


def is_for_a_pipe(words: list[str]) -> bool:
    """Whether this command line is a mail server's. A person reads what is said at a terminal, and
    wants it all."""
    return (
        words[:1] == ["inject"]
        and "--help" not in words
        and not (sys.stderr and sys.stderr.isatty())
    )


def answer(command: Callable[[], object]) -> int:
    """Run it and say nothing but its sentence; the exit code for the mail server."""
    # what was committed meanwhile comes twice, and is known then
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(EX_TEMPFAIL))
    code = EX_TEMPFAIL
    with _in_silence() as (said, details):
        try:
            code = _code(command())
        except SystemExit as left:
            code = _code(left.code)
        except BaseException:
            details.write(traceback.format_exc().encode("utf-8", "replace"))
        if code == 0:
            return 0
        code = code if code in SENTENCES else EX_TEMPFAIL
        with contextlib.suppress(Exception):
            _remember(code, details)
        with contextlib.suppress(OSError):
            os.write(said, f"maildesk: {SENTENCES[code]}\n".encode())
    return code


def _code(given: object) -> int:
    """An exit code as `sys.exit` understands it."""
    return given if isinstance(given, int) else 0 if given is None else EX_TEMPFAIL


@contextlib.contextmanager
def _in_silence() -> Iterator[tuple[int, IO[bytes]]]:
    """Where standard error was, and a file that from now on has what is said there. Nothing is said
    again before we end."""
    try:
        said = os.dup(2)
    except OSError:  # closed: nobody reads it
        said = os.open(os.devnull, os.O_WRONLY)
    in_memory = hasattr(os, "memfd_create")  # Linux: a full disk keeps nothing back there
    with (
        os.fdopen(os.memfd_create("said"), "w+b", 0)
        if in_memory
        else tempfile.TemporaryFile(buffering=0) as file
    ):
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        yield said, file


def _remember(code: int, details: IO[bytes]) -> None:
    """The details into the system log; else beside the desk's database."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    details.seek(0)
    words = details.read(20_000).decode("utf-8", "replace").strip()
    told = [line for line in words.splitlines() if line.strip()]
    errors = (
        [line for line in told if _ERROR.match(line)]
        if told[:1] == ["Traceback (most recent call last):"]
        else []
    )
    facts = {
        "code": code,
        "why": next(iter([*errors[-1:], *told]), ""),
        "arguments": " ".join(sys.argv[2:]),
    }
    facts |= {
        name.lower(): os.environ[name] for name in ("SENDER", "RECIPIENT") if name in os.environ
    }
    head = "not_taken " + " ".join(f"{name}={json.dumps(value)}" for name, value in facts.items())
    lines = [head, *(told if len(told) > 1 else [])]
    if not _in_system_log(lines):
        _in_file(_desk() / "var" / "inject.log", lines)


def _in_system_log(lines: list[str]) -> bool:
    """Whether somebody keeps the system log here, and has these lines now."""
    for place in filter(None, (os.environ.get("MAILDESK_SYSLOG"), *_SYSTEM_LOGS)):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.settimeout(5)
            log.connect(place)
            at = time.strftime("%b %e %H:%M:%S")
            for line in lines:
                log.send(
                    f"<{_MAIL_ERROR}>{at} maildesk[{os.getpid()}]: {line[:2000]}".encode(
                        "utf-8", "replace"
                    )
                )
            return True
    return False


def _in_file(path: Path, lines: list[str]) -> None:
    if path.exists() and path.stat().st_size > MOST:
        path.replace(path.with_name(f"{path.name}.1"))
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "wb"
    ) as file:
        file.write("".join(f"{at} {line}\n" for line in lines).encode("utf-8", "replace"))


def _desk() -> Path:
    """The desk folder, as the command line or the environment names it; the command may not have
    come so far."""
    words = sys.argv[2:]
    given = [after for word, after in pairwise(words) if word == "--desk"]
    given += [word.partition("=")[2] for word in words if word.startswith("--desk=")]
    return desk_folder(Path(given[0]) if given else None)
