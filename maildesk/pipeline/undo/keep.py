"""An act is kept with what it changed, and taken back: the rows of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.mail import To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.reason import stored
from maildesk.desk.undo import undo_effects as ufx
from maildesk.desk.undo.facets import changed
from maildesk.errors import Refused
from maildesk.mail.owners import mailbox_of
from maildesk.store import acts
from maildesk.store.desk import conversation
from maildesk.store.notices import held
from maildesk.store.outbox import CAN_BE_STOPPED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

WAITS_UNTIL = "until"  # a word of the history's line "sent": till then it waits


def remember(change: TicketChange, effect: ufx.KeepAct, _before: Ticket | None) -> None:
    """This act is written down once all of it is known."""
    change.keeps = effect


def write(change: TicketChange) -> None:
    """The act with the ticket before and after all of it."""
    effect, before = change.keeps, change.before
    if effect is None or before is None:
        return
    dates = (before.resolved_at, before.closed_at)
    what: dict[str, Any] = {
        "lines": list(effect.lines),
        "changed": {name: list(pair) for name, pair in changed(before, change.subject).items()},
        "sets": sorted(set(effect.sets)),
        "undo": [list(one) for one in effect.undo],
        "stood": [at.isoformat() if at else None for at in dates],
        "surveyed": before.surveyed,
        "is_undo": effect.is_undo,
        "spent": effect.spent,
    }
    if change.tx.of_many and change.tx.inbound is not None:
        what[acts.MANY] = change.tx.inbound.job.id
    change.act = acts.keep(
        change.conn,
        {
            "ticket_id": change.subject.id,
            "at": change.now,
            "who": change.tx.actor.who,
            "what": what,
            "message_row": change.message_row if effect.is_answer else None,
        },
    )


def waiting(change: TicketChange, drafts: Sequence[Draft]) -> list[Draft]:
    """The same; those of an act that can be stopped wait, and so does whatever goes to the customer
    behind an answer that still waits: it arrives in the order in which it was written."""
    until = change.keeps.waits_until if change.keeps else None
    earlier = _waits_still(change)
    if until is None and earlier is None:
        return list(drafts)
    actor = mailbox_of(change.tx.actor.agent or "")
    found = []
    for draft in drafts:
        to = mail_of(draft.purpose).to
        own = until if to is not To.ADMINS and mailbox_of(draft.recipient) != actor else None
        times = (own, earlier if to is To.CUSTOMER else None, draft.due_at)
        due_at = max((at for at in times if at is not None), default=None)
        why = CAN_BE_STOPPED if draft.due_at is None else draft.why_waits
        found.append(replace(draft, due_at=due_at, why_waits=why))
    return found


def _waits_still(change: TicketChange) -> datetime | None:
    """Until when an answer waits that was written before this act."""
    from_iso, history = change.now.fromisoformat, change.past
    stopped = {entry.detail.get("act") for entry in history if entry.what == "withdrawn"}
    times = (
        from_iso(str(entry.detail[WAITS_UNTIL]))
        for entry in history
        if entry.what == "sent"
        and WAITS_UNTIL in entry.detail
        and entry.detail.get("act") not in stopped
    )
    return max((at for at in times if at > change.now), default=None)


def take_back(change: TicketChange, effect: ufx.TakeBack, _before: Ticket | None) -> None:
    """The act is over, and what of it waits goes to nobody."""
    conn, ticket_id = change.conn, change.subject.id
    if not acts.end(conn, effect.act, change.tx.actor.who, change.now):
        raise Refused(f"act {effect.act} was taken back before")
    detail: dict[str, Any] = {"lines": list(effect.lines), "act": effect.act}
    if effect.withdraws:
        why = f"stopped by {change.tx.actor.name}"
        to = acts.withdraw(conn, ticket_id, effect.act, change.now, why)
        held.withdraw(conn, effect.act)
        if effect.message is not None:
            conversation.withdraw(conn, effect.message)
        told = {"answer": effect.message} if effect.message is not None else {}
        change.record("withdrawn", {"to": to, "act": effect.act, **told}, effect.rule)
    change.record("undone", detail, effect.rule)


def put_back(change: TicketChange, effect: ufx.PutBack, before: Ticket | None) -> None:
    """The status as it was, and since when that is so again: clocks take back what came between."""
    detail = {"from": before.status if before else "", "to": effect.name}
    detail |= {"why": stored(effect.why), "since": effect.since.isoformat()}
    change.record("status", detail, effect.rule)


TABLE: Mapping[type[Any], Callable[[TicketChange, Any, Ticket | None], None]] = {
    ufx.KeepAct: remember,
    ufx.TakeBack: take_back,
    ufx.PutBack: put_back,
}
