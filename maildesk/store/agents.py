"""What is known of agents beside their file: how often they renewed their addresses, and what they
have proved to be theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import agent_keys, agent_proofs

LEAKED = "leaked"  # the kind of what others have had: no proof any more
_GENERATIONS = Prepared(select(agent_keys.c.agent, agent_keys.c.generation))
_PROOFS = Prepared(
    select(agent_proofs.c.value).where(
        agent_proofs.c.agent == bindparam("agent"), agent_proofs.c.kind == bindparam("kind")
    )
)
_LEAKED = Prepared(
    select(agent_proofs.c.agent, agent_proofs.c.value).where(agent_proofs.c.kind == LEAKED)
)


def generations(conn: Connection) -> Mapping[str, int]:
    """How often each agent renewed their signed addresses, by the address on file; who
    never did is missing."""
    return {row.agent: row.generation for row in _GENERATIONS(conn, {})}


def renewals(conn: Connection) -> Mapping[str, datetime]:
    """When each agent last renewed their signed addresses, by the address on file."""
    return {
        row.agent: row.renewed_at
        for row in conn.execute(select(agent_keys.c.agent, agent_keys.c.renewed_at))
    }


def renew(conn: Connection, agent: str, now: datetime, by: str) -> int:
    """No signed address that this agent was sent before is believed from now on; the new
    generation."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    values = {"agent": agent.lower(), "generation": 1, "renewed_at": now, "renewed_by": by}
    again = {"generation": agent_keys.c.generation + 1, "renewed_at": now, "renewed_by": by}
    statement = (
        make(agent_keys)
        .values(**values)
        .on_conflict_do_update(index_elements=[agent_keys.c.agent], set_=again)
    )
    return int(conn.execute(statement.returning(agent_keys.c.generation)).scalar_one())


def proofs(conn: Connection, agent: str, kind: str) -> frozenset[str]:
    """What this agent has proved of this kind: networks they wrote from, old addresses they
    confirmed."""
    return frozenset(row.value for row in _PROOFS(conn, {"agent": agent.lower(), "kind": kind}))


def leaked(conn: Connection) -> Mapping[str, frozenset[str]]:
    """What of the signatures of each agent others have seen (see `links.about`)."""
    found: dict[str, set[str]] = {}
    for row in _LEAKED(conn, {}):
        found.setdefault(row.agent, set()).add(row.value)
    return {agent: frozenset(values) for agent, values in found.items()}


def prove(conn: Connection, agent: str, kind: str, value: str, now: datetime) -> None:
    """This is the agent's; nobody asks about it again."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    conn.execute(
        make(agent_proofs)
        .values(agent=agent.lower(), kind=kind, value=value, at=now)
        .on_conflict_do_nothing()
    )
