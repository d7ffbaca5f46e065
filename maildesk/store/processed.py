"""The messages that were processed, known by Message-ID and body: a duplicate is told by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, delete, select, update
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


_KNOWN = Prepared(
    select(processed_messages.c.spool_id).where(
        processed_messages.c.message_id == bindparam("hashed"),
        processed_messages.c.body_digest == bindparam("body"),
    )
)
_ERASED = "erased:"  # how the id of a message begins whose ticket was deleted


def is_first(conn: Connection, message_id: str, body_digest: bytes, spool_id: int) -> bool:
    """Whether this message was not processed before; from now on it was. The same
    row may ask twice."""
    statement = _SQLITE if conn.dialect.name == "sqlite" else _POSTGRESQL
    hashed, body = _hashed(message_id, body_digest)
    if erased := _KNOWN(conn, {"hashed": hashed, "body": body}):
        return int(erased[0].spool_id) == spool_id
    values = {"message_id": message_id, "body_digest": body_digest, "spool_id": spool_id}
    if statement(conn, values):
        return True
    known = select(processed_messages.c.spool_id).where(
        processed_messages.c.message_id == message_id,
        processed_messages.c.body_digest == body_digest,
    )
    return int(conn.execute(known).scalar_one()) == spool_id


def is_hidden(conn: Connection, message_id: str, body_digest: bytes) -> bool:
    """Whether this message was processed for a ticket that was deleted since."""
    hashed, body = _hashed(message_id, body_digest)
    return bool(_KNOWN(conn, {"hashed": hashed, "body": body}))


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


def hide(conn: Connection, spool_ids: Sequence[int], message_ids: Sequence[str]) -> None:
    """These were processed and act never again, but nobody reads from the table what they were: of
    the id and the body a hash is kept."""
    c = processed_messages.c
    for column, wanted in ((c.spool_id, spool_ids), (c.message_id, message_ids)):
        rows = conn.execute(select(c.message_id, c.body_digest).where(column.in_(wanted))).all()
        for row in rows:
            if row.message_id.startswith(_ERASED):
                continue
            hashed, body = _hashed(row.message_id, row.body_digest)
            this = (c.message_id == row.message_id, c.body_digest == row.body_digest)
            conn.execute(
                update(processed_messages).where(*this).values(message_id=hashed, body_digest=body)
            )


def _hashed(message_id: str, body_digest: bytes) -> tuple[str, bytes]:
    whole = sha256(message_id.encode("utf-8", "surrogatepass") + b"\n" + body_digest).digest()
    return _ERASED + sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest(), whole[:16]
