"""What agents said by mail of their digest, and the figures that it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.filters import values as v
from maildesk.desk.filters.values import Filter
from maildesk.desk.pages.scores import DOUBTED_WITHIN, DOUBTFUL
from maildesk.desk.policy import Policy
from maildesk.store.queries import ticket_queries
from maildesk.store.queries.criteria_sql import Lookup, condition
from maildesk.store.schema import agent_digests, history, tickets

_MOST_SCORED = 1000  # tickets with stars that changed since


@dataclass(frozen=True, slots=True)
class News:
    """How many tickets came, how many were resolved, and which stars customers gave."""

    new: int = 0
    resolved: int = 0
    scores: tuple[int, ...] = ()
    doubtful: int = 0  # further ones, which may be a program's


def say(conn: Connection, agent: str, minute: int | None, now: datetime) -> None:
    """This agent wants it at this minute from now on, or not at all."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    values = {"minute": minute, "set_at": now}
    new = make(agent_digests).values(agent=agent.lower(), **values)
    conn.execute(new.on_conflict_do_update(index_elements=[agent_digests.c.agent], set_=values))


def news(conn: Connection, seen: Filter, policy: Policy, since: datetime) -> News:
    """What happened since then to tickets that are `seen`."""
    counted = {}
    for field in ("created_at", "resolved_at"):
        wanted = v.During(field, since=since)
        found = ticket_queries.counts(conn, wanted, seen, policy)
        counted[field] = sum(found.by_status.values())
    new, resolved = counted["created_at"], counted["resolved_at"]
    return News(new, resolved, _scores(conn, seen, since), _doubtful(conn, seen, since))


def _doubtful(conn: Connection, seen: Filter, since: datetime) -> int:
    """How many scores were doubtful since then. Each stands beside one that counts, which changed
    the ticket, and comes at most so much later."""
    t, lookup = tickets.c, Lookup(conn.dialect.name)
    changed = (t.score.is_not(None), t.updated_at >= since - DOUBTED_WITHIN)
    among = select(t.id).where(*changed, condition(seen, tickets, lookup)).limit(_MOST_SCORED)
    found = select(func.count()).where(
        history.c.ticket_id.in_(among), history.c.what == DOUBTFUL, history.c.at >= since
    )
    return int(conn.execute(found).scalar_one())


def _scores(conn: Connection, seen: Filter, since: datetime) -> tuple[int, ...]:
    """The last stars of each ticket, given since then. Whoever gives stars changes the ticket: so
    it is found by that, and the history is asked for few."""
    t = tickets.c
    given = (t.score.is_not(None), t.updated_at >= since, t.merged_into.is_(None))
    among = select(t.id, t.score).where(*given, condition(seen, tickets, Lookup(conn.dialect.name)))
    found = {row.id: int(row.score) for row in conn.execute(among.limit(_MOST_SCORED))}
    if not found:
        return ()
    lately = select(history.c.ticket_id).where(
        history.c.ticket_id.in_(found), history.c.what == "scored", history.c.at >= since
    )
    rated = set(conn.execute(lately).scalars())
    return tuple(score for ticket, score in found.items() if ticket in rated)
