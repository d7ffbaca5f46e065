"""What agents will be told later: written in the transaction of the act that it tells of, and
marked as told in that of the mail that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from maildesk.desk.mails.registry import MAILS
from maildesk.mail.owners import mailbox_of
from maildesk.store.schema import agent_timers, held_notices, outbox

_WAITS = held_notices.c.told_at.is_(None)
# the mails that tell of what others did; the rest answers something of the agent's own
TOLD = tuple(mail.name for mail in MAILS.values() if mail.can_wait or mail.gathers)


def keep(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """These will be told."""
    if rows:
        conn.execute(insert(held_notices), list(rows))


def waiting(conn: Connection, agent: str, *, ticket_id: int | None = None) -> Sequence[Row[Any]]:
    """What this agent will be told (about this ticket), oldest first."""
    found = select(held_notices).where(held_notices.c.agent == agent.lower(), _WAITS)
    if ticket_id is not None:
        found = found.where(held_notices.c.ticket_id == ticket_id)
    return conn.execute(found.order_by(held_notices.c.id).with_for_update()).all()


def by_ids(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """These, oldest first."""
    found = select(held_notices).where(held_notices.c.id.in_(ids))
    return conn.execute(found.order_by(held_notices.c.id)).all()


def told(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """The agent has these."""
    if ids:
        news = update(held_notices).where(held_notices.c.id.in_(ids), _WAITS)
        conn.execute(news.values(told_at=now))


def readdress(conn: Connection, agent: str, address: str) -> None:
    """What waits for this agent waits for the address that they have now."""
    if agent != address.lower():
        theirs = update(held_notices).where(held_notices.c.agent == agent, _WAITS)
        conn.execute(theirs.values(agent=address.lower()))


def withdraw(conn: Connection, act: int) -> None:
    """What this act would have told is told to nobody: it was taken back."""
    conn.execute(delete(held_notices).where(held_notices.c.act == act, _WAITS))


def forgotten(conn: Connection) -> Sequence[Any]:
    """Agents and tickets of notices that wait, and no timer stands for."""
    h, t = held_notices.c, agent_timers.c
    stands = select(t.id).where(
        t.agent == h.agent, t.due_at.is_not(None), t.ticket_id.in_((0, h.ticket_id)),
        t.kind.in_(("quiet", "bundle")),
    )  # fmt: skip
    return conn.execute(
        select(h.agent, h.ticket_id).where(_WAITS, ~stands.exists()).distinct()
    ).all()


def last_mail(conn: Connection, agent: str, ticket_id: int, since: datetime) -> datetime | None:
    """When this agent was last sent a mail that tells of this ticket, if that was after `since`."""
    o = outbox.c
    found = select(func.max(o.created_at)).where(
        o.ticket_id == ticket_id, o.recipient == mailbox_of(agent), o.purpose.in_(TOLD)
    )
    return conn.execute(found.where(o.created_at > since)).scalar()
