"""A ticket goes for good: every row that is its own, or tells of it, in the caller's transaction.

Theory of operation. What refers to the ticket by a foreign key goes by that, whatever table it is
in. The rest is found by what they share with it:

    messages that came   spool, quarantine, mailbox_messages: by the ticket they came to, else by
                         the octets or the Message-ID of a message of the ticket
    mails that went      outbox, also where one was just being sent: who has it in hand sends it,
                         and nobody sends it again; mails about other tickets that show this one
                         lose their octets as soon as they are out (`sweep`)
    octets               blobs: those that nothing else refers to. A message that several tickets
                         were answered by stays as long as one of them
    words                the word index
    people               what was learnt of who is known by no other ticket

A message that is still to be processed is none of the ticket's yet: it will find no ticket, and
opens one. That a message was processed stays known, by a hash, so that it does not act again when
it comes again. What stays else is a row of `deleted_tickets`.

The files of large messages, and what a database leaves lying about, are swept after the commit
(`sweep`), by whoever looks next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, func, insert, or_, select, update

from maildesk.store import processed
from maildesk.store.desk import merges
from maildesk.store.erasing import people, word_index
from maildesk.store.erasing.tables import (
    deleted_tickets,
    erased_blobs,
    mails_showing,
    spool_tickets,
)
from maildesk.store.rows.metadata import metadata
from maildesk.store.schema import (
    agent_timers,
    blobs,
    mailbox_messages,
    messages,
    outbox,
    quarantine,
    sent_copies,
    spool,
    tickets,
)
from maildesk.store.spool import ERASED

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column, Connection

_AT_ONCE = 500  # values of one statement


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes with a ticket: its messages and their files, the mails that wait and those that are
    just being sent, and the numbers of the tickets that are part of it."""

    messages: int
    files: tuple[str, ...]
    waiting: int
    being_sent: int
    parts: tuple[str, ...]
    last_at: datetime | None  # when somebody outside wrote last


def contents(conn: Connection, ticket_id: int) -> Contents:
    """What would go now."""
    c = messages.c
    rows = conn.execute(
        select(c.attachments, c.at, c.direction, c.agent)
        .where(c.ticket_id == ticket_id)
        .order_by(c.id)
    ).all()
    named = (file.get("filename") or "" for row in rows for file in row.attachments or ())
    parts = merges.names(conn, ticket_id)
    ids = [ticket_id, *(one.id for one in parts)]
    mails = select(outbox.c.state, func.count()).where(
        outbox.c.ticket_id.in_(ids), outbox.c.due_at.is_not(None)
    )
    found = conn.execute(mails.group_by(outbox.c.state))
    states = {row[0]: int(row[1]) for row in found}
    theirs = [row.at for row in rows if row.direction == "in" and not row.agent]
    return Contents(
        len(rows),
        tuple(one for one in named if one),
        states.get("due", 0),
        states.get("claimed", 0),
        tuple(one.reference for one in parts),
        max(theirs, default=None),
    )


def erase(
    conn: Connection, ticket_id: int, *, by: str, now: datetime, spool_id: int | None = None
) -> None:
    """The ticket is gone with all that is part of it; it is locked. `spool_id`: the message that
    asks for it, which its caller finishes."""
    ids = _with_parts(conn, ticket_id)
    addresses = people.of(conn, ids)
    came, message_ids = _came(conn, ids, spool_id)
    digests = _digests(conn, ids, came)
    word_index.forget(conn, ids)
    _remember(conn, ids, by, now)
    processed.hide(conn, came, message_ids)
    digests |= _mails(conn, ids)
    _messages_that_came(conn, ids, came, spool_id)
    conn.execute(delete(agent_timers).where(agent_timers.c.ticket_id.in_(ids)))
    _rows_of(conn, ids)
    people.forget(conn, addresses, ids)
    _octets(conn, digests, now)


