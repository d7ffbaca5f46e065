"""Requests of the web form that wait for the code which was mailed to their address.

Nothing is promised for them yet: a request is ours once the code was typed and it is spooled. The
code itself is never here, only what it and the browser it was made for come to together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    select,
)

from maildesk.store.rows.columns import BigId, Words
from maildesk.store.rows.metadata import metadata
from maildesk.store.secrets.mailed import (
    MOST_TRIES,
    failed_tries,
    holds_until,
    is_its_code,
    mailed_at,
)

MOST_OCTETS = 200_000_000  # of all that wait
KEPT = timedelta(minutes=30)  # behind its code's time: another may be asked for
SMALL = 600_000  # octets of a request without files; a quarter of the room is for those alone

waiting_forms = Table(
    "waiting_forms",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("form", Words, nullable=False, unique=True),  # its unique words
    Column("address", Words, nullable=False),  # folded
    Column("recipient", Words, nullable=False),  # the desk's address
    Column("digest", LargeBinary(32), nullable=False),  # of the code and the browser
    Column("raw", LargeBinary, nullable=False),  # the message that it is to be
    Column("size", Integer, nullable=False),
    mailed_at(),
    holds_until(),
    failed_tries(),
)
Index("ix_waiting_forms_at", waiting_forms.c.at)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its code, or whose code was typed."""

    address: str
    recipient: str
    raw: bytes
    until: datetime | None = None  # the code holds
    tries: int = 0  # that are left for it


def put(
    conn: Connection, form: str, waiting: Waiting, digest: bytes, now: datetime, lasts: timedelta
) -> bool:
    """Let it wait; whether there was room. A form that comes again has only its newest code."""
    own = waiting_forms.c
    drop_old(conn, now)
    size = len(waiting.raw)
    standing = select(func.coalesce(func.sum(own.size), 0)).where(own.form != form)
    room = MOST_OCTETS if size <= SMALL else MOST_OCTETS * 3 // 4
    if int(conn.execute(standing).scalar_one()) + size > room:
        return False
    conn.execute(delete(waiting_forms).where(own.form == form))
    row: dict[str, object] = {"form": form, "digest": digest, "raw": waiting.raw}
    row |= {"address": waiting.address, "recipient": waiting.recipient, "size": size}
    conn.execute(insert(waiting_forms).values(**row, at=now, until=now + lasts, tries=0))
    return True


def proved(conn: Connection, form: str, digest: bytes, now: datetime) -> Waiting | None:
    """The request, where this is its code, and that still holds; each try that fails is counted."""
    own = waiting_forms.c
    stands = (own.form == form, own.until > now, own.tries < MOST_TRIES)
    row = conn.execute(select(waiting_forms).where(*stands).with_for_update()).one_or_none()
    if row is None:
        return None
    if not is_its_code(conn, waiting_forms, row, digest):
        return None
    return Waiting(row.address, row.recipient, bytes(row.raw))


def of(conn: Connection, form: str) -> Waiting | None:
    """The request that waits under this name, whatever became of its code."""
    own = waiting_forms.c
    row = conn.execute(select(waiting_forms).where(own.form == form)).one_or_none()
    if row is None:
        return None
    left = max(0, MOST_TRIES - row.tries)
    return Waiting(row.address, row.recipient, bytes(row.raw), row.until, left)


def opened(conn: Connection, form: str) -> None:
    """It is spooled, and waits no more."""
    conn.execute(delete(waiting_forms).where(waiting_forms.c.form == form))


def drop_old(conn: Connection, now: datetime) -> None:
    """Those whose code has not held for a while are gone."""
    conn.execute(delete(waiting_forms).where(waiting_forms.c.until <= now - KEPT))


def forget(conn: Connection, addresses: Sequence[str]) -> None:
    """What was typed under these addresses waits no more."""
    conn.execute(delete(waiting_forms).where(waiting_forms.c.address.in_(addresses)))
