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
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maildesk.log import unwritten

FOLDER = Path("var") / "run"
SIZE = 1024  # octets of the file, at least
LOOKS = 5  # at a file that is just being written
PATIENCE = 30.0  # seconds without a good round that are no illness yet


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
    age: float = 0.0  # seconds since it was renewed
    keys: tuple[tuple[str, str], ...] = ()  # which it signs with and believes: ids and fingerprints


class Heartbeat:
    """This process's own file, from `begin` to `end`."""

    def __init__(
        self, desk: Path, log: Callable[[], object] = unwritten, broker: Callable[[], object] = str
    ) -> None:
        self._file = desk / FOLDER / f"{socket.gethostname()}.{os.getpid()}.json"
        self._log, self._broker = log, broker
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
        """Say who we are. A disk without room is no reason not to serve: the sign of life is given
        once there is some."""
        self._said = {
            "pid": os.getpid(),
            "roles": sorted(roles),
            "listening": list(listening),
            "silent": list(silent),
            "keys": list(keys),
        }
        self.beat()

    def beat(self) -> None:
        """A round came to its end; and what is the matter with the log or the
        broker, if anything is."""
        with self._lock, suppress(OSError):
            if not self._said:
                return
            troubles = {"log": str(self._log() or ""), "broker": str(self._broker())}
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
    """The processes of this desk on this machine (in this container) that live, or died without a
    word a moment ago."""
    at = time.time() if now is None else now
    found = []
    for file in sorted((desk / FOLDER).glob(f"{socket.gethostname()}.*.json")):
        pulse = next(filter(None, (_look(file, at) for _ in range(LOOKS))), None)
        if pulse is None:
            continue
        if is_alive(pulse.pid):
            found.append(pulse)
        else:
            with suppress(OSError):  # killed; whoever took its place has a file of its own
                file.unlink(missing_ok=True)
    return found


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
    return Pulse(
        int(said["pid"]), tuple(map(str, said["roles"])), listening, silent, log, broker, age, keys
    )


def is_alive(pid: int) -> bool:
    """Whether there is such a process; somebody else's counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
