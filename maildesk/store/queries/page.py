"""What the page of a ticket asks for: its public messages, and which of them have not gone out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from maildesk.store.rows.columns import BigId, Instant
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import messages, outbox

_TICKET = bindparam("ticket", type_=BigId)
_PUBLIC = Prepared(
    select(messages)
    .where(messages.c.ticket_id == _TICKET, messages.c.kind == "public")
    .order_by(messages.c.id)
)
_WAITING = Prepared(
    select(outbox.c.message_row).where(
        outbox.c.ticket_id == _TICKET,
        outbox.c.message_row.is_not(None),
        outbox.c.act.is_not(None),
        outbox.c.state == "due",
        outbox.c.attempts == 0,
        outbox.c.due_at > bindparam("now", type_=Instant),
    )
)


def public(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The public messages, oldest first."""
    return _PUBLIC(conn, {"ticket": ticket_id})


def waiting(conn: Connection, ticket_id: int, now: datetime) -> frozenset[int]:
    """The answers of ours that wait before they go out, and can still be stopped."""
    return frozenset(row.message_row for row in _WAITING(conn, {"ticket": ticket_id, "now": now}))


def is_kept(conn: Connection, ticket_ids: Sequence[int], message_id: str) -> bool:
    """Whether a message of this Message-ID stands in one of these tickets."""
    found = select(messages.c.id).where(
        messages.c.message_id == message_id, messages.c.ticket_id.in_(ticket_ids)
    )
    return conn.execute(found.limit(1)).first() is not None
