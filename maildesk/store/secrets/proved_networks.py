"""From which networks customers have typed a code that was mailed to them: a network of theirs.

Kept for a while only, and never more of an address than its /24 or /48.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

KEPT = timedelta(days=90)

proved_networks = Table(
    "proved_networks",
    metadata,
    Column("address", Words, primary_key=True),  # folded
    Column("network", Words, primary_key=True),
    Column("at", Instant, nullable=False),
)


def remember(conn: Connection, address: str, network: str, now: datetime) -> None:
    """Whoever has this address proved it from there."""
    drop_old(conn, now)
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    write = make(proved_networks).values(address=address, network=network, at=now)
    keys = ["address", "network"]
    conn.execute(write.on_conflict_do_update(index_elements=keys, set_={"at": now}))


def of(conn: Connection, address: str, now: datetime) -> frozenset[str]:
    """The networks of this address."""
    theirs = (proved_networks.c.address == address, proved_networks.c.at >= now - KEPT)
    return frozenset(conn.execute(select(proved_networks.c.network).where(*theirs)).scalars())


def drop_old(conn: Connection, now: datetime) -> None:
    """What has been kept long enough is gone."""
    conn.execute(delete(proved_networks).where(proved_networks.c.at < now - KEPT))


def forget(conn: Connection, addresses: Sequence[str]) -> None:
    """Nothing is known of these addresses here any more."""
    conn.execute(delete(proved_networks).where(proved_networks.c.address.in_(addresses)))
