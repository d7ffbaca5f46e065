"""What is known of agents beside their file: how often they renewed their addresses, what they
have proved to be theirs, and what they said of themselves: that they are away, when they want to
hear of things, and of what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.notices.choices import DIGEST, OFF, Chosen
from maildesk.desk.policy import Absence, Policy
from maildesk.store.rows.columns import Words
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import (
    agent_absences,
    agent_choices,
    agent_digests,
    agent_keys,
    agent_proofs,
)

LEAKED = "leaked"  # the kind of what others have had: no proof any more
_GENERATIONS = Prepared(select(agent_keys.c.agent, agent_keys.c.generation))
_ABSENCE = "away"
# in one journey: many an act asks both who is here and who wants to hear of it
_SAID = Prepared(
    union_all(
        select(
            agent_absences.c.agent,
            agent_absences.c.since,
            agent_absences.c.until,
            literal(_ABSENCE).label("name"),
            literal("").label("value"),
        ),
        select(agent_choices.c.agent, null(), null(), agent_choices.c.name, agent_choices.c.value),
        select(
            agent_digests.c.agent,
            null(),
            null(),
            literal(DIGEST),
            func.coalesce(cast(agent_digests.c.minute, Words), OFF),
        ),
    )
)
_PROOFS = Prepared(
    select(agent_proofs.c.value).where(
        agent_proofs.c.agent == bindparam("agent"), agent_proofs.c.kind == bindparam("kind")
    )
)
# in one journey: every act that tells an agent anything asks both
_SIGNING = Prepared(
    union_all(
        select(agent_keys.c.agent, agent_keys.c.generation, literal("").label("leaked")),
        select(agent_proofs.c.agent, null(), agent_proofs.c.value).where(
            agent_proofs.c.kind == LEAKED
        ),
    )
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


@dataclass(frozen=True, slots=True)
class Signing:
    """What signatures for agents depend on: how often each of them renewed theirs (who never did
    is missing), and which others have seen (see `links.about`)."""

    generations: Mapping[str, int]
    leaked: Mapping[str, frozenset[str]]


def signing(conn: Connection) -> Signing:
    """That of all agents, by the address on file."""
    generations: dict[str, int] = {}
    leaked: dict[str, frozenset[str]] = {}
    for row in _SIGNING(conn, {}):
        if row.generation is not None:
            generations[row.agent] = row.generation
        else:
            leaked[row.agent] = leaked.get(row.agent, frozenset()) | {row.leaked}
    return Signing(generations, leaked)


def prove(conn: Connection, agent: str, kind: str, value: str, now: datetime) -> None:
    """This is the agent's; nobody asks about it again."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    conn.execute(
        make(agent_proofs)
        .values(agent=agent.lower(), kind=kind, value=value, at=now)
        .on_conflict_do_nothing()
    )


def set_absences(conn: Connection, agent: str, absences: Sequence[Absence], now: datetime) -> None:
    """These absences this agent told the desk of, and no others; what is over is forgotten."""
    key = agent.lower()
    conn.execute(delete(agent_absences).where(agent_absences.c.agent == key))
    rows = [
        {"agent": key, "since": one.since or now, "until": one.until, "set_at": now}
        for one in absences
        if one.until > now
    ]
    if rows:
        conn.execute(insert(agent_absences), rows)


def said(conn: Connection) -> tuple[dict[str, tuple[Absence, ...]], dict[str, Chosen]]:
    """What agents said of themselves by mail, by address in lower case: until when they are away,
    and when they want to hear of things, and of what."""
    rows = _Said(conn)
    return rows.absences, rows.chosen


def as_said(policy: Policy, conn: Connection) -> Policy:
    """The policy with that, which counts before the files; read when somebody first asks, for some
    mails nobody does."""
    rows = _Said(conn)
    return policy.with_said(_Read(lambda: rows.absences), _Read(lambda: rows.chosen))


class _Said:
    """All of it, read once."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @cached_property
    def _rows(self) -> list[Any]:
        return _SAID(self._conn, {})

    @cached_property
    def absences(self) -> dict[str, tuple[Absence, ...]]:
        """Until when they are away."""
        found: dict[str, tuple[Absence, ...]] = {}
        rows = (row for row in self._rows if row.name == _ABSENCE)
        for row in sorted(rows, key=lambda row: row.since):
            found[row.agent] = (*found.get(row.agent, ()), Absence(row.until, row.since))
        return found

    @cached_property
    def chosen(self) -> dict[str, Chosen]:
        """When they hear of things, and of what."""
        found: dict[str, dict[str, str]] = {}
        for row in self._rows:
            if row.name != _ABSENCE:
                found.setdefault(row.agent, {})[row.name] = row.value
        return dict(found)


_V = TypeVar("_V")


class _Read(Mapping[str, _V]):
    """A mapping that is found when somebody first looks into it."""

    def __init__(self, find: Callable[[], Mapping[str, _V]]) -> None:
        self._find = find

    def __getitem__(self, key: str) -> _V:
        return self._find()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._find())

    def __len__(self) -> int:
        return len(self._find())
