"""What another system said of a customer, kept until it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, Connection, Index, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

KEPT = timedelta(days=30)  # without being asked for again
customer_context = Table(
    "customer_context",
    metadata,
    Column("address", Words, primary_key=True),  # folded
    Column("source", Words, primary_key=True),  # what was asked, and for what
    Column("said", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_customer_context_at", customer_context.c.at)


@dataclass(frozen=True, slots=True)
class Said:
    """Names and values, and when they were."""

    values: tuple[tuple[str, str], ...]
    at: datetime


def said_of(conn: Connection, address: str, source: str) -> Said | None:
    """What was said last."""
    c = customer_context.c
    found = select(c.said, c.at).where(c.address == address, c.source == source)
    row = conn.execute(found).first()
    return None if row is None else Said(tuple((n, v) for n, v in row.said), row.at)


def keep(
    conn: Connection, address: str, source: str, said: Sequence[tuple[str, str]], now: datetime
) -> None:
    """Remember it, and forget what is old."""
    insert = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert
    values = {"said": [list(pair) for pair in said], "at": now}
    row = insert(customer_context).values(address=address, source=source, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["address", "source"], set_=values))
    conn.execute(delete(customer_context).where(customer_context.c.at < now - KEPT))
