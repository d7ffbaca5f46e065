"""Which act somebody takes back, and all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from maildesk.desk.undo.facets import is_told_by
from maildesk.desk.undo.past_act import PastAct, Stood
from maildesk.store import acts, outbox
from maildesk.store.desk import conversation, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.mail.message import Message

_MOST = 20  # Message-IDs that are looked at


def of_answer(
    conn: Connection, policy: Policy, ticket: Ticket, agent: Agent, message: Message
) -> PastAct | None:
    """The act of which this mail answers the receipt; of one that answers none, the last that this
    agent did to the ticket."""
    ids = list(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))[:_MOST]
    for row in (outbox.by_message_id(conn, one) for one in ids):
        if row is None or row.act is None or row.purpose != acts.RECEIPT:
            continue
        act = acts.by_id(conn, row.act)
        if act is not None and act.ticket_id == ticket.id and act.who == agent.address:
            return whole(conn, policy, act)
    return latest(conn, policy, ticket, agent.address)


def latest(conn: Connection, policy: Policy, ticket: Ticket, who: str) -> PastAct | None:
    """The last that they did to this ticket and have not taken back."""
    row = acts.latest(conn, ticket.id, who)
    return None if row is None else whole(conn, policy, row)


def whole(conn: Connection, policy: Policy, row: Any) -> PastAct:
    """The act of this row. Until the commit none of its mails that still wait can go out."""
    what: Mapping[str, Any] = row.what
    resolved_at, closed_at = (datetime.fromisoformat(at) if at else None for at in what["stood"])
    mails = acts.mails_of(conn, row.ticket_id, row.id)
    message = row.message_row
    wrote: tuple[datetime | None, datetime | None] = (None, None)
    if message is not None:
        wrote = conversation.first_and_last_answer(conn, row.ticket_id, message)
        mails = "out" if mails == "none" else mails  # everybody had it from the agent
    return PastAct(
        id=row.id,
        at=row.at,
        who=row.who,
        changed={name: (before, after) for name, (before, after) in what["changed"].items()},
        sets=frozenset(what["sets"]),
        undo=tuple((name, value) for name, value in what["undo"]),
        stood=Stood(resolved_at, closed_at, what["surveyed"]),
        message=message,
        text=conversation.text_of(conn, message) if message is not None else "",
        mails=mails,
        readers=acts.readers_of(conn, row.ticket_id, row.id) if mails == "out" else (),
        wrote=wrote,
        spent=what.get("spent", 0),
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        others=dict(_others(conn, policy, row.ticket_id, what["changed"])),
    )


def _others(
    conn: Connection, policy: Policy, ticket_id: int, names: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Who changed each of these last."""
    history = tickets.entries(conn, ticket_id)
    for name in names:
        told = (one for one in reversed(history) if is_told_by(name, one.what, one.detail))
        entry = next(told, None)
        if entry is not None:
            agent = policy.agent(entry.who)
            yield name, agent.name if agent else entry.who
