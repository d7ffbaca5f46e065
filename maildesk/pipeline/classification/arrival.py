"""When a message arrived, as far as anybody but its sender says so.

A mailbox says it (INTERNALDATE), and so does every server on the way, on top of the message
(Received, RFC 5321, 4.4). The Date of the message says nothing: it is its sender's clock. Neither
does a Received line of a server that we do not know move any clock of ours, for whoever hands us
the message can have written it; it is reason enough, though, to answer nothing by ourselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from maildesk.desk.facts import MailFact, MessageFromRequester
from maildesk.desk.policy import Policy
from maildesk.mail.message import Message
from maildesk.mail.received import newest
from maildesk.pipeline.classification.evidence import is_trusted

if TYPE_CHECKING:
    from maildesk.config.settings import Listener
    from maildesk.store.spool import Spooled

_WE_WROTE_ONE = ("smtp", "lmtp")  # the doors that put a Received line of ours on top
_OURS = ("lmtp", "pipe")  # only a mail server of our own hands over there


def arrived_at(job: Spooled, message: Message) -> datetime:
    """When this message arrived, never later than it was received here."""
    own = 1 if job.envelope.via in _WE_WROTE_ONE or job.envelope.submitted_by else 0
    said = job.envelope.arrived_at or newest(message.headers.get("received", ())[own:])
    return min(job.received_at, said or job.received_at)


def is_known(job: Spooled, listeners: Sequence[Listener]) -> bool:
    """Whether a mailbox or a server of ours says when it arrived."""
    envelope = job.envelope
    return envelope.is_of_a_mailbox or envelope.via in _OURS or is_trusted(envelope.peer, listeners)


def dated(
    fact: MailFact,
    job: Spooled,
    message: Message,
    policy: Policy,
    listeners: Sequence[Listener],
    now: datetime,
) -> MailFact:
    """The fact with what there is to know of its age, where it is older than what is answered by
    itself; and whether it was taken for spam before it came to us."""
    if not isinstance(fact, MessageFromRequester):
        return fact
    at, limit = arrived_at(job, message), policy.periods.stale_after
    is_stale = limit is not None and now - at > limit
    if not is_stale and not job.envelope.suspected:
        return fact
    situation = replace(
        fact.situation,
        arrived_at=at if is_stale else None,
        clock_from=at if is_stale and is_known(job, listeners) else None,
        suspected=job.envelope.suspected,
    )
    return replace(fact, situation=situation)
