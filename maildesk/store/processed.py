"""When a message was first seen: asked only of mail that says neither its Message-ID nor its Date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from maildesk.store.schema import seen, spool


def seen_at(conn: Connection, message_id: str, body_digest: bytes) -> datetime | None:
    """When the message that is known by this id and body came in; None where there is none."""
    found = select(spool.c.received_at).join(seen, seen.c.spool_id == spool.c.id)
    found = found.where(seen.c.message_id == message_id, seen.c.body_digest == body_digest)
    return conn.execute(found).scalar_one_or_none()
