"""What is mailed to prove an address, a code or a link: what its tables have in common."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Integer, Row, Table, func, select, update

from maildesk.store.rows.columns import Instant

MOST_TRIES = 5  # of one code


def mailed_at() -> Column[datetime]:
    """When it was mailed."""
    return Column("at", Instant, nullable=False)


def holds_until() -> Column[datetime]:
    """Until when it holds."""
    return Column("until", Instant, nullable=False)


def failed_tries() -> Column[int]:
    """How often something else was typed for it."""
    return Column("tries", Integer, nullable=False, default=0, server_default="0")


def asked(conn: Connection, table: Table, address: str, since: datetime) -> int:
    """How many of these went to this address since then."""
    theirs = table.c.address == address, table.c.at >= since
    return int(conn.execute(select(func.count()).select_from(table).where(*theirs)).scalar_one())


def is_its_code(conn: Connection, table: Table, row: Row[Any], digest: bytes) -> bool:
    """Whether this is what the code in this row proves itself by; a try that fails is counted."""
    if hmac.compare_digest(row.digest, digest):
        return True
    conn.execute(update(table).where(table.c.id == row.id).values(tries=row.tries + 1))
    return False
