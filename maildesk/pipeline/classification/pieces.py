"""A message that was sent in several waits until all of them are there, and is processed as one.

Theory of operation. A piece that is claimed looks for the others: rows of the spool that wait under
the same key, which stands in `error`, with the number of the piece. While one is missing it waits
among them, and looks again with growing pauses; none is read before all numbers are there. Whoever
finds all of them processes the whole in their place, and finishes their rows in the same
transaction. After `PATIENCE` a piece is processed as what it is, and says that it is a part of a
message.

A piece that came twice ends with the whole as well, or as a duplicate where it came after that;
another one of its number does not.

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
from maildesk.log import log
from maildesk.mail.parts import partial
from maildesk.store import due, processed, spool
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
    """What is to be processed in this row's place; the rows of the other pieces end with it.

    `known_by`: what each piece is known by when it comes again, and the digest of its body."""

    job: Spooled
    raw: bytes
    others: tuple[int, ...] = ()
    known_by: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that waits under the same key: which piece it says it is."""

    id: int
    digest: bytes
    size: int
    number: int
    total: int


def whole_of(services: Services, job: Spooled, message: Message, raw: bytes) -> Whole | None:
    """The message as it is, or the one that it completes; None where it waits for other pieces, or
    was one of a message that is done."""
    kind = message.header("content-type").strip().lower()
    may_wait = kind.startswith("message/partial") and not (
        job.released_by or _is_spam(services, job, message)
    )
    found = partial.fragment(raw) if may_wait else None
    now = services.now()
    if found is None:
        return Whole(job, raw)
    holder = (services.owner, job.attempts)
    with services.db.write() as conn:
        if processed.seen_at(conn, *_known_by(found, message, raw)) is not None:
            due.finish(conn, spool_table, job.id, "done", holder=holder, outcome="duplicate")
            log.info("duplicate", spool=job.id, message_id=message.message_id[:120])
            return None
        if now - job.received_at >= PATIENCE:
            return Whole(job, raw)
        key = _key(found, job, message)
        whole = _joined(services, conn, found, job, message, raw, _waiting(conn, key, job.id))
        if whole is None:
            pause = min(max((now - job.received_at) / 4, _FIRST), _LONGEST)
            error = f"{key}: {found.number}/{found.total}"
            until = now + pause
            due.postpone(
                conn, spool_table, job.id, until, error=error, refund_attempt=True, holder=holder
            )
        return whole


def _joined(
    services: Services,
    conn: Connection,
    found: partial.Fragment,
    job: Spooled,
    message: Message,
    raw: bytes,
    waiting: list[_Waiting],
) -> Whole | None:
    """The whole of this piece and those that wait, and its place in the spool; None where they
    cannot be all."""
    numbers = {found.number, *(one.number for one in waiting)}
    totals = {found.total, *(one.total for one in waiting)} - {0}
    sizes = len(raw) + sum(one.size for one in waiting)
    if len(totals) != 1 or numbers != set(range(1, max(totals) + 1)) or sizes > partial.LARGEST:
        return None  # they need not be read
    pieces, rows = {found.number: raw}, list[int]()
    for one in waiting:
        piece = _octets(services, conn, one.digest)
        kept = pieces.setdefault(one.number, piece)
        if kept == piece or partial.body(kept) == partial.body(piece):
            rows.append(one.id)
    joined = partial.joined(pieces)
    if joined is None:
        return None
    (digest,) = services.blobs.put(conn, [joined], services.now())
    known_by = tuple(
        _known_by(replace(found, number=number), message, piece) for number, piece in pieces.items()
    )
    return Whole(replace(job, digest=digest, raw=joined), joined, tuple(rows), known_by)


def _waiting(conn: Connection, key: str, besides: int) -> list[_Waiting]:
    found = []
    for row_id, digest, size, why in spool.waiting_for(conn, key, besides=besides):
        number, _, total = why.removeprefix(f"{key}: ").partition("/")
        if number.isdigit() and total.isdigit():
            found.append(_Waiting(row_id, digest, size, int(number), int(total)))
    return found


def finish(conn: Connection, whole: Whole) -> None:
    """The rows of the other pieces end, within the transaction that processes the whole.
    TransientFailure where another worker has one of them in hand."""
    if spool.joined(conn, whole.others) != len(whole.others):
        raise TransientFailure("a piece of this message is being looked at by another worker")
    for name, digest in whole.known_by:
        processed.is_first(conn, name, digest, whole.job.id)


def _known_by(found: partial.Fragment, message: Message, raw: bytes) -> tuple[str, bytes]:
    """What this piece is known by, whichever way it comes again."""
    sender = message.sender.key if message.sender else ""
    name = sha256(f"{found.id}\0{sender}".encode()).hexdigest()[:32]
    return f"partial.{name}.{found.number}", sha256(partial.body(raw)).digest()[:16]


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


def _octets(services: Services, conn: Connection, digest: bytes) -> bytes:
    try:
        return services.blobs.get(conn, digest)
    except PermanentFailure:
        return b""
