"""Codes that prove an address to a page, and how many mails a page has asked for.

A code is never here, only what it and the browser it was made for come to together: whoever reads a
dump of the database can type none. What another browser asks for or types, which may have been
forwarded the link, ends nothing and counts for nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    Table,
    delete,
    insert,
    select,
    update,
)

from maildesk.store.rows.columns import BigId, Words
from maildesk.store.rows.metadata import metadata
from maildesk.store.secrets import mailed
from maildesk.store.secrets.mailed import (
    MOST_TRIES,
    failed_tries,
    holds_until,
    is_its_code,
    mailed_at,
)

_BROWSER = 16  # octets of a digest that are the browser's; the others are of both
_KEPT = timedelta(days=1)

page_codes = Table(
    "page_codes",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("address", Words, nullable=False),  # folded
    Column("kind", Words, nullable=False),  # code, link
    Column("digest", LargeBinary(32)),  # see `digest_of`; empty: none, or used
    mailed_at(),
    holds_until(),
    failed_tries(),
)
Index("ix_page_codes_address", page_codes.c.address, page_codes.c.at)


def digest_of(browser: str, code: str) -> bytes:
    """What this code proves itself by in this browser."""
    own = sha256(f"maildesk browser 1\n{browser}".encode("utf-8", "replace")).digest()
    both = sha256(f"maildesk code 1\n{browser}\n{code}".encode("utf-8", "replace")).digest()
    return own[:_BROWSER] + both[_BROWSER:]


def asked(conn: Connection, address: str, since: datetime) -> int:
    """How many mails pages have asked for to this address since then, whatever the ticket."""
    return mailed.asked(conn, page_codes, address, since)


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
    """A mail more; of a code what proves it. A new one ends those before it of its browser."""
    drop_old(conn, now)
    for one in _codes(conn, ticket_id, address, digest) if digest is not None else ():
        conn.execute(update(page_codes).where(page_codes.c.id == one.id).values(digest=None))
    row = {"ticket_id": ticket_id, "address": address, "kind": kind, "digest": digest}
    conn.execute(insert(page_codes).values(**row, at=now, until=now + lasts, tries=0))


def prove(conn: Connection, ticket_id: int, address: str, digest: bytes, now: datetime) -> bool:
    """Whether this is that of a code which still holds. It is used up then, and each try of its
    browser that fails is counted."""
    for row in _codes(conn, ticket_id, address, digest):
        if row.until <= now or row.tries >= MOST_TRIES:
            continue
        if is_its_code(conn, page_codes, row, digest):
            conn.execute(update(page_codes).where(page_codes.c.id == row.id).values(digest=None))
            return True
    return False


def drop_old(conn: Connection, now: datetime) -> None:
    """Mails that nothing counts any more are gone."""
    conn.execute(delete(page_codes).where(page_codes.c.at < now - _KEPT))


def _codes(conn: Connection, ticket_id: int, address: str, digest: bytes) -> Sequence[Row[Any]]:
    """The codes of the browser that this digest is of, locked."""
    c = page_codes.c
    theirs = c.ticket_id == ticket_id, c.address == address, c.digest.is_not(None)
    found = conn.execute(select(page_codes).where(*theirs).order_by(c.id).with_for_update())
    return [row for row in found if row.digest[:_BROWSER] == digest[:_BROWSER]]
