"""A server as a child process: on a free port of 127.0.0.1, ended with whoever started it."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from tests.servers import NoServer

PORTS = range(10_000, 30_000)
_GIVEN: set[int] = set()
NEVER = 180.0  # what has not come by then does not come; not how quick anything is


def free_port() -> int:
    """A port of 127.0.0.1 nobody listens on at this moment, nor soon.

    The kernel gives the ports above 32767 to whoever connects (`ip_local_port_range`): one of those
    may be gone before the server is there that it was looked up for, or while the server is away.
    For the same reason none is given twice, by this process or by another one that runs tests.
    """
    while not take(port := random.SystemRandom().choice(PORTS)):
        pass
    return port


def take(port: int) -> bool:
    """Whether this port is free and now ours."""
    if port in _GIVEN:
        return False
    with socket.socket() as s, contextlib.suppress(OSError):
        fcntl.lockf(_ledger(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
        _GIVEN.add(port)
        s.bind(("127.0.0.1", port))
        return True
    return False


@cache
def _ledger() -> int:
    """A file whose nth octet is locked by whoever was given port n, for as long as they live."""
    path = Path(tempfile.gettempdir()) / "maildesk-ports"
    options = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.suppress(FileNotFoundError):
        return os.open(path, options)  # maybe another user's: Linux refuses to create those
    opened = os.open(path, options | os.O_CREAT, 0o666)
    os.fchmod(opened, 0o666)
    return opened


def hears_ctrl_c() -> None:
    """For `preexec_fn`: begin as at a terminal. Who is started in the background of a shell, as CI
    may be, is deaf to it, and so is every child (POSIX, Shell Command Language, 2.11)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def new_folder(name: str, within: Path | None = None) -> Path:
    """A temporary folder that other users may enter: servers that refuse root run as nobody."""
    folder = Path(tempfile.mkdtemp(prefix=f"maildesk-{name}-", dir=within))
    folder.chmod(0o755)
    return folder


def give_to_nobody(folder: Path) -> None:
    """Hand the folder to the user that `Process(..., as_nobody=True)` runs as."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", nobody_group())


def nobody_group() -> str:
    """The group of nobody: nogroup on Debian, nobody elsewhere."""
    names = {g.gr_name for g in grp.getgrall()}
    return "nogroup" if "nogroup" in names else "nobody"


def find_program(name: str) -> str | None:
    """The path of a program, looked for in the sbin folders too, which are not on
    everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin")


def as_nobody(command: Sequence[str]) -> list[str]:
    """The command, run as nobody when we are root; unchanged otherwise."""
    return with_setpriv(nobody_options(), command) if os.geteuid() == 0 else list(command)


def nobody_options() -> list[str]:
    """What setpriv is told to become nobody."""
    return ["--reuid=nobody", f"--regid={nobody_group()}", "--clear-groups"]


def with_setpriv(options: Sequence[str], command: Sequence[str]) -> list[str]:
    """The command behind setpriv; without setpriv only root has a difficulty."""
    setpriv = find_program("setpriv")
    if setpriv is not None:
        return [setpriv, *options, *command]
    if os.geteuid() == 0:
        raise NoServer(
            "setpriv (Debian package util-linux) is needed to run servers that refuse root"
        )
    return list(command)


class Process:
    """One child process that can be started, stopped and killed, again and again,
    on the same port."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        stop_signal: signal.Signals,
        unprivileged: bool = False,
    ) -> None:
        self.log = log
        self._stop_signal = stop_signal
        # the child goes when we are killed, too (Linux)
        options = [f"--pdeathsig={stop_signal.name[3:]}"]
        if unprivileged and os.geteuid() == 0:
            # in one call: a later change of user would clear the wish above
            options += nobody_options()
        self._command = with_setpriv(options, command)
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, is_ready: Callable[[], bool], *, patience: float = NEVER) -> None:
        """Return when `is_ready` says so; NoServer with the end of the log when it never does."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests; they end the server in their own order
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while not is_ready():
            if self._child.poll() is not None or time.monotonic() > until:
                self.stop()
                raise NoServer(
                    f"{self._command} does not start:\n"
                    f"{self.log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.01)

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self, how: signal.Signals | None = None) -> None:
        """End it the polite way (or with the signal `how`); after a minute the other way."""
        if self._child is None:
            return
        if self._child.poll() is None:
            self._child.send_signal(how or self._stop_signal)
            try:
                self._child.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self._child = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._child is not None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
            self._child = None

    def freeze(self) -> None:
        """It says nothing any more, with every connection open, as a machine that
        swaps itself to death."""
        assert self._child is not None
        os.killpg(self._child.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        assert self._child is not None
        os.killpg(self._child.pid, signal.SIGCONT)


def answers(port: int, greeting: bytes = b"") -> bool:
    """Whether something on this port of 127.0.0.1 accepts (and greets with `greeting`)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as s:
            return not greeting or s.recv(100).startswith(greeting)
    except OSError:
        return False


def fill(pipe: int) -> None:
    """Write dots until this pipe takes no more, as where nobody reads."""
    os.set_blocking(pipe, False)
    for size in (65_536, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(pipe, b"." * size)
    os.set_blocking(pipe, True)
