"""Quarantine: what could not be processed or may not be believed. Kept, listed, released or dropped
by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from maildesk.store.schema import quarantine

_LAST = 2_000  # rows that are looked through
_INSERT = insert(quarantine).returning(quarantine.c.id)


def hold(
    conn: Connection,
    *,
    now: datetime,
    reason: str,
    words: str,
    spool_id: int | None = None,
    digest: bytes | None = None,
    sender: str = "",
    subject: str = "",
    ticket_id: int | None = None,
    agent: str = "",
) -> int:
    """Keep this until a person decides; its id."""
    values = {
        "spool_id": spool_id,
        "digest": digest,
        "at": now,
        "reason": reason,
        "words": words[:4000],
        "sender": sender[:320],
    }
    values |= {"subject": subject[:998], "ticket_id": ticket_id, "agent": agent, "state": "held"}
    return int(conn.execute(_INSERT, values).scalar_one())


def by_id(conn: Connection, held_id: int) -> Row[Any] | None:
    """The row, or None."""
    return conn.execute(select(quarantine).where(quarantine.c.id == held_id)).one_or_none()


def was_released(conn: Connection, spool_id: int, reason: str) -> bool:
    """Whether this message was held for this reason, and a person has let it through."""
    found = select(quarantine.c.id).where(
        quarantine.c.spool_id == spool_id,
        quarantine.c.reason == reason,
        quarantine.c.state == "released",
    )
    return conn.execute(found.limit(1)).first() is not None


def released_at(conn: Connection, spool_id: int, reason: str) -> datetime | None:
    """When this message was held for this reason the last time, where a person has let it through
    since; None where they have not."""
    found = select(quarantine.c.at, quarantine.c.state).where(
        quarantine.c.spool_id == spool_id, quarantine.c.reason == reason
    )
    row = conn.execute(found.order_by(quarantine.c.id.desc()).limit(1)).first()
    return row.at if row is not None and row.state == "released" else None


def listed(
    conn: Connection, state: str = "held", limit: int = 500, *, below: int | None = None
) -> Sequence[Row[Any]]:
    """What is held (released, dropped), newest first. `below`: with smaller ids alone."""
    found = select(quarantine).where(quarantine.c.state == state)
    found = found if below is None else found.where(quarantine.c.id < below)
    return conn.execute(found.order_by(quarantine.c.id.desc()).limit(limit)).all()


def held_since(
    conn: Connection,
    since: datetime,
    *,
    after: int,
    but: Sequence[str],
    not_of_agents: Sequence[str],
) -> Sequence[Row[Any]]:
    """What is held, came since then and has an id above this one, oldest first: for all reasons
    `but` these; for those `not_of_agents` where it seems to be no agent's."""
    found = select(quarantine).where(
        quarantine.c.state == "held",
        quarantine.c.id > after,
        quarantine.c.at >= since,
        quarantine.c.reason.not_in(but),
        or_(quarantine.c.agent == "", quarantine.c.reason.not_in(not_of_agents)),
    )
    return conn.execute(found.order_by(quarantine.c.id)).all()


def numbers_held(
    conn: Connection, reasons: Sequence[str], until: datetime, *, after: int
) -> Sequence[Row[Any]]:
    """Each of these reasons for which something is held that has an id above this one and came
    before then: `reason`, `count`, and the `last` id."""
    number, last = func.count().label("number"), func.max(quarantine.c.id).label("last")
    found = select(quarantine.c.reason, number, last).where(
        quarantine.c.state == "held",
        quarantine.c.id > after,
        quarantine.c.at < until,
        quarantine.c.reason.in_(reasons),
    )
    return conn.execute(found.group_by(quarantine.c.reason).order_by(last.desc())).all()


def number_in_name_of(
    conn: Connection, addresses: Sequence[str], reasons: Sequence[str], since: datetime
) -> int:
    """How many messages that seem to be this agent's, or bear their name in From, were held for one
    of these reasons since then and let through by nobody; looked for among the last ones alone.
    `addresses`: all of theirs, in small letters."""
    last = select(quarantine).where(quarantine.c.state.in_(("held", "dropped")))
    rows = last.order_by(quarantine.c.id.desc()).limit(_LAST).subquery()
    found = select(func.count()).where(
        or_(rows.c.agent.in_(addresses), func.lower(rows.c.sender).in_(addresses)),
        rows.c.reason.in_(reasons),
        rows.c.at >= since,
    )
    return int(conn.execute(found).scalar_one())


def decide(conn: Connection, held_id: int, state: str, by: str, now: datetime) -> bool:
    """A person decided; False where it was decided before."""
    done = update(quarantine).where(quarantine.c.id == held_id, quarantine.c.state == "held")
    return conn.execute(done.values(state=state, decided_by=by, decided_at=now)).rowcount > 0
