"""One of many tickets: it is done, and what came of it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maildesk.desk.answers import OfTicket
from maildesk.desk.effects import AddMessage
from maildesk.desk.undo.undo_effects import TakeBack
from maildesk.pipeline.act import decided
from maildesk.pipeline.apply import apply
from maildesk.pipeline.undo import shown

if TYPE_CHECKING:
    from maildesk.desk.commands.carry_out import Content
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.policy import Agent
    from maildesk.desk.ticket import Ticket
    from maildesk.desk.undo.past_act import PastAct
    from maildesk.pipeline.transaction import Transaction


def carried_out(
    tx: Transaction,
    agent: Agent,
    ticket: Ticket,
    commands: Sequence[Command],
    content: Content,
    *,
    undoes: PastAct | None = None,
) -> tuple[OfTicket, list[int]]:
    """What the agent is told of this ticket, which is locked, and the outbox rows to look at."""
    done, act = decided(tx, ticket, commands, content, undoes=undoes)
    if done.problems:
        return OfTicket(ticket.reference, ticket.subject, done.problems), []
    said_there = (one.kind for _, one in act if isinstance(one, AddMessage))
    back = next((one for _, one in act if isinstance(one, TakeBack)), None)
    mail = "stopped" if back is not None and back.withdraws else ""
    if undoes is not None and undoes.mails == "out":
        mail = "out"
    kicks = apply(tx, act)
    change = next(one for one in reversed(tx.changes) if one.before and one.before.id == ticket.id)
    seen = shown.variables(change, agent, tx.policy.wording.of(agent.language))
    told = OfTicket(
        ticket.reference,
        ticket.subject,
        went={"": "", "note": "note"}.get(next(said_there, ""), "customer"),
        changed=seen.get("changed", ()),
        remarks=(*done.remarks, *(back.left if back is not None else ())),
        mail=mail,
        undo_until=seen.get("undo_until"),
    )
    return told, kicks
