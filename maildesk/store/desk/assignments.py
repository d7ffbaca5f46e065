"""Who works on how many tickets, and who was last given one: what an assignment is chosen by."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.facts import Load
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Status
from maildesk.store.schema import assignments, tickets

_LOCK_ASSIGNMENTS = text("SELECT pg_advisory_xact_lock(1634954085)")


def loads(conn: Connection, agents: Sequence[str], policy: Policy) -> dict[str, Load]:
    """How many tickets each of these agents works on, and when they were last given one."""
    working = [
        name
        for name, b in policy.statuses.items()
        if b in (Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD)
    ]
    counted = select(tickets.c.assignee, func.count().label("n")).where(
        tickets.c.assignee.in_(agents), tickets.c.status.in_(working)
    )
    numbers = {row.assignee: row.n for row in conn.execute(counted.group_by(tickets.c.assignee))}
    last = {
        row.agent: row.last
        for row in conn.execute(select(assignments).where(assignments.c.agent.in_(agents)))
    }
    return {a: Load(numbers.get(a, 0), last.get(a, 0)) for a in agents}


def lock_assignments(conn: Connection) -> None:
    """Until the commit nobody else chooses an agent: two choices from the same state
    would not be fair."""
    if conn.dialect.name != "sqlite":  # there a writer is alone anyway
        conn.execute(_LOCK_ASSIGNMENTS)


def note_assignment(conn: Connection, agent: str) -> None:
    """This agent was given a ticket just now: last in the round."""
    newest = select(func.coalesce(func.max(assignments.c.last), 0) + 1).scalar_subquery()
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = make(assignments).values(agent=agent, last=newest)
    conn.execute(
        statement.on_conflict_do_update(index_elements=[assignments.c.agent], set_={"last": newest})
    )
