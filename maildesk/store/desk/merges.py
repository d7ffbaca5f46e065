"""Tickets that are part of another: which, and where their messages stand.

The messages of a merged ticket are moved to the one that stays, so that whoever reads a
conversation reads one ticket; `written_in` says where each stood before. `tickets.merged_into`
names the ticket that stays, also where several merges lead there, so that nobody follows a chain.
What was merged into what stands in `merges`, and is all that an undoing needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from maildesk.store.desk.merge_tables import merges
from maildesk.store.mailbox.mailbox_tables import mailbox_messages
from maildesk.store.schema import messages, tickets

_STANDS = merges.c.undone_at.is_(None)


def merge(
    conn: Connection, ticket_id: int, other_id: int, taken: Mapping[str, Any], at: datetime
) -> Sequence[Row[Any]]:
    """The other ticket, with all that was merged into it, is part of this one; its messages."""
    row = {"ticket_id": ticket_id, "other_id": other_id, "taken": dict(taken), "at": at}
    conn.execute(insert(merges), row)
    found = conn.execute(select(messages).where(messages.c.ticket_id == other_id)).all()
    before = func.coalesce(messages.c.written_in, messages.c.ticket_id)
    moved = update(messages).where(messages.c.ticket_id == other_id)
    conn.execute(moved.values(ticket_id=ticket_id, written_in=before))
    _lead(conn, [*_parts(conn, other_id), other_id], ticket_id)
    boxes = update(mailbox_messages).where(mailbox_messages.c.ticket_id == other_id)
    conn.execute(boxes.values(ticket_id=ticket_id))
    return found


def part(conn: Connection, ticket_id: int, other_id: int, at: datetime) -> Sequence[Row[Any]]:
    """The other ticket stands by itself again, with what was merged into it, and has back the
    messages that it brought; these."""
    undone = update(merges).where(
        merges.c.ticket_id == ticket_id, merges.c.other_id == other_id, _STANDS
    )
    conn.execute(undone.values(undone_at=at))
    parts = _parts(conn, other_id)
    theirs = (messages.c.ticket_id == ticket_id, messages.c.written_in.in_([*parts, other_id]))
    found = conn.execute(select(messages).where(*theirs)).all()
    conn.execute(update(messages).where(*theirs).values(ticket_id=other_id))
    own = update(messages).where(messages.c.ticket_id == other_id)
    conn.execute(own.where(messages.c.written_in == other_id).values(written_in=None))
    _lead(conn, parts, other_id)
    boxes = update(mailbox_messages).where(mailbox_messages.c.ticket_id == ticket_id)
    ids = [row.id for row in found]
    conn.execute(boxes.where(mailbox_messages.c.message_row.in_(ids)).values(ticket_id=other_id))
    return found


def into(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """What was merged into this ticket and stands so, the last one last: `other_id`, `taken`."""
    found = select(merges).where(merges.c.ticket_id == ticket_id, _STANDS)
    return conn.execute(found.order_by(merges.c.id)).all()


def names(conn: Connection, ticket_id: int) -> Sequence[Any]:
    """The tickets that are part of this one, directly or not: `id`, `reference`, `subject`."""
    columns = (tickets.c.id, tickets.c.reference, tickets.c.subject)
    parts = _parts(conn, ticket_id)
    if not parts:
        return ()
    return conn.execute(select(*columns).where(tickets.c.id.in_(parts))).all()


def _parts(conn: Connection, ticket_id: int) -> list[int]:
    """The ids of all that is part of this ticket."""
    found: list[int] = []
    wanted = [ticket_id]
    while wanted:
        asked = select(merges.c.other_id).where(merges.c.ticket_id.in_(wanted), _STANDS)
        wanted = [one for one in conn.execute(asked).scalars() if one not in found]
        found += wanted
    return found


def _lead(conn: Connection, ids: Sequence[int], ticket_id: int) -> None:
    """Whoever looks for one of these is led to that ticket."""
    if ids:
        conn.execute(update(tickets).where(tickets.c.id.in_(ids)).values(merged_into=ticket_id))
