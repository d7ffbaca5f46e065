"""Codes that prove an address to a page, and how many mails a page has asked for.

A code is never here, only what it and the browser it was made for come to together: whoever reads a
dump of the database can type none.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

MOST_TRIES = 5  # of one code
_KEPT = timedelta(days=1)

page_codes = Table(
    "page_codes",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("address", Words, nullable=False),  # folded
    Column("kind", Words, nullable=False),  # code, link
    Column("digest", LargeBinary(32)),  # of the code and the browser; empty: none, or used
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("tries", Integer, nullable=False, default=0, server_default="0"),
)
Index("ix_page_codes_address", page_codes.c.address, page_codes.c.at)


def asked(conn: Connection, address: str, since: datetime) -> int:
    """How many mails pages have asked for to this address since then, whatever the ticket."""
    found = select(func.count()).where(page_codes.c.address == address, page_codes.c.at >= since)
    return int(conn.execute(found).scalar_one())


def write_down(
    conn: Connection,
    ticket_id: int,
    address: str,
    kind: str,
    now: datetime,
    *,
    digest: bytes | None = None,
    lasts: timedelta = timedelta(0),
) -> None:
    """A mail more; of a code what proves it. A new one ends those before it."""
    drop_old(conn, now)
    if digest is not None:
        conn.execute(update(page_codes).where(*_of(ticket_id, address)).values(digest=None))
    row = {"ticket_id": ticket_id, "address": address, "kind": kind, "digest": digest}
    conn.execute(insert(page_codes).values(**row, at=now, until=now + lasts, tries=0))


def prove(
    conn: Connection, ticket_id: int, address: str, digests: Sequence[bytes], now: datetime
) -> bool:
    """Whether one of these is that of a code which still holds. It is used up then, and each try
    that fails is counted."""
    stands = (
        page_codes.c.digest.is_not(None),
        page_codes.c.until > now,
        page_codes.c.tries < MOST_TRIES,
    )
    mine = select(page_codes).where(*_of(ticket_id, address), *stands).with_for_update()
    for row in conn.execute(mine).all():
        is_it = any(hmac.compare_digest(row.digest, one) for one in digests)
        one = update(page_codes).where(page_codes.c.id == row.id)
        conn.execute(one.values(digest=None) if is_it else one.values(tries=row.tries + 1))
        if is_it:
            return True
    return False


def drop_old(conn: Connection, now: datetime) -> None:
    """Mails that nothing counts any more are gone."""
    conn.execute(delete(page_codes).where(page_codes.c.at < now - _KEPT))


def _of(ticket_id: int, address: str) -> tuple[ColumnElement[bool], ...]:
    return page_codes.c.ticket_id == ticket_id, page_codes.c.address == address