def erase_message(conn: Connection, spool_id: int, message_id: str, now: datetime) -> None:
    """A message that came late, and tells of a ticket that is gone: it goes, too."""
    digests = {bytes(one) for one in _in(conn, spool.c.id, [spool_id], spool.c.digest)}
    processed.hide(conn, [spool_id], [message_id])
    _bare(conn, spool_id)
    _octets(conn, digests, now)


def _with_parts(conn: Connection, ticket_id: int) -> list[int]:
    """The ticket, and all that lead to it."""
    led = select(tickets.c.id).where(tickets.c.merged_into == ticket_id)
    parts = {one.id for one in merges.names(conn, ticket_id)}
    return sorted({ticket_id, *parts, *conn.execute(led).scalars()})


def _came(
    conn: Connection, ids: Sequence[int], spool_id: int | None
) -> tuple[list[int], list[str]]:
    """The spool rows of the messages that came to these tickets, and that are no other's; and the
    ids of all these messages."""
    m, q, b = messages.c, quarantine.c, mailbox_messages.c
    theirs = conn.execute(select(m.digest, m.message_id).where(m.ticket_id.in_(ids))).all()
    names = sorted({row.message_id for row in theirs if row.message_id})
    held = select(q.spool_id).where(q.ticket_id.in_(ids), q.spool_id.is_not(None))
    read = select(b.spool_id).where(b.ticket_id.in_(ids), b.spool_id.is_not(None))
    further = select(spool_tickets.c.spool_id).where(spool_tickets.c.ticket_id.in_(ids))
    numbers = {one for found in (held, read, further) for one in conn.execute(found).scalars()}
    numbers |= set(conn.execute(select(spool.c.id).where(spool.c.ticket_id.in_(ids))).scalars())
    numbers |= _in(conn, spool.c.digest, {row.digest for row in theirs if row.digest}, spool.c.id)
    numbers |= _in(conn, spool.c.message_id, names, spool.c.id)
    if spool_id is not None:
        numbers.add(spool_id)
    of_others = select(m.digest).where(m.ticket_id.not_in(ids), m.digest.is_not(None))
    over = or_(spool.c.due_at.is_(None), spool.c.id == (spool_id or 0))
    found: set[int] = set()
    for few in _few(sorted(numbers)):
        rows = select(spool.c.id).where(
            spool.c.id.in_(few), over, or_(spool.c.digest.not_in(of_others), spool.c.id == spool_id)
        )
        found |= set(conn.execute(rows).scalars())
    return sorted(found), names


def _digests(conn: Connection, ids: Sequence[int], came: Sequence[int]) -> set[bytes]:
    """What the octets of all these messages are kept by."""
    q = quarantine.c
    found = set(
        conn.execute(select(messages.c.digest).where(messages.c.ticket_id.in_(ids))).scalars()
    )
    found |= set(conn.execute(select(q.digest).where(q.ticket_id.in_(ids))).scalars())
    found |= _in(conn, spool.c.id, came, spool.c.digest)
    return {bytes(one) for one in found if one}


def _remember(conn: Connection, ids: Sequence[int], by: str, now: datetime) -> None:
    named = select(tickets.c.id, tickets.c.reference).where(tickets.c.id.in_(ids))
    rows = [
        {"ticket_id": row.id, "reference": row.reference or "", "at": now, "by": by}
        for row in conn.execute(named)
    ]
    conn.execute(insert(deleted_tickets), rows)


def _mails(conn: Connection, ids: Sequence[int]) -> set[bytes]:
    """Their mails go, sent or not; the digests of what they were packed against."""
    mine = outbox.c.ticket_id.in_(ids)
    rows = conn.execute(select(outbox.c.id, outbox.c.digest).where(mine)).all()
    for few in _few([row.id for row in rows]):
        conn.execute(delete(sent_copies).where(sent_copies.c.outbox_id.in_(few)))
        conn.execute(delete(mails_showing).where(mails_showing.c.outbox_id.in_(few)))
        conn.execute(delete(outbox).where(outbox.c.id.in_(few)))
    return {bytes(row.digest) for row in rows if row.digest}


