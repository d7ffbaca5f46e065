"""Processes of maildesk that begin at once: each is forked off one that has loaded everything.

To load Python's modules takes a second of work, and the tests start hundreds of processes. These
are processes like any other, with an id, signals, an environment and an exit code of their own;
only the loading was done before. Whoever tests how a process begins starts it anew (subprocess).

One process (`tests/servers/forking.py`) is asked through a socket: each message has the words of a
command, its environment, its folder, its three standard files, and a pipe into which the id of the
new process is written, and its exit code later.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tests.servers.process import NEVER

ROOT = Path(__file__).resolve().parents[2]
IS_HERE = sys.platform == "linux"  # elsewhere libraries of the system do not stand a fork


class Forked:
    """One such process; the part of `subprocess.Popen` that the tests use. What it prints is read
    from `stdout`, unless it goes into a file."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        stdin: IO[bytes] | None = None,
        stdout: IO[bytes] | None = None,
        stderr: IO[bytes],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.args = list(words)
        self.returncode: int | None = None
        self.stdout: IO[str] | None = None
        with ExitStack() as handed_over:
            self._told, tell = _pipe(handed_over)
            out = stdout.fileno() if stdout else None
            if out is None:
                self.stdout, out = _pipe(handed_over)
            given = stdin or handed_over.enter_context(Path(os.devnull).open("rb"))
            environment = dict(os.environ if environment is None else environment)
            asked = {"words": self.args, "environment": environment}
            files = [given.fileno(), out, stderr.fileno(), tell]
            socket.send_fds(_forking(), [json.dumps(asked).encode()], files)
        self.pid = int(self._told.readline())

    def poll(self) -> int | None:
        """The exit code, once there is one."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = int(self._told.readline())
            self._told.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; subprocess.TimeoutExpired when there is none by then."""
        if self.returncode is None:
            select.select([self._told], [], [], timeout)
        if self.poll() is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """As `kill` does; whoever has ended hears nothing."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)


def run(
    words: Sequence[str], *, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A command of maildesk, from its start to its end."""
    if not IS_HERE:
        command = [sys.executable, "-m", "maildesk.cli", *words]
        return subprocess.run(
            command, input=stdin, capture_output=True, check=False, cwd=ROOT, env=environment
        )
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        process = Forked(words, stdin=given, stdout=out, stderr=err, environment=environment)
        try:
            code = process.wait(NEVER)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(words), code, out.read(), err.read())


def run_text(
    words: Sequence[str], *, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same in characters."""
    done = run(words, stdin=stdin.encode(), environment=environment)
    said = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def _pipe(handed_over: ExitStack) -> tuple[IO[str], int]:
    """What is read from a pipe, and its other end until that is handed over."""
    read, write = os.pipe()
    handed_over.callback(os.close, write)
    return os.fdopen(read, encoding="utf-8"), write


@cache
def _forking() -> socket.socket:
    """The socket of the process that forks; it ends with this one, and so do those it forked."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.servers.forking", str(theirs.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
