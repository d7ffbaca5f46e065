"""Quarantine: what could not be processed or may not be believed. Kept, listed, released or dropped
by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from maildesk.store.schema import quarantine

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


def listed(
    conn: Connection, state: str = "held", limit: int = 500, *, below: int | None = None
) -> Sequence[Row[Any]]:
    """What is held (released, dropped), newest first. `below`: with smaller ids alone."""
    found = select(quarantine).where(quarantine.c.state == state)
    found = found if below is None else found.where(quarantine.c.id < below)
    return conn.execute(found.order_by(quarantine.c.id.desc()).limit(limit)).all()


def held_since(
    conn: Connection, since: datetime, reasons: Sequence[str], *, after: int
) -> Sequence[Row[Any]]:
    """What is held for one of these reasons, came since then and has an id above this
    one; oldest first."""
    found = select(quarantine).where(
        quarantine.c.state == "held", quarantine.c.id > after, quarantine.c.at >= since
    )
    return conn.execute(
        found.where(quarantine.c.reason.in_(reasons)).order_by(quarantine.c.id)
    ).all()


def decide(conn: Connection, held_id: int, state: str, by: str, now: datetime) -> bool:
    """A person decided; False where it was decided before."""
    done = update(quarantine).where(quarantine.c.id == held_id, quarantine.c.state == "held")
    return conn.execute(done.values(state=state, decided_by=by, decided_at=now)).rowcount > 0
