"""What became of one message for one recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sent", "deferred", "failed", "uncertain"]

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")


_NEVER_IN_A_PATH = re.compile(r"[\x00-\x20\x7f<>\ud800-\udfff]")


@dataclass(frozen=True)
class Outcome:
    """sent: the relay took it (2yz). deferred: try again later. failed: it never will (5yz).

    uncertain: the link was lost between the final dot and the answer, so the
    relay may have it. `code` is the relay's, or 0 where none was heard;
    `enhanced` is from RFC 3463.
    """

    recipient: str
    kind: Kind
    code: int
    enhanced: str
    text: str


def from_reply(recipient: str, code: int, reply: bytes) -> Outcome:
    """The outcome a reply stands for (RFC 5321, 4.2.1); anything that is no reply at all is
    deferred."""
    text = " ".join(reply.decode("utf-8", "replace").split())[:500]
    found = _ENHANCED.match(text)
    first = code // 100
    kind: Kind = "sent" if first == 2 else "failed" if first == 5 else "deferred"
    if found and int(found[1][0]) == first:
        return Outcome(recipient, kind, code, found[1], text[found.end() :].strip())
    return Outcome(recipient, kind, max(code, 0), f"{first if first in (2, 5) else 4}.0.0", text)


def may_stand_in_an_envelope(address: str) -> bool:
    """False for an address that could end a command or a header line early, or cannot
    be written at all."""
    return not _NEVER_IN_A_PATH.search(address)
