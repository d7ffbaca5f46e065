"""A sign of life: each process of a desk keeps a small file in `var/run` and renews it while it
does its rounds.

`maildesk health` reads it. The file says what the process does and where it listens;
its time says when the last round came to its end without trouble. It is made as large as it will
ever be: where the log cannot be written for want of room, there is none for a larger file either,
and this is to be said.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from maildesk.log import unwritten

FOLDER = Path("var") / "run"
SIZE = 1024  # octets of the file, at least
LOOKS = 5  # at a file that is just being written
LONGEST_TROUBLE = 600  # characters that are said of one thing
PATIENCE = 30.0  # seconds without a good round that are no illness yet
REMEMBERED = 86_400.0  # seconds for which a process that died without a word is told of


class RelayState(NamedTuple):
    """A way out, where it is, and what is the matter with it; an alarm does not pass by itself."""

    name: str
    place: str
    trouble: str = ""
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a process says of itself. `listening` are hosts and ports; `silent` are those where TLS
    comes before the first word."""

    pid: int
    roles: tuple[str, ...]
    listening: tuple[tuple[str, int], ...] = ()
    silent: tuple[tuple[str, int], ...] = ()
    log: str = ""  # what is the matter with its log
    broker: str = ""  # and with the broker, without which it works, only slower
    relays: tuple[RelayState, ...] = ()  # by which it sends
    age: float = 0.0  # seconds since it was renewed
    keys: tuple[tuple[str, str], ...] = ()  # which it signs with and believes: ids and fingerprints
    is_alive: bool = True  # else it was killed, or crashed, and nobody has taken its place
    sign_ins: str = ""  # which mailboxes and relays it cannot sign in at, and what helps
    mailboxes: str = ""  # what is the matter with the mailboxes that it reads


class Heartbeat:
    """This process's own file, from `begin` to `end`."""

    def __init__(
        self,
        desk: Path,
        log: Callable[[], object] = unwritten,
        broker: Callable[[], object] = str,
        relays: Callable[[], Sequence[RelayState]] = tuple,
        sign_ins: Callable[[], object] = str,
        mailboxes: Callable[[], object] = str,
    ) -> None:
        self._file = desk / FOLDER / f"{socket.gethostname()}.{os.getpid()}.json"
        self._log, self._broker, self._relays = log, broker, relays
        self._sign_ins, self._mailboxes = sign_ins, mailboxes
        self._said: dict[str, Any] = {}  # nothing before the beginning and after the end
        self._written = ""
        self._lock = threading.Lock()

    def begin(
        self,
        roles: Iterable[str],
        listening: Sequence[tuple[str, int]] = (),
        silent: Sequence[tuple[str, int]] = (),
        keys: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Say who we are, and take the place of one with our roles that died without a word. A
        disk without room is no reason not to serve: the sign of life is given once there is some.
        """
        self._said = {
            "pid": os.getpid(),
            "roles": sorted(roles),
            "listening": list(listening),
            "silent": list(silent),
            "keys": list(keys),
        }
        _replace(self._file.parent, frozenset(self._said["roles"]))
        self.beat()

    def beat(self) -> None:
        """A round came to its end; and what is the matter with the log or the
        broker or a relay, if anything is."""
        with self._lock, suppress(OSError):
            if not self._said:
                return
            troubles: dict[str, Any] = {
                "log": str(self._log() or ""),
                "broker": str(self._broker()),
            }
            troubles["relays"] = [[*one] for one in self._relays()]
            troubles["sign_ins"] = str(self._sign_ins())[:LONGEST_TROUBLE]
            troubles["mailboxes"] = str(self._mailboxes())[:LONGEST_TROUBLE]
            words = json.dumps(self._said | troubles).ljust(max(SIZE, len(self._written)))
            if words == self._written:
                os.utime(self._file)
                return
            self._write(words.encode())
            self._written = words

    def end(self) -> None:
        """We go, and do not leave a file that looks like an illness."""
        with self._lock, suppress(OSError):
            self._said = {}
            self._file.unlink(missing_ok=True)

    def _write(self, octets: bytes) -> None:
        """Over what we have said before, in one piece."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(
            self._file, os.O_WRONLY | os.O_CREAT | (0 if self._written else os.O_TRUNC), 0o644
        )
        try:
            if os.pwrite(handle, octets, 0) < len(octets):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(handle)


def pulses(desk: Path, now: float | None = None) -> list[Pulse]:
    """The processes of this desk on this machine (in this container).

    Also those that died without a word (`kill -9`, out of memory), until another one with their
    roles has begun since, or for a day.
    """
    at = time.time() if now is None else now
    found = []
    for file, pulse in _signs(desk / FOLDER, at):
        if not pulse.is_alive and pulse.age > REMEMBERED:
            _forget(file)
        else:
            found.append(pulse)
    return found


def _replace(folder: Path, roles: frozenset[str]) -> None:
    """One dead process of each set of roles, the longest dead, has its place taken by who plays
    all of these. Of two that died one is still missed."""
    taken: set[tuple[str, ...]] = set()
    for file, pulse in sorted(_signs(folder, time.time()), key=lambda sign: -sign[1].age):
        if not pulse.is_alive and roles.issuperset(pulse.roles) and pulse.roles not in taken:
            taken.add(pulse.roles)
            _forget(file)


def _forget(file: Path) -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)


def _signs(folder: Path, at: float) -> Iterator[tuple[Path, Pulse]]:
    """Every sign of life here, also of the dead."""
    for file in sorted(folder.glob(f"{socket.gethostname()}.*.json")):
        pulse = next(filter(None, (_look(file, at) for _ in range(LOOKS))), None)
        if pulse is not None:
            yield file, replace(pulse, is_alive=is_alive(pulse.pid))


def _look(file: Path, at: float) -> Pulse | None:
    """What it says; nothing where it has just gone or is just being written."""
    try:
        said, age = json.loads(file.read_text(encoding="utf-8")), at - file.stat().st_mtime
        return _read(said, age)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(said: Mapping[str, Any], age: float) -> Pulse:
    listening, silent = (
        tuple((str(host), int(port)) for host, port in said[name])
        for name in ("listening", "silent")
    )
    keys = tuple((str(kid), str(fingerprint)) for kid, fingerprint in said.get("keys", ()))
    log, broker = str(said.get("log", "")), str(said.get("broker", ""))
    relays = tuple(
        RelayState(str(name), str(place), str(trouble), bool(is_alarm))
        for name, place, trouble, is_alarm in said.get("relays", ())
    )
    return Pulse(
        pid=int(said["pid"]),
        roles=tuple(map(str, said["roles"])),
        listening=listening,
        silent=silent,
        log=log,
        broker=broker,
        relays=relays,
        age=age,
        keys=keys,
        sign_ins=str(said.get("sign_ins", "")),
        mailboxes=str(said.get("mailboxes", "")),
    )


def is_alive(pid: int) -> bool:
    """Whether there is such a process; somebody else's counts, one that nobody has buried does
    not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:  # Linux: behind the name, in parentheses, comes the state (proc_pid_stat(5))
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].startswith(" Z")
    except OSError:
        return True
