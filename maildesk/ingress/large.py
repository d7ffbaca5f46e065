"""The content of a large mail while it comes in: line by line into a file, never whole in memory.

What `content` does to a mail that it holds is done here to each piece of whole
lines: dots taken off (RFC 5321, 4.5.2), line ends made clean, long lines and
too many hops found. The end is looked for across the borders of pieces.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from maildesk.config.settings import Listener
from maildesk.errors import Refused
from maildesk.ingress.lines import (
    END,
    LINE_TOO_LONG,
    NO_ROOM,
    TOO_BIG,
    TOO_MANY_HOPS,
    count_hops,
    has_line_beyond,
    unstuffed,
)
from maildesk.store.incoming import Arrived, Incoming

AT_ONCE = 256 * 1024  # octets that are worth a journey to the thread that writes
MANY = 1024 * 1024  # waiting to be written: the client is not read from until there are fewer


class Large:
    """One mail. `throttle` is told when to read no more from the client, and when again."""

    def __init__(
        self, file: Incoming, top: bytes, listener: Listener, throttle: Callable[[bool], None]
    ) -> None:
        self._file, self._top, self._listener, self._throttle = file, top, listener, throttle
        self._loop = asyncio.get_running_loop()
        self._carry = b""  # the line that is not whole yet
        self._at_line = True  # whether it begins behind a CR LF, where a dot counts
        self._waiting: list[bytes] = []
        self._to_write = 0
        self._writing: asyncio.Future[None] | None = None
        self._size = 0
        self._refusal = ""
        self._has_begun = False

    @property
    def kept(self) -> int:
        """The octets held in memory."""
        return len(self._carry) + self._to_write

    def refuse(self, why: str) -> None:
        """Keep nothing more of it; the end is still looked for, so that the sender hears why."""
        self._refusal = self._refusal or why
        self._waiting.clear()
        self._to_write = 0

    def feed(self, chunk: bytes) -> bytes | None:
        """Take a chunk. None while the end has not come; then the octets that follow the end."""
        lead = b"\r\n" if self._at_line else b""
        octets = b"".join((lead, self._carry, chunk))
        found = octets.find(END)
        if found >= 0:
            self._carry = b""
            self._take(octets[: found + 2], lead)
            self._write()
            return octets[found + len(END) :]
        if self._refusal:
            self._carry, self._at_line = octets[-len(END) :], False
            return None
        rest = octets.rfind(b"\r\n", len(lead)) + 2
        if rest >= 2:
            self._at_line = True
        elif rest := self._behind_a_bare_lf(octets, lead):
            self._at_line = False
        else:
            self._carry = octets[len(lead) :]
            return None
        self._carry = octets[rest:]
        self._take(octets[:rest], lead)
        if self._to_write >= AT_ONCE:
            self._write()
        return None

    def _behind_a_bare_lf(self, octets: bytes, lead: bytes) -> int:
        """Where a line that grows and grows may be cut: behind a bare LF, which will be a line end.
        0 where it need not be yet."""
        if len(octets) <= self._listener.max_line_length + AT_ONCE:
            return 0
        rest = octets.rfind(b"\n", len(lead), len(octets) - len(END)) + 1
        if not rest:
            self.refuse(LINE_TOO_LONG.format(self._listener.max_line_length))
        return rest

    def _take(self, octets: bytes, lead: bytes) -> None:
        """Whole lines, to be written."""
        if self._refusal:
            return
        lines = unstuffed(octets if lead else b"\r\n" + octets, at_line=bool(lead))
        self._size += len(lines) - 2
        if not self._has_begun:
            self._has_begun = True
            self._put(self._top)
            if count_hops(lines) > self._listener.max_hops:
                self.refuse(TOO_MANY_HOPS)
        if self._size > self._listener.max_message_size:
            self.refuse(TOO_BIG.format(self._listener.max_message_size))
        elif has_line_beyond(self._listener.max_line_length, lines):
            self.refuse(LINE_TOO_LONG.format(self._listener.max_line_length))
        else:
            self._put(lines[2:])

    def _put(self, octets: bytes) -> None:
        self._waiting.append(octets)
        self._to_write += len(octets)

    def _write(self) -> None:
        """Hand what waits to a thread; one at a time, in order."""
        if self._writing is not None or not self._waiting:
            return
        octets = b"".join(self._waiting)
        self._waiting.clear()
        self._writing = self._loop.run_in_executor(None, self._file.write, octets)
        self._writing.add_done_callback(lambda done: self._written(done, len(octets)))
        if self._to_write > MANY:
            self._throttle(True)

    def _written(self, done: asyncio.Future[None], octets: int) -> None:
        self._writing = None
        self._to_write = max(0, self._to_write - octets)
        if done.cancelled() or done.exception() is not None:
            self.refuse(NO_ROOM)
        if self._to_write <= MANY:
            self._throttle(False)
        if self._to_write >= AT_ONCE:
            self._write()

    async def checked(self) -> Arrived:
        """The message, whole and on the disk; Refused with the reply where the listener's limits or
        the disk forbid it."""
        while (self._waiting or self._writing is not None) and not self._refusal:
            self._write()
            if self._writing is not None:
                await asyncio.wait([self._writing])
        if self._refusal:
            raise Refused(self._refusal)
        return await self._loop.run_in_executor(None, self._file.finish)

    def close(self) -> None:
        """Nothing of it stays, unless it was taken."""
        self._refusal = self._refusal or NO_ROOM
        self._file.drop()
