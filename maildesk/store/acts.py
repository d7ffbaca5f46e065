"""What people did to tickets, to be taken back, and the mails of it that can still be stopped.

A mail can be stopped as long as nobody has begun to send it. Who comes first is decided by the row:
whoever stops a mail locks it, and a sender passes over what is locked; what a sender has claimed is
no more `due`. So a mail goes out or is stopped, and never both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from maildesk.desk.mails.registry import NOTIFICATIONS
from maildesk.store.erasing.tables import spool_tickets
from maildesk.store.outbox import REPLACED, WITHDRAWN
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import acts, outbox

RECEIPT = "agent_transcript"  # tells of the act, and is stopped with nothing
MANY = "many"  # in `what`: the mail (its spool row) that did this to one of many tickets
_LOOKED_AT = 20  # acts of one person in one ticket
_OF_LATE = 200  # acts of a ticket
_COLUMNS = ("ticket_id", "at", "who", "what", "message_row", "undone_by")
_KEEP = Prepared(insert(acts).returning(acts.c.id), _COLUMNS)
_LATEST = Prepared(
    select(acts)
    .where(acts.c.ticket_id == bindparam("ticket"), acts.c.who == bindparam("who"))
    .order_by(acts.c.id.desc())
    .limit(_LOOKED_AT)
)
_UNBEGUN = (outbox.c.state == "due", outbox.c.attempts == 0, outbox.c.uncertain == 0)


def keep(conn: Connection, values: Mapping[str, Any]) -> int:
    """Remember this act; its number."""
    return int(_KEEP(conn, {"undone_by": "", **values})[0].id)


def by_id(conn: Connection, act_id: int) -> Row[Any] | None:
    """The act of this number."""
    return conn.execute(select(acts).where(acts.c.id == act_id)).one_or_none()


def of_mail(conn: Connection, spool_id: int, who: str) -> list[Row[Any]]:
    """What this mail did to each of many tickets, in their order."""
    further = select(spool_tickets.c.ticket_id).where(spool_tickets.c.spool_id == spool_id)
    mine = (acts.c.ticket_id.in_(further), acts.c.who == who)
    found = conn.execute(select(acts).where(*mine).order_by(acts.c.ticket_id, acts.c.id))
    return [row for row in found if row.what.get(MANY) == spool_id]


def latest(conn: Connection, ticket_id: int, who: str) -> Any | None:
    """The last thing that they did to this ticket, no undo, and have not taken back; where there is
    none, the last that they took back."""
    rows = [
        row
        for row in _LATEST(conn, {"ticket": ticket_id, "who": who})
        if not row.what.get("is_undo")
    ]
    return next((row for row in rows if row.undone_at is None), rows[0] if rows else None)


def undoing(conn: Connection, ticket_id: int) -> list[tuple[str, str]]:
    """The commands (name, value) that take back what was done to this ticket of late, by whomever;
    each once."""
    rows = conn.execute(
        select(acts.c.what)
        .where(acts.c.ticket_id == ticket_id)
        .order_by(acts.c.id.desc())
        .limit(_OF_LATE)
    )
    found = ((name, value) for what in rows.scalars() for name, value in what["undo"])
    return list(dict.fromkeys(found))


def end(conn: Connection, act_id: int, by: str, now: datetime) -> bool:
    """It is taken back; False where it was before."""
    mine = update(acts).where(acts.c.id == act_id, acts.c.undone_at.is_(None))
    return conn.execute(mine.values(undone_at=now, undone_by=by)).rowcount > 0


def mails_of(conn: Connection, ticket_id: int, act_id: int) -> str:
    """What of this act went to the customer: none, waiting (nobody has begun to send any of it, and
    until the commit nobody can), out."""
    own = (outbox.c.ticket_id == ticket_id, outbox.c.act == act_id)
    held = select(outbox.c.id).where(*own, *_UNBEGUN).with_for_update()
    waiting = set(conn.execute(held).scalars())
    rows = conn.execute(select(outbox.c.id, outbox.c.purpose, outbox.c.state).where(*own))
    theirs = [row.id for row in rows if row.purpose not in NOTIFICATIONS and row.state != REPLACED]
    if not theirs:
        return "none"
    return "waiting" if waiting.issuperset(theirs) else "out"


def readers_of(conn: Connection, ticket_id: int, act_id: int) -> tuple[str, ...]:
    """Whom mails of this act went to outside the desk."""
    own = (outbox.c.ticket_id == ticket_id, outbox.c.act == act_id)
    rows = conn.execute(
        select(outbox.c.recipient, outbox.c.purpose)
        .where(*own, outbox.c.state.not_in((REPLACED, WITHDRAWN)))
        .order_by(outbox.c.id)
    )
    theirs = (row.recipient for row in rows if row.purpose not in NOTIFICATIONS)
    return tuple(dict.fromkeys(theirs))


def withdraw(conn: Connection, ticket_id: int, act_id: int, now: datetime, why: str) -> list[str]:
    """No mail of this act goes out, but for its receipt; whom they were to. What gave way to them
    goes after all."""
    own = (outbox.c.ticket_id == ticket_id, outbox.c.act == act_id)
    stopped = (
        update(outbox)
        .where(*own, *_UNBEGUN, outbox.c.purpose != RECEIPT)
        .values(state=WITHDRAWN, due_at=None, line=None, error=why)
        .returning(outbox.c.recipient)
    )
    found: Sequence[str] = conn.execute(stopped).scalars().all()
    back = update(outbox).where(*own, outbox.c.state == REPLACED)
    conn.execute(back.values(state="due", due_at=now, error=None, act=None))
    return sorted(set(found))
