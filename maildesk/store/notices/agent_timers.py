"""Timers of agents: when the quiet hours of one end, a bundle is full, a digest is due, what they
chose of reminders has to be seen to. One of a kind stands at a time, for an agent or for an agent
and a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.schema import agent_timers

QUIET, BUNDLE, DIGEST, REMINDERS = "quiet", "bundle", "digest", "reminders"


def start(conn: Connection, agent: str, kind: str, due_at: datetime, *, ticket_id: int = 0) -> None:
    """This timer stands; one of the same kind that stands already is let be, but not to ring
    before."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    key = {"agent": agent.lower(), "kind": kind, "ticket_id": ticket_id}
    times = {"due_at": due_at, "rings_at": due_at, "state": "due", "attempts": 0}
    new = make(agent_timers).values(**key, **times).on_conflict_do_nothing()
    if conn.execute(new.returning(agent_timers.c.id)).first() is None:
        mine = (agent_timers.c[name] == value for name, value in key.items())
        later = update(agent_timers).where(*mine, agent_timers.c.state == "due")
        later = later.where(agent_timers.c.due_at < due_at)
        conn.execute(later.values(due_at=due_at, rings_at=due_at))


def move(conn: Connection, row_id: int, due_at: datetime) -> None:
    """The timer of this row rings at that time, if nobody has it in hand."""
    mine = update(agent_timers).where(agent_timers.c.id == row_id, agent_timers.c.state == "due")
    conn.execute(mine.values(due_at=due_at, rings_at=due_at))


def cancel(conn: Connection, row_id: int) -> None:
    """The timer of this row is void, if nobody has it in hand."""
    mine = (agent_timers.c.id == row_id, agent_timers.c.state == "due")
    conn.execute(delete(agent_timers).where(*mine))


def standing(conn: Connection, kind: str) -> Sequence[Row[Any]]:
    """Every timer of this kind that stands."""
    found = select(agent_timers).where(agent_timers.c.due_at.is_not(None))
    return conn.execute(found.where(agent_timers.c.kind == kind)).all()


def last_rang(conn: Connection, agent: str, kind: str, before: datetime) -> datetime | None:
    """For when the last timer of this kind stood that rang."""
    t = agent_timers.c
    found = select(func.max(t.rings_at)).where(t.agent == agent.lower(), t.kind == kind)
    return conn.execute(found.where(t.state == "rang", t.rings_at < before)).scalar()
