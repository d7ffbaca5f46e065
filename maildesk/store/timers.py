"""Timers: what a ticket shall be reminded of, and when. One per ticket and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import timers

_START = Prepared(insert(timers), ("ticket_id", "kind", "due_at", "rings_at", "state", "attempts"))
_STOP = delete(timers).where(
    timers.c.ticket_id == bindparam("ticket"),
    timers.c.kind.in_(bindparam("kinds", expanding=True)),
    timers.c.state == "due",
)
_STANDING = Prepared(
    select(timers.c.kind, timers.c.rings_at).where(
        timers.c.ticket_id == bindparam("ticket"), timers.c.due_at.is_not(None)
    )
)


def start(conn: Connection, ticket_id: int, kind: str, due_at: datetime) -> None:
    """This timer stands from now on, in place of any other of its kind."""
    cancel(conn, ticket_id, kind)
    row = {
        "ticket_id": ticket_id,
        "kind": kind,
        "due_at": due_at,
        "rings_at": due_at,
        "state": "due",
        "attempts": 0,
    }
    _START.change(conn, row)


def cancel(conn: Connection, ticket_id: int, kind: str) -> None:
    """The timer of this kind is void. One that rang is kept."""
    conn.execute(
        delete(timers).where(
            timers.c.ticket_id == ticket_id, timers.c.kind == kind, timers.c.state == "due"
        )
    )


def change(
    conn: Connection, ticket_id: int, *, stop: Sequence[str], start: Mapping[str, datetime]
) -> None:
    """The timers of these kinds are void, and those stand: two statements,
    however many there are."""
    if stop:
        conn.execute(_STOP, {"ticket": ticket_id, "kinds": list(stop)})
    if start:
        rows = [
            {
                "ticket_id": ticket_id,
                "kind": kind,
                "due_at": at,
                "rings_at": at,
                "state": "due",
                "attempts": 0,
            }
            for kind, at in start.items()
        ]
        _START.many(conn, rows)


def standing(conn: Connection, ticket_id: int) -> dict[str, datetime]:
    """The timers that stand for this ticket: kind -> due_at."""
    return {row.kind: row.rings_at for row in _STANDING(conn, {"ticket": ticket_id})}


def all_of(conn: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The timers that stand for this ticket and those that rang, in the order of their times."""
    found = select(timers).where(timers.c.ticket_id == ticket_id)
    return conn.execute(found.order_by(timers.c.rings_at, timers.c.id)).all()
