"""What became of one message for one recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from maildesk.mail.submission.refusals import ABOUT_US, Blame, Stage, blame

Kind = Literal["sent", "deferred", "failed", "uncertain", "stopped", "waiting"]

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")


_NEVER_IN_A_PATH = re.compile(r"[\x00-\x20\x7f<>\ud800-\udfff]")


@dataclass(frozen=True)
class Outcome:
    """sent: the relay took it (2yz). deferred: try again later. failed: it never will (5yz).

    uncertain: the link was lost between the final dot and the answer, so the relay may have it.
    stopped: the relay refuses us, whatever the mail, for what `about_us` names. waiting: it was
    not tried, for its relay is stopped or has been given enough. `code` is the relay's, or 0
    where none was heard; `enhanced` is from RFC 3463.
    """

    recipient: str
    kind: Kind
    code: int
    enhanced: str
    text: str
    about_us: Blame | Literal[""] = ""
    stage: Stage | Literal[""] = ""  # the step at which the relay refused


def from_reply(recipient: str, code: int, reply: bytes, stage: Stage) -> Outcome:
    """The outcome a reply at this step stands for (RFC 5321, 4.2.1).

    Anything that is no reply at all is deferred.
    """
    text = " ".join(reply.decode("utf-8", "replace").split())[:500]
    found = _ENHANCED.match(text)
    first = code // 100
    kind: Kind = "sent" if first == 2 else "failed" if first == 5 else "deferred"
    given = found[1] if found and int(found[1][0]) == first else ""
    text = text[len(given) :].strip()
    enhanced = given or f"{first if first in (2, 5) else 4}.0.0"
    if first in (4, 5) and (whose := blame(code, given, text, stage)) in ABOUT_US:
        return Outcome(recipient, "stopped", code, enhanced, text, whose, stage)
    at: Stage | Literal[""] = "" if first == 2 else stage
    return Outcome(recipient, kind, max(code, 0), enhanced, text, stage=at)


def may_stand_in_an_envelope(address: str) -> bool:
    """False for an address that could end a command or a header line early, or be none at all."""
    return not _NEVER_IN_A_PATH.search(address)
