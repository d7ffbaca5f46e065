"""What the page of a ticket asks for: its public messages, and which of them have not gone out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from maildesk.store.schema import messages, outbox


def public(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The public messages, oldest first."""
    found = select(messages).where(messages.c.ticket_id == ticket_id, messages.c.kind == "public")
    return conn.execute(found.order_by(messages.c.id)).all()


def waiting(conn: Connection, ticket_id: int, now: datetime) -> frozenset[int]:
    """The answers of ours that wait before they go out, and can still be stopped."""
    found = select(outbox.c.message_row).where(
        outbox.c.ticket_id == ticket_id,
        outbox.c.message_row.is_not(None),
        outbox.c.act.is_not(None),
        outbox.c.state == "due",
        outbox.c.attempts == 0,
        outbox.c.due_at > now,
    )
    return frozenset(conn.execute(found).scalars())


def is_kept(conn: Connection, ticket_ids: Sequence[int], message_id: str) -> bool:
    """Whether a message of this Message-ID stands in one of these tickets."""
    found = select(messages.c.id).where(
        messages.c.message_id == message_id, messages.c.ticket_id.in_(ticket_ids)
    )
    return conn.execute(found.limit(1)).first() is not None
