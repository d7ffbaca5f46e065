"""The spool: every message that came in, durable before the sender hears 250 (RFC 5321, 6.1).

Whichever door it comes through, `accept` is the only way in. A row is finished
in the same transaction that turns its message into a ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from maildesk.mail.message import Envelope
from maildesk.mail.mime.headers import quick_ids
from maildesk.store import due
from maildesk.store.blobs import Blobs, body_named_by
from maildesk.store.erasing.tables import spool_tickets
from maildesk.store.incoming import Raw, head_of
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import blobs, spool

_COLUMNS = (
    "digest",
    "message_id",
    "mail_from",
    "rcpt_to",
    "via",
    "peer",
    "received_at",
    "arrived_at",
    "suspected",
    "state",
    "due_at",
)
_INSERT = Prepared(insert(spool).returning(spool.c.id), _COLUMNS)

_BODY = body_named_by("spool")
# As a sum, so that SQLite finds the few that are due by their index and sorts them; by the id alone
# it would read every message there ever was in that order.
_BY_ID = spool.c.id + 0

_AWAITED = (
    select(spool.c.id)
    .where(
        spool.c.message_id.in_(bindparam("wanted", expanding=True)),
        spool.c.due_at.is_not(None),
        spool.c.id != bindparam("besides"),
    )
    .limit(1)
)
_AHEAD = (
    select(spool.c.id)
    .where(
        spool.c.message_id.in_(bindparam("wanted", expanding=True)),
        spool.c.due_at.is_not(None),
        spool.c.id < bindparam("than"),
        spool.c.error.is_(None),
    )
    .limit(1)
)

# characters of a Message-ID as it is kept and compared: an index row has 2,700 octets at most
LONGEST_ID = 600
ERASED = b""  # in place of the digest of a message that went with its ticket
MOST_PIECES = 100  # rows that are looked through for the pieces of one message


@dataclass(frozen=True, slots=True)
class Spooled:
    """A spooled message, claimed."""

    id: int
    digest: bytes
    envelope: Envelope
    received_at: datetime
    attempts: int
    released_by: str
    as_note: bool = False  # so it was released
    raw: bytes | None = None  # the message, where it came with the claim; else `Blobs` has it


def accept(
    conn: Connection, kept: Blobs, arrivals: Sequence[tuple[Raw, Envelope]], now: datetime
) -> list[int]:
    """Keep these messages within one transaction; their spool ids, in order. Nothing is promised
    before the commit."""
    if not arrivals:
        return []
    digests = kept.put(conn, [raw for raw, _ in arrivals], now)
    rows = [
        {
            "digest": digest,
            "message_id": quick_ids(head_of(raw))[0][:LONGEST_ID],
            "mail_from": envelope.mail_from,
            "rcpt_to": list(envelope.rcpt_to),
            "via": envelope.via,
            "peer": envelope.peer,
            "received_at": now,
            "arrived_at": envelope.arrived_at,
            "suspected": envelope.suspected or None,
            "state": "due",
            "due_at": now,
        }
        for digest, (raw, envelope) in zip(digests, arrivals, strict=True)
    ]
    return [made.id for row in rows for made in _INSERT(conn, row)]


def claim(
    conn: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[Spooled]:
    """Up to `limit` messages that are due, oldest first, now ours until the lease ends."""
    rows = due.claim(conn, spool, owner=owner, now=now, lease=lease, limit=limit, with_column=_BODY)
    return [replace(spooled(row), raw=row.body and bytes(row.body)) for row in rows]


def spooled(row: Row[Any]) -> Spooled:
    """A row as a value."""
    envelope = Envelope(
        row.mail_from, tuple(row.rcpt_to), row.via, row.peer, row.arrived_at, row.suspected or ""
    )
    return Spooled(
        row.id,
        row.digest,
        envelope,
        row.received_at,
        row.attempts,
        row.released_by or "",
        bool(row.as_note),
    )


def is_awaited(conn: Connection, message_ids: Sequence[str], besides: int) -> bool:
    """Whether one of these Message-IDs belongs to a message that is spooled and not yet
    processed."""
    if not message_ids:
        return False
    return (
        conn.execute(
            _AWAITED, {"wanted": [one[:LONGEST_ID] for one in message_ids[:50]], "besides": besides}
        ).first()
        is not None
    )


def is_ahead(conn: Connection, message_ids: Sequence[str], than: int) -> bool:
    """Whether one of these Message-IDs belongs to an earlier message that is not yet processed and
    has not stumbled."""
    if not message_ids:
        return False
    return (
        conn.execute(
            _AHEAD, {"wanted": [one[:LONGEST_ID] for one in message_ids[:50]], "than": than}
        ).first()
        is not None
    )


def on_their_way(conn: Connection, begins: str) -> list[tuple[int, str]]:
    """The id and the Message-ID of each message that is not yet processed and whose Message-ID
    begins so, oldest first."""
    are_due = (spool.c.due_at.is_not(None), spool.c.message_id.startswith(begins, autoescape=True))
    found = select(spool.c.id, spool.c.message_id).where(*are_due).order_by(_BY_ID)
    return [(row.id, row.message_id) for row in conn.execute(found)]


def waiting_for(conn: Connection, why: str, *, besides: int) -> list[tuple[int, bytes, int, str]]:
    """The id, digest, size in octets and reason of each message that waits for a reason that begins
    with these words, oldest first; nobody has them in hand."""
    begins = spool.c.error.startswith(why, autoescape=True)
    waits = (spool.c.due_at.is_not(None), spool.c.state == "due", begins)
    size = select(blobs.c.size).where(blobs.c.digest == spool.c.digest).scalar_subquery()
    found = select(spool.c.id, spool.c.digest, spool.c.error, size.label("size"))
    rows = conn.execute(
        found.where(*waits, spool.c.id != besides).order_by(_BY_ID).limit(MOST_PIECES)
    )
    return [(row.id, row.digest, row.size or 0, row.error) for row in rows]


def joined(conn: Connection, ids: Sequence[int]) -> int:
    """These messages were processed as parts of another; how many of them nobody had in hand."""
    if not ids:  # as for nearly every message
        return 0
    ended = (
        update(spool)
        .where(spool.c.id.in_(ids), spool.c.state == "due", spool.c.due_at.is_not(None))
        .values(state="done", due_at=None, outcome="joined", error=None)
    )
    return conn.execute(ended).rowcount


def belongs_also(conn: Connection, spool_id: int, tickets: Sequence[int]) -> None:
    """The message did something to these tickets, too."""
    if tickets:
        rows = [{"ticket_id": one, "spool_id": spool_id} for one in tickets]
        conn.execute(delete(spool_tickets).where(spool_tickets.c.spool_id == spool_id))
        conn.execute(insert(spool_tickets), rows)


def release(
    conn: Connection, spool_id: int, by: str, now: datetime, *, as_note: bool = False
) -> None:
    """Send a held message through the pipeline again, as if just arrived, with the person's
    decision noted."""
    values = {"state": "due", "due_at": now, "released_by": by, "as_note": as_note}
    values |= {"attempts": 0, "owner": None, "error": None}
    conn.execute(update(spool).where(spool.c.id == spool_id).values(values))


def by_id(conn: Connection, spool_id: int) -> Row[Any] | None:
    """The whole row, for people."""
    return conn.execute(select(spool).where(spool.c.id == spool_id)).one_or_none()


def depth(conn: Connection) -> int:
    """How many messages wait to be processed."""
    return conn.execute(
        select(func.count()).select_from(spool).where(spool.c.due_at.is_not(None))
    ).scalar_one()


def received_since(
    conn: Connection, since: datetime, *, after: int, limit: int = 200
) -> list[Spooled]:
    """Messages that came since then, oldest first, from behind the id `after` on."""
    found = (
        select(spool)
        .where(spool.c.received_at >= since, spool.c.id > after, spool.c.digest != ERASED)
        .order_by(spool.c.id)
        .limit(limit)
    )
    return [spooled(row) for row in conn.execute(found)]
