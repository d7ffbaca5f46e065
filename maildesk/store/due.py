"""Due rows: the one pattern behind spool, timers and outbox.

    due_at   when somebody should look; empty once the row is finished
    state    due -> claimed -> a final word (done, sent, failed, held …)
    owner    which process holds it; due_at is then the end of its lease

A claim is a lease, not a lock: it moves `due_at` into the future, the holder
renews it while it lives, and when the holder is killed the row is simply due
again. Nothing is ever deleted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, select, update

# Growing delay: seconds before the next attempt; the last one repeats.
DELAYS = (1, 5, 30, 120, 600, 1800, 3600, 7200)


def claim(
    conn: Connection,
    table: Table,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int = 1,
    values: Mapping[str, Any] | None = None,
) -> Sequence[Row[Any]]:
    """Up to `limit` rows that are due, oldest first, now ours until the lease ends; `values` are set with the claim."""
    wanted = select(table.c.id).where(table.c.due_at <= now)
    wanted = wanted.order_by(table.c.due_at, table.c.id).limit(limit).with_for_update(skip_locked=True)
    taken = (
        update(table)
        .where(table.c.id.in_(wanted.scalar_subquery()))
        .values(state="claimed", owner=owner, due_at=now + lease, attempts=table.c.attempts + 1, **(values or {}))
        .returning(table)
    )
    rows = conn.execute(taken).all()
    return sorted(rows, key=lambda row: int(row.id)) if len(rows) > 1 else rows


def renew(conn: Connection, table: Table, *, owner: str, until: datetime) -> int:
    """Push out the leases of everything this process holds; how many there were."""
    held = update(table).where(table.c.due_at.is_not(None), table.c.state == "claimed", table.c.owner == owner).values(due_at=until)
    return conn.execute(held).rowcount


def release(conn: Connection, table: Table, *, owner: str, now: datetime) -> int:
    """Give everything this process still holds back at once (a clean stop); how many there were."""
    held = (
        update(table)
        .where(table.c.due_at.is_not(None), table.c.state == "claimed", table.c.owner == owner)
        .values(state="due", due_at=now, owner=None, attempts=table.c.attempts - 1)
    )
    return conn.execute(held).rowcount


def finish(conn: Connection, table: Table, row_id: int, state: str, **values: Any) -> None:
    """The row has had its last look; `state` is the word people see."""
    statement = update(table).where(table.c.id == bindparam("row_id")).values(due_at=None, owner=None, state=state, **values)
    conn.execute(statement, {"row_id": row_id})


def postpone(
    conn: Connection, table: Table, row_id: int, until: datetime, *, error: str | None = None, counted: bool = True, **values: Any
) -> None:
    """Look again at `until`; not `counted` gives the attempt back."""
    if not counted:
        values["attempts"] = table.c.attempts - 1
    conn.execute(update(table).where(table.c.id == row_id).values(due_at=until, owner=None, state="due", error=error, **values))


def delay(attempts: int) -> timedelta:
    """How long to wait after this many attempts."""
    return timedelta(seconds=DELAYS[min(attempts, len(DELAYS)) - 1])


def due_ids(conn: Connection, table: Table, *, now: datetime, limit: int = 100) -> list[int]:
    """The ids that are due, oldest first: what a ticker kicks. Answered from the index alone."""
    found = select(table.c.id).where(table.c.due_at <= now).order_by(table.c.due_at, table.c.id).limit(limit)
    return [row.id for row in conn.execute(found)]
