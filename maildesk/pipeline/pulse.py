"""A sign of life: each process of a desk keeps a small file in `var/run` and renews it while it does its rounds.

`maildesk health` reads it. The file says what the process does and where it listens;
its time says when the last round came to its end without trouble.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path("var") / "run"
PATIENCE = 30.0  # seconds without a good round that are no illness yet


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a process says of itself. `listening` are hosts and ports; `silent` are those where TLS comes before the first word."""

    pid: int
    roles: tuple[str, ...]
    listening: tuple[tuple[str, int], ...] = ()
    silent: tuple[tuple[str, int], ...] = ()
    age: float = 0.0  # seconds since it was renewed


class Heart:
    """This process's own file, from `begin` to `end`."""

    def __init__(self, desk: Path) -> None:
        self._file = desk / FOLDER / f"{socket.gethostname()}.{os.getpid()}.json"

    def begin(
        self, roles: Iterable[str], listening: Sequence[tuple[str, int]] = (), silent: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Say who we are. A disk without room is no reason not to serve: then there is no sign of life."""
        said = {"pid": os.getpid(), "roles": sorted(roles), "listening": list(listening), "silent": list(silent)}
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.write_text(json.dumps(said), encoding="utf-8")

    def beat(self) -> None:
        """A round came to its end."""
        with suppress(OSError):
            os.utime(self._file)

    def end(self) -> None:
        """We go, and do not leave a file that looks like an illness."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def pulses(desk: Path, now: float | None = None) -> list[Pulse]:
    """The processes of this desk on this machine (in this container) that live, or died without a word a moment ago."""
    at = time.time() if now is None else now
    found = []
    for file in sorted((desk / FOLDER).glob(f"{socket.gethostname()}.*.json")):
        try:
            said, age = json.loads(file.read_text(encoding="utf-8")), at - file.stat().st_mtime
            pulse = _read(said, age)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # it has just gone, or is just being written
        if is_alive(pulse.pid):
            found.append(pulse)
        else:
            with suppress(OSError):  # killed; whoever took its place has a file of its own
                file.unlink(missing_ok=True)
    return found


def _read(said: Mapping[str, Any], age: float) -> Pulse:
    listening, silent = (tuple((str(host), int(port)) for host, port in said[name]) for name in ("listening", "silent"))
    return Pulse(int(said["pid"]), tuple(map(str, said["roles"])), listening, silent, age)


def is_alive(pid: int) -> bool:
    """Whether there is such a process; somebody else's counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
