"""The content of one mail while it comes in over SMTP: where it ends, and what is kept of it.

Only CR LF dot CR LF ends it (RFC 5321, 4.1.1.4). A lone LF or CR never does,
so nobody can hide a second mail in the first ("SMTP smuggling"); what is kept
has CR LF line ends only, as Postfix does it since 3.9: refusing bare LF would
turn away too many small devices and scripts that customers really use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from ipaddress import IPv6Address, ip_address

from maildesk.config.settings import Listener
from maildesk.errors import Refused
from maildesk.ingress.large import Large
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

LARGE = 1024 * 1024  # octets that are held in memory; what is larger goes to a file as it comes


class Content:
    """The octets of one DATA, collected chunk by chunk without looking at single lines.

    A large mail is handed on to what `begin_large` makes, where there is such a thing.
    """

    def __init__(self, limit: int, begin_large: Callable[[], Large] | None = None) -> None:
        # A line end stands in front, so that a dot in the first line is found like every other.
        self._octets = bytearray(b"\r\n")
        self._limit = limit
        self._begin_large = begin_large
        self.large: Large | None = None
        self.size = 0
        self.too_big = False
        self.has_room = True

    @property
    def kept(self) -> int:
        """The octets held in memory."""
        return self.large.kept if self.large is not None else len(self._octets)

    def drop(self) -> None:
        """Keep nothing more of it: there is no room. The end is still looked for, so that the
        sender hears why."""
        self.has_room = False
        if self.large is not None:
            self.large.refuse(NO_ROOM)
        else:
            del self._octets[: -len(END)]

    def feed(self, chunk: bytes) -> bytes | None:
        """Take a chunk. None while the end has not come; then the octets that follow the end."""
        if self.large is not None:
            self.size += len(chunk)
            return self.large.feed(chunk)
        octets = self._octets
        start = max(0, len(octets) - len(END) + 1)
        octets += chunk
        self.size += len(chunk)
        found = octets.find(END, start)
        if found >= 0:
            rest = bytes(octets[found + len(END) :])
            del octets[found + 2 :]
            self.size -= len(rest) + 3
            self.too_big = self.too_big or self.size > self._limit
            return rest
        if self.size > self._limit + 3:  # the final dot and its line end may be under way
            self.too_big = True
        if self.too_big or not self.has_room:
            del octets[: -len(END)]
        elif len(octets) > LARGE and self._begin_large is not None:
            return self._hand_on(self._begin_large)
        return None

    def _hand_on(self, begin: Callable[[], Large]) -> bytes | None:
        """The rest goes to a file, as does what has come; without a file there is no room."""
        so_far, self._octets = bytes(self._octets), bytearray(self._octets[-len(END) :])
        try:
            self.large = begin()
        except OSError:
            self.has_room = False
            return None
        return self.large.feed(so_far[2:])

    def close(self) -> None:
        """What of it lies in a file is gone, unless it was taken."""
        if self.large is not None:
            self.large.close()

    def checked(self, listener: Listener, top: bytes) -> bytes:
        """The message with these lines on top, once; Refused with the reply where the listener's
        limits forbid it."""
        too_big = TOO_BIG.format(listener.max_message_size)
        if not self.has_room:
            raise Refused(NO_ROOM)
        if self.too_big:
            raise Refused(too_big)
        message = self.take_message()
        # bare line ends grow when they are made whole
        if len(message) - 2 > listener.max_message_size:
            raise Refused(too_big)
        if has_line_beyond(listener.max_line_length, message):
            raise Refused(LINE_TOO_LONG.format(listener.max_line_length))
        if count_hops(message) > listener.max_hops:
            raise Refused(TOO_MANY_HOPS)
        return b"".join((top, memoryview(message)[2:]))

    def take_message(self) -> bytes:
        """The message without the dots that SMTP added (RFC 5321, 4.5.2) and with clean line ends;
        it is gone from here then.

        Each line still begins behind a CR LF, the first one too: the first two octets
        are not the message's.
        """
        octets, self._octets = bytes(self._octets), bytearray()
        return unstuffed(octets)


def trace(
    *, mail_from: str, greeting: str, peer: str, by: str, protocol: str, tag: str, now: datetime
) -> bytes:
    """Return-Path and Received, the lines a final server adds on top (RFC 5321, 4.4).

    The Return-Path is always ours, so that one the sender wrote is never the topmost.
    """
    return (
        f"Return-Path: <{mail_from}>\r\n"
        f"Received: from {greeting} ({_literal(peer)})\r\n"
        f"\tby {by} with {protocol} id {tag};\r\n"
        f"\t{format_datetime(now)}\r\n"
    ).encode()


def _literal(peer: str) -> str:
    """The peer as an address literal (RFC 5321, 4.1.3)."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return "unknown"
    return f"[IPv6:{address}]" if isinstance(address, IPv6Address) else f"[{address}]"
