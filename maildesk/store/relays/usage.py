"""How much a relay was given of late, so that no provider's limit is reached; counted for all
processes.

A period is counted in sixtieths: a sixtieth leaves the sum when its last moment is older than the
period. So the sum is never too small, and a mail waits a sixtieth too long at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.relays.tables import relay_usage

PARTS = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def reserve(
    conn: Connection,
    relay: str,
    limits: Sequence[tuple[int, timedelta]],
    now: datetime,
    wanted: int,
) -> tuple[int, datetime]:
    """How many of so many mails may go now, counted as gone; and when the next may.

    `limits` are (how many, in which time). In a transaction of the caller's: whoever asks at the
    same time waits for its end.
    """
    _lock(conn, relay)
    room, later = wanted, now
    for most, period in limits:
        free, at = _room(conn, relay, most, period, now)
        if free < wanted:
            later = max(later, at)
        room = min(room, free)
    room = max(room, 0)
    if room:
        for _, period in limits:
            _count(conn, relay, period, now, room)
    return room, later


def given(conn: Connection, relay: str, period: timedelta, now: datetime) -> int:
    """How many mails it was given in this time."""
    return sum(count for _, count in _parts(conn, relay, period, now))


def _room(
    conn: Connection, relay: str, most: int, period: timedelta, now: datetime
) -> tuple[int, datetime]:
    """How many more it takes, and when there is room for the next if that is none."""
    parts = _parts(conn, relay, period, now)
    free = most - sum(count for _, count in parts)
    over, at = 1 - free, now
    for began_at, count in parts:
        if over <= 0:
            break
        over, at = over - count, began_at + period + period / PARTS
    return free, at


def _parts(
    conn: Connection, relay: str, period: timedelta, now: datetime
) -> list[tuple[datetime, int]]:
    part, table = period / PARTS, relay_usage.c
    found = select(table.began_at, table.count).where(table.relay == relay)
    found = found.where(table.began_at > now - period - part, table.began_at <= now + part)
    found = found.where(table.period == int(period.total_seconds())).order_by(table.began_at)
    return [(began_at, count) for began_at, count in conn.execute(found)]


def _count(conn: Connection, relay: str, period: timedelta, now: datetime, more: int) -> None:
    part = period / PARTS
    began_at = _EPOCH + (now - _EPOCH) // part * part
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = {"relay": relay, "period": int(period.total_seconds()), "began_at": began_at}
    new = make(relay_usage).values(**row, count=more)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=[relay_usage.c.relay, relay_usage.c.period, relay_usage.c.began_at],
            set_={"count": relay_usage.c.count + more},
        )
    )


def forget(conn: Connection, now: datetime) -> None:
    """What is too old for any limit."""
    conn.execute(delete(relay_usage).where(relay_usage.c.began_at < now - timedelta(days=40)))


def _lock(conn: Connection, relay: str) -> None:
    """Nobody else counts for this relay meanwhile; SQLite has one writer at a time anyway."""
    if conn.dialect.name == "postgresql":
        key = select(func.pg_advisory_xact_lock(func.hashtext(text("'maildesk relay ' || :relay"))))
        conn.execute(key, {"relay": relay})
