"""A message that was sent in several waits until all of them are there, and is processed as one.

Theory of operation. A piece that is claimed looks for the others: rows of the spool that wait under
the same key, which stands in `error`. While one is missing it waits among them, and looks again
with growing pauses. Whoever finds all of them processes the whole in their place, and finishes
their rows in the same transaction. After `PATIENCE` a piece is processed as what it is, and says
that it is a part of a message.

A piece that came twice ends with the whole as well; another one of its number does not.

Only pieces of one sender, which came by one envelope and from one peer, are joined; none that was
taken for spam.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from maildesk.desk.senders import trust
from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.mail.parts import partial
from maildesk.store import due, spool
from maildesk.store.schema import spool as spool_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.mail.message import Message
    from maildesk.pipeline.services import Services
    from maildesk.store.spool import Spooled

PATIENCE = timedelta(minutes=30)
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Whole:
    """What is to be processed in this row's place; the rows of the other pieces end with it."""

    job: Spooled
    raw: bytes
    others: tuple[int, ...] = ()


def whole_of(services: Services, job: Spooled, message: Message, raw: bytes) -> Whole | None:
    """The message as it is, or the one that it completes; None where it waits for other pieces."""
    kind = message.header("content-type").strip().lower()
    may_wait = kind.startswith("message/partial") and not (
        job.released_by or _is_spam(services, job, message)
    )
    found = partial.fragment(raw) if may_wait else None
    now = services.now()
    if found is None or now - job.received_at >= PATIENCE:
        return Whole(job, raw)
    key = _key(found, job, message)
    with services.db.write() as conn:
        waiting = spool.waiting_for(conn, key, besides=job.id)
        pieces, rows = {found.number: raw}, list[int]()
        if not _may_be_whole(found, [len(raw), *(size for _, _, size in waiting)]):
            waiting = []  # they need not be read
        for row_id, digest, _ in waiting:
            piece = _octets(services, conn, digest)
            other = partial.fragment(piece)
            if other is not None and partial.is_same(pieces.setdefault(other.number, piece), piece):
                rows.append(row_id)
        joined = partial.joined(pieces)
        if joined is None:
            pause = min(max((now - job.received_at) / 4, _FIRST), _LONGEST)
            holder = (services.owner, job.attempts)
            due.postpone(
                conn,
                spool_table,
                job.id,
                now + pause,
                error=key,
                refund_attempt=True,
                holder=holder,
            )
            return None
        (digest,) = services.blobs.put(conn, [joined], now)
    return Whole(replace(job, digest=digest, raw=joined), joined, tuple(rows))


def finish(conn: Connection, whole: Whole) -> None:
    """The rows of the other pieces end, within the transaction that processes the whole.
    TransientFailure where another worker has one of them in hand."""
    if spool.joined(conn, whole.others) != len(whole.others):
        raise TransientFailure("a piece of this message is being looked at by another worker")


def _key(found: partial.Fragment, job: Spooled, message: Message) -> str:
    """What pieces of one message have in common, as it stands beside a row that waits."""
    envelope, sender = job.envelope, message.sender.key if message.sender else ""
    same: tuple[Any, ...] = (found.id, sender, envelope.mail_from, *sorted(envelope.rcpt_to))
    words = "\0".join(map(str, (*same, envelope.via, envelope.peer)))
    return f"waits for the other parts of its message ({sha256(words.encode()).hexdigest()[:32]})"


def _is_spam(services: Services, job: Spooled, message: Message) -> bool:
    """Whether this piece was taken for spam: the whole would not show it."""
    rules = services.keeper.current.policy.trust
    return bool(job.envelope.suspected or trust.spam_verdict(message, rules))


def _may_be_whole(found: partial.Fragment, sizes: list[int]) -> bool:
    """Whether messages of these sizes, which are read into memory together, may be all pieces."""
    return len(sizes) >= found.total and sum(sizes) <= partial.LARGEST


def _octets(services: Services, conn: Connection, digest: bytes) -> bytes:
    try:
        return services.blobs.get(conn, digest)
    except PermanentFailure:
        return b""