def _messages_that_came(
    conn: Connection, ids: Sequence[int], came: Sequence[int], spool_id: int | None
) -> None:
    q, boxes = quarantine.c, mailbox_messages
    conn.execute(delete(quarantine).where(q.ticket_id.in_(ids)))
    conn.execute(delete(spool_tickets).where(spool_tickets.c.ticket_id.in_(ids)))
    nothing = {"ticket_id": None, "message_row": None, "spool_id": None, "watched_until": None}
    conn.execute(update(boxes).where(boxes.c.ticket_id.in_(ids)).values(nothing))
    conn.execute(update(spool).where(spool.c.ticket_id.in_(ids)).values(ticket_id=None))
    for few in _few(came):
        conn.execute(delete(quarantine).where(q.spool_id.in_(few)))
        conn.execute(delete(spool_tickets).where(spool_tickets.c.spool_id.in_(few)))
        conn.execute(update(boxes).where(boxes.c.spool_id.in_(few)).values(nothing))
        gone = delete(spool).where(spool.c.id.in_(few))
        conn.execute(gone if spool_id is None else gone.where(spool.c.id != spool_id))
    if spool_id is not None:
        _bare(conn, spool_id)


def _bare(conn: Connection, spool_id: int) -> None:
    """The row of a message whose processing goes on, without anything of the message."""
    values: dict[str, Any] = {"digest": ERASED, "message_id": "", "mail_from": None}
    values |= {"rcpt_to": [], "peer": "", "suspected": None, "released_by": None, "error": None}
    conn.execute(update(spool).where(spool.c.id == spool_id).values(values))


def _rows_of(conn: Connection, ids: Sequence[int]) -> None:
    """The tickets, and before them every row that refers to one of them, in whatever table."""
    for table in reversed(metadata.sorted_tables):
        for column in _leading_to(table, tickets):
            conn.execute(delete(table).where(column.in_(ids)))
    conn.execute(delete(tickets).where(tickets.c.id.in_(ids)))


def _leading_to(table: Table, other: Table) -> list[Column[Any]]:
    return [key.parent for key in table.foreign_keys if key.column.table is other]


def _octets(conn: Connection, digests: Collection[bytes], now: datetime) -> None:
    """Those of these that nothing refers to any more. They are locked first: whoever is just
    bringing one of them again is waited for, and then wants it."""
    free: set[bytes] = set()
    for few in _few(sorted(digests)):
        wanted = select(blobs.c.digest).where(blobs.c.digest.in_(few)).order_by(blobs.c.digest)
        free |= {bytes(one) for one in conn.execute(wanted.with_for_update()).scalars()}
    for table in (spool, messages, quarantine, outbox):
        free -= {bytes(one) for one in _in(conn, table.c.digest, free, table.c.digest)}
    for few in _few(sorted(free)):
        these = blobs.c.digest.in_(few)
        files = conn.execute(select(blobs.c.digest).where(these, blobs.c.body.is_(None))).scalars()
        rows = [{"digest": one, "at": now} for one in files]
        conn.execute(delete(erased_blobs).where(erased_blobs.c.digest.in_(few)))
        if rows:
            conn.execute(insert(erased_blobs), rows)
        conn.execute(delete(blobs).where(these))


def _in(
    conn: Connection, column: Column[Any], values: Collection[Any], wanted: Column[Any]
) -> set[Any]:
    """This column of the rows whose other one has one of these values."""
    found: set[Any] = set()
    for few in _few(sorted(values)):
        found |= set(conn.execute(select(wanted).where(column.in_(few))).scalars())
    return found


def _few(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[n : n + _AT_ONCE] for n in range(0, len(values), _AT_ONCE))
