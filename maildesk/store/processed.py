"""The messages that were processed, known by Message-ID and body: a duplicate is told by them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import processed_messages, spool

_SQLITE, _POSTGRESQL = (
    Prepared(
        make(processed_messages).on_conflict_do_nothing().returning(processed_messages.c.spool_id),
        ("message_id", "body_digest", "spool_id"),
    )
    for make in (sqlite.insert, postgresql.insert)
)


def is_first(conn: Connection, message_id: str, body_digest: bytes, spool_id: int) -> bool:
    """Whether this message was not processed before; from now on it was. The same
    row may ask twice."""
    statement = _SQLITE if conn.dialect.name == "sqlite" else _POSTGRESQL
    values = {"message_id": message_id, "body_digest": body_digest, "spool_id": spool_id}
    if statement(conn, values):
        return True
    known = select(processed_messages.c.spool_id).where(
        processed_messages.c.message_id == message_id,
        processed_messages.c.body_digest == body_digest,
    )
    return int(conn.execute(known).scalar_one()) == spool_id


def seen_at(conn: Connection, message_id: str, body_digest: bytes) -> datetime | None:
    """When the message that is known by this id and body came in; None where there is none."""
    found = select(spool.c.received_at).join(
        processed_messages, processed_messages.c.spool_id == spool.c.id
    )
    found = found.where(
        processed_messages.c.message_id == message_id,
        processed_messages.c.body_digest == body_digest,
    )
    return conn.execute(found).scalar_one_or_none()


def forget(conn: Connection, message_id: str) -> None:
    """As if no message of this id had been processed: for a dry run of one that was."""
    conn.execute(delete(processed_messages).where(processed_messages.c.message_id == message_id))
