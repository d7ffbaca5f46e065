"""The lines of a mail as SMTP carries them: what ends it, what is undone, what is counted,
and what is refused.

Small mails are taken as a whole (`content`) and large ones piece by piece
(`large`), by the same rules.
"""

from __future__ import annotations

END = b"\r\n.\r\n"
NO_ROOM = "452 4.3.1 No room for the mail now, try again later"
TOO_BIG = "552 5.3.4 Message too big, at most {} octets are taken"
LINE_TOO_LONG = "552 5.3.4 A line is too long, at most {} octets are taken"
TOO_MANY_HOPS = "554 5.4.6 Too many hops, this mail goes round in circles"


def unstuffed(octets: bytes, *, at_line: bool = True) -> bytes:
    """Lines without the dots that SMTP added and with clean line ends. Each begins behind a CR LF,
    the first one too.

    Unless it is `at_line`, the first is no line of SMTP's: the CR LF before it was a bare LF, where
    no dot is added.
    """
    if b"\r\n." in octets:
        start = 0 if at_line else 2
        octets = octets[:start] + octets[start:].replace(b"\r\n.", b"\r\n")
    lines = octets.count(b"\r\n")
    if octets.count(b"\n") == lines and octets.count(b"\r") == lines:
        return octets
    return with_clean_line_ends(octets)


def with_clean_line_ends(octets: bytes) -> bytes:
    """CR LF for each LF whatever stands before it; any other CR becomes a space
    (as Postfix does)."""
    while b"\r\r" in octets:
        octets = octets.replace(b"\r\r", b"\r")
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b" ").replace(b"\n", b"\r\n")


def has_line_beyond(limit: int, message: bytes) -> bool:
    """Is there a line of more octets than this, its line end not counted? Looks at
    a few places only."""
    start = 0
    while len(message) - start > limit:
        end = message.rfind(b"\r\n", start, start + limit + 2)
        if end < 0:
            return True
        start = end + 2
    return False


def count_hops(message: bytes) -> int:
    """How many servers this message has passed: its Received fields (RFC 5321, 6.3). Lines begin
    behind CR LF."""
    end = message.find(b"\r\n\r\n")
    header = message if end < 0 else message[:end]
    return header.lower().count(b"\r\nreceived:")
