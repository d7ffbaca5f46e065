"""What is left of a deleted ticket once its rows are gone: swept after the commit, and after a kill
by whoever looks next.

    files       of large messages, by the digests in `erased_blobs`
    mails       about other tickets that showed this one: their octets, once they are out
    the index   of SQLite keeps a mark with each word that was taken out, until it is merged
    the log     of SQLite keeps pages as they were, until it is begun anew

Each is a transaction by itself, and does no harm done twice. Of PostgreSQL's dead rows autovacuum
makes room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from maildesk.store.erasing import word_index
from maildesk.store.erasing.tables import deleted_tickets, erased_blobs, mails_showing
from maildesk.store.outbox import WITHDRAWN
from maildesk.store.rows.packing import pack
from maildesk.store.rows.with_shared import unpacked, with_shared
from maildesk.store.schema import blobs, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from maildesk.store.blobs import Blobs
    from maildesk.store.db import Database

_ENDED_IN_VAIN = ("failed", "uncertain")  # and could be sent again


def sweep(db: Database, kept: Blobs, now: datetime) -> bool:
    """Remove what can be removed now; whether nothing is left. TransientFailure where the database
    or the disk is away: then the next look goes on."""
    with db.read() as conn:
        open_ = deleted_tickets.c.swept_at.is_(None)
        ids = list(conn.execute(select(deleted_tickets.c.ticket_id).where(open_)).scalars())
        digests = [bytes(one) for one in conn.execute(select(erased_blobs.c.digest)).scalars()]
    for digest in digests:
        with db.write() as conn:
            kept.remove_file(conn, digest, now)
            conn.execute(delete(erased_blobs).where(erased_blobs.c.digest == digest))
    if not ids:
        return True
    with db.write() as conn:
        are_out = _mails(conn, ids)
    _index(db)
    is_clean = _begin_log_anew(db) and are_out
    if is_clean:
        with db.write() as conn:
            these = deleted_tickets.c.ticket_id.in_(ids)
            conn.execute(update(deleted_tickets).where(these).values(swept_at=now))
    return is_clean


def _index(db: Database) -> None:
    begin = True
    while True:
        with db.write(durable=False) as conn:
            if not word_index.merged(conn, begin=begin):
                return
        begin = False


def _begin_log_anew(db: Database) -> bool:
    """Bring SQLite's log into the file and empty it; False where somebody reads just now."""
    if db.log is None:
        return True
    with db.read() as conn:
        raw: Any = conn.connection.dbapi_connection
        is_busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy


def _mails(conn: Connection, ids: Sequence[int]) -> bool:
    """The mails that show these tickets and are out lose their octets; whether all are out."""
    shows = mails_showing.c.outbox_id
    found = select(outbox).where(
        outbox.c.id.in_(select(shows).where(mails_showing.c.ticket_id.in_(ids)))
    )
    rows = conn.execute(found).all()
    ended = [row for row in rows if row.due_at is None]
    for row in ended:
        _strip(conn, row)
    gone = shows.in_([row.id for row in ended])
    conn.execute(delete(mails_showing).where(gone, mails_showing.c.ticket_id.in_(ids)))
    return len(ended) == len(rows)


def _strip(conn: Connection, row: Row[Any]) -> None:
    """It is known that this mail went, and no more what it said. What others are packed against is
    theirs from now on, each by itself."""
    values: dict[str, Any] = {"raw": b"", "digest": None}
    if row.state in _ENDED_IN_VAIN:
        values["state"] = WITHDRAWN
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(values))
    if row.digest is None:
        return
    base = conn.execute(select(blobs.c.body).where(blobs.c.digest == row.digest)).scalar()
    for other in conn.execute(select(outbox).where(outbox.c.digest == row.digest)).all():
        raw, shared = unpacked(other.raw, base or b"")
        alone = {"raw": with_shared(shared, pack(raw)), "digest": None}
        conn.execute(update(outbox).where(outbox.c.id == other.id).values(alone))
    conn.execute(delete(blobs).where(blobs.c.digest == row.digest))
