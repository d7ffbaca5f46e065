"""Which mails of ours are copies of one message: each recipient gets one, with its own id."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from maildesk.store.schema import outbox


def copies_of(
    conn: Connection, ticket_id: int, message_ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Of these Message-IDs, those of mails of ours: each with the Message-IDs of everybody's own
    copy, by recipient."""
    columns = (outbox.c.message_row, outbox.c.message_id, outbox.c.recipient)
    ours = select(*columns).where(outbox.c.ticket_id == ticket_id)
    named = conn.execute(ours.where(outbox.c.message_id.in_(message_ids))).all()
    copies: dict[int, dict[str, str]] = {
        row.message_row: {} for row in named if row.message_row is not None
    }
    for row in conn.execute(ours.where(outbox.c.message_row.in_(copies))) if copies else ():
        copies[row.message_row][row.recipient] = row.message_id
    return {
        row.message_id: copies.get(row.message_row, {row.recipient: row.message_id})
        for row in named
    }
