"""Standard output and standard error of a process that must not wait for whoever reads them.

A write to a pipe that nobody reads blocks, one to a pipe whose reader died or to a full disk fails;
either of them in the midst of the work is the work's end. So a line is only put down here, and a
thread of its own writes it. Writing without waiting (O_NONBLOCK) is no other way: the flag would be
set for everybody who has the same terminal or pipe, to ask first (poll(2)) helps only where nobody
else writes meanwhile, and neither keeps a disk from hanging.

What cannot be written waits, up to `ROOM`; what comes after that is lost and counted.
Once everything that waited is written the count is told in one line, at the place where
the lines are missing.
"""

from __future__ import annotations

import io
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

ROOM = 1_048_576  # octets that wait
# so many arrive in one piece where other processes write to the same pipe (pipe(7))
WHOLE = getattr(select, "PIPE_BUF", 512)
AGAIN = 1.0  # seconds after which a write that failed is tried again
PATIENCE = 1.0  # seconds for a write that are no trouble yet


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Lines cannot be written since then; so many are lost by now."""

    since: datetime
    lost: int
    why: str = "nobody reads it"

    def __str__(self) -> str:
        return (
            f"cannot be written since {self.since:%Y-%m-%d %H:%M:%S} UTC ({self.why}), "
            f"{self.lost} lines lost"
        )


class NonBlockingStream(io.TextIOBase):
    """Text for this file descriptor. Writing to it neither blocks nor raises; `on_lost` hears of
    lines that were left out."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(
        self, handle: int, *, room: int = ROOM, on_lost: Callable[[Unwritten], None] | None = None
    ) -> None:
        self._handle, self._room, self._on_lost = handle, room, on_lost
        self._waiting: deque[bytes] = deque()
        self._octets = 0  # that wait or are being written
        self._lost, self._is_losing = 0, False
        self._since: float | None = None  # when that was begun which is not yet written
        self._why = ""  # it failed
        # Its lock may be taken twice by one thread: a warning from a destructor can come while a
        # line is put down.
        self._changed = threading.Condition(threading.RLock())
        threading.Thread(target=self._run, name=f"writes to {handle}", daemon=True).start()

    def write(self, text: str, /) -> int:
        """Put it down."""
        octets = text.encode(self.encoding, self.errors)
        with self._changed:
            if self._is_losing or (self._waiting and self._octets + len(octets) > self._room):
                self._is_losing, self._since = True, self._since or time.time()
                self._lost += text.count("\n")
            elif octets:
                self._waiting.append(octets)
                self._octets += len(octets)
                self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """It is written as soon as it can be."""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._handle

    def isatty(self) -> bool:
        return os.isatty(self._handle)

    def unwritten(self) -> Unwritten | None:
        """Since when nothing can be written, where that is so."""
        with self._changed:
            if self._since is None or not (
                self._is_losing or self._why or time.time() - self._since > PATIENCE
            ):
                return None
            since = datetime.fromtimestamp(self._since, UTC)
            return (
                Unwritten(since, self._lost, self._why)
                if self._why
                else Unwritten(since, self._lost)
            )

    def drain(self, patience: float = PATIENCE) -> None:
        """Wait until everything is written, no longer than this, and not at all
        where it cannot be."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._why or (not self._waiting and self._since is None), patience
            )

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                octets = self._next()
                self._since = self._since or time.time()
            self._put(octets)
            if (found := self._written(len(octets))) is not None and self._on_lost is not None:
                self._on_lost(found)

    def _next(self) -> bytes:
        """As many lines as arrive in one piece."""
        octets = self._waiting.popleft()
        while self._waiting and len(octets) + len(self._waiting[0]) <= WHOLE:
            octets += self._waiting.popleft()
        return octets

    def _put(self, octets: bytes) -> None:
        """Write it, however long that takes."""
        left = memoryview(octets)
        while left:
            try:
                left = left[os.write(self._handle, left) :]
            except BlockingIOError:  # somebody else has set O_NONBLOCK for all who have this pipe
                select.select([], [self._handle], [], AGAIN)
            except OSError as problem:
                with self._changed:
                    self._why = problem.strerror or type(problem).__name__
                    self._changed.notify_all()
                time.sleep(AGAIN)

    def _written(self, count: int) -> Unwritten | None:
        """So many octets are written. What is missing behind them, where they were the
        last that waited."""
        with self._changed:
            self._octets -= count
            self._why = ""
            missing = None
            if self._is_losing and not self._waiting:
                missing = Unwritten(
                    datetime.fromtimestamp(self._since or time.time(), UTC), self._lost
                )
                self._lost, self._is_losing = 0, False
            if not self._is_losing:
                self._since = None
            self._changed.notify_all()
        return missing


def handle_of(stream: object, number: int) -> int:
    """The file descriptor behind a standard stream. Where it was closed at our start the number is
    somebody else's by now."""
    return os.open(os.devnull, os.O_WRONLY) if stream is None else number


def standard_streams(
    on_lost: Callable[[Unwritten], None],
) -> tuple[NonBlockingStream, NonBlockingStream]:
    """Output and error in place of Python's own; `on_lost` hears of lines of the latter that were
    left out."""
    output = NonBlockingStream(handle_of(sys.__stdout__, 1))
    error = NonBlockingStream(handle_of(sys.__stderr__, 2), on_lost=on_lost)
    sys.stdout, sys.stderr = output, error
    return output, error
