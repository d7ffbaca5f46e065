"""Log-ins to a customer's own requests: the links that were mailed, and the browsers they let in.

Neither a link nor what a browser holds is here, only what it comes to: whoever reads a dump of the
database can show nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Index,
    LargeBinary,
    Table,
    delete,
    insert,
    select,
    update,
)

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata
from maildesk.store.secrets import mailed
from maildesk.store.secrets.mailed import holds_until, mailed_at

_KEPT = timedelta(days=1)

page_log_ins = Table(
    "page_log_ins",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("address", Words, nullable=False),  # folded
    Column("browser", LargeBinary(32), nullable=False),  # the digest of what it is known by
    mailed_at(),
    holds_until(),
    Column("used_at", Instant),
    sqlite_autoincrement=True,  # a link names its row: no other may ever have its number
)
Index("ix_page_log_ins_address", page_log_ins.c.address, page_log_ins.c.at)

page_sessions = Table(
    "page_sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # of what the browser holds
    Column("address", Words, nullable=False),  # folded; the one that was proved
    Column("beside", JSON, nullable=False),  # the customer's other addresses at that time
    mailed_at(),
    holds_until(),
)
Index("ix_page_sessions_address", page_sessions.c.address)


@dataclass(frozen=True, slots=True)
class LogIn:
    """A link that was mailed."""

    address: str
    browser: bytes
    until: datetime
    is_used: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that was let in."""

    address: str
    beside: frozenset[str]
    at: datetime
    until: datetime


def asked(conn: Connection, address: str, since: datetime) -> int:
    """How many links went to this address since then."""
    return mailed.asked(conn, page_log_ins, address, since)


def write_down(
    conn: Connection, address: str, browser: bytes, now: datetime, until: datetime
) -> int:
    """A link more; its number."""
    drop_old(conn, now)
    row = {"address": address, "browser": browser, "at": now, "until": until}
    made = insert(page_log_ins).values(row).returning(page_log_ins.c.id)
    return int(conn.execute(made).scalar_one())


def log_in(conn: Connection, number: int) -> LogIn | None:
    """The link of this number as it stands."""
    row = conn.execute(select(page_log_ins).where(page_log_ins.c.id == number)).one_or_none()
    if row is None:
        return None
    return LogIn(row.address, row.browser, row.until, row.used_at is not None)


def use(conn: Connection, number: int, now: datetime) -> bool:
    """Use this link up; whether it still could be."""
    c = page_log_ins.c
    unused = (c.id == number, c.used_at.is_(None), c.until > now)
    return bool(conn.execute(update(page_log_ins).where(*unused).values(used_at=now)).rowcount)


def begin(
    conn: Connection,
    digest: bytes,
    address: str,
    beside: Collection[str],
    now: datetime,
    until: datetime,
) -> None:
    """Let a browser in; those whose time is over are forgotten."""
    drop_old(conn, now)
    row = {"digest": digest, "address": address, "beside": sorted(beside)}
    conn.execute(insert(page_sessions).values(**row, at=now, until=until))


def session(conn: Connection, digest: bytes, now: datetime) -> Session | None:
    """The browser that holds this; None where its time is over."""
    c = page_sessions.c
    found = conn.execute(select(page_sessions).where(c.digest == digest, c.until > now))
    row = found.one_or_none()
    return None if row is None else Session(row.address, frozenset(row.beside), row.at, row.until)


def end(conn: Connection, digest: bytes) -> None:
    """This browser is let in no more."""
    conn.execute(delete(page_sessions).where(page_sessions.c.digest == digest))


def drop_old(conn: Connection, now: datetime) -> None:
    """Links that nothing counts any more, and browsers whose time is over, are gone."""
    conn.execute(delete(page_log_ins).where(page_log_ins.c.at < now - _KEPT))
    conn.execute(delete(page_sessions).where(page_sessions.c.until <= now))


def forget(conn: Connection, addresses: Sequence[str]) -> None:
    """Whatever is known of these addresses here is gone, and nobody is let in by one of them."""
    for table in (page_log_ins, page_sessions):
        conn.execute(delete(table).where(table.c.address.in_(addresses)))
