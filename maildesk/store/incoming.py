"""A large message on its way in: written to a file as it comes, beside those that are kept, and
named by its digest at the end.

Only what is whole and on the disk gets there (`Blobs.put`); a part that was left when
a process died is removed by the next one that looks, a day later.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from maildesk.disk import sync_file
from maildesk.errors import TransientFailure

HEAD = 256 * 1024  # octets of the beginning that are kept in memory: more than any header has
PART = "part"
DEAD_AFTER = 86_400  # seconds in which nothing was added to a part


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message in a file that is on the disk, not yet under the name it is kept by."""

    path: Path
    digest: bytes
    size: int
    head: bytes

    def __len__(self) -> int:
        return self.size


Raw = bytes | Arrived


def head_of(raw: Raw) -> bytes:
    """The message, or the beginning of a large one: its whole header."""
    return raw if isinstance(raw, bytes) else raw.head


class Incoming:
    """One file being written, by one thread at a time. OSError where there is no room.

    `drop` may come from another thread, at any time: the name goes at once, and the file is closed
    by whoever has it in hand.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's mail: its owner's alone
        self._path = folder / f"{os.getpid()}.{os.urandom(8).hex()}.{PART}"
        self._file = self._path.open("xb", buffering=0)
        self._digest = sha256()
        self._head = b""
        self._size = 0
        self._in_hand = threading.Lock()
        self._is_dropped = False

    def write(self, octets: bytes) -> None:
        """Add these."""
        with self._in_hand:
            if self._is_dropped:
                return
            self._digest.update(octets)
            self._head += octets[: HEAD - len(self._head)]
            self._size += len(octets)
            view = memoryview(octets)
            while view:
                view = view[self._file.write(view) :]
        self._close_if_dropped()

    def finish(self) -> Arrived:
        """The whole message, on the disk. TransientFailure where it cannot be."""
        try:
            sync_file(self._file.fileno())
            self._file.close()
        except OSError as problem:
            raise TransientFailure(
                f"a large message cannot be kept: {problem.strerror}"
            ) from problem
        return Arrived(self._path, self._digest.digest(), self._size, self._head)

    def drop(self) -> None:
        """Nothing of it stays, unless it is kept by now."""
        self._is_dropped = True
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._close_if_dropped()

    def _close_if_dropped(self) -> None:
        """Unless another thread is writing, which will come here as well."""
        if self._is_dropped and self._in_hand.acquire(blocking=False):
            with contextlib.suppress(OSError):
                self._file.close()
            self._in_hand.release()


def remove_dead_parts(folder: Path) -> None:
    """What processes that died have left."""
    for path in folder.glob(f"*.{PART}") if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > DEAD_AFTER:
                path.unlink()
