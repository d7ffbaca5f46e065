"""The mails of an act: planned where their effects come, composed when all is carried out.

So every mail of one act shows the ticket as it is after the whole act, and each has its line of
history in the place of its effect. A mail that comes to nothing leaves no line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from maildesk.desk import effects as fx
from maildesk.desk.actor import DESK, Actor, ActorKind
from maildesk.pipeline.letters import confirmation, letters, renewed, ticket_files, without_files
from maildesk.store import outbox, tickets

if TYPE_CHECKING:
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

    _Composed = tuple[list[Draft], str, dict[str, Any]]  # the mails, and their line: what, detail


def plan(change: TicketChange, effect: fx.Effect, _before: Ticket | None) -> None:
    """This effect is a mail; its line of the history stands here, if it comes to one."""
    by = change.tx.actor if isinstance(effect, fx.SendFiles) else DESK
    if isinstance(effect, fx.SendToCustomer) and effect.author:
        by = Actor(ActorKind.AGENT, effect.author)
    change.mails.append((effect, change.record("", {}, effect.rule, by=by)))


def compose(change: TicketChange) -> None:
    """The mails of this act, in the order of their effects; each has kept its line."""
    for effect, line in change.mails:
        drafts, what, detail = _MAILS[type(effect)](change, effect)
        change.drafts += drafts
        if drafts and line is not None:
            line.update(what=what, detail=detail)
    change.history = [line for line in change.history if line["what"]]


def _send(change: TicketChange, effect: fx.SendToCustomer) -> _Composed:
    drafts = letters.to_customer(change, effect)
    before = outbox.once_written(change.conn, [draft.once for draft in drafts if draft.once])
    drafts = [draft for draft in drafts if draft.once not in before]
    if effect.author and drafts and change.message_row is not None:
        tickets.set_message_id(change.conn, change.message_row, drafts[0].message_id)
    return (
        drafts,
        "sent",
        {"template": effect.template, "to": [draft.recipient for draft in drafts]},
    )


def _notify(change: TicketChange, effect: fx.NotifyAgents) -> _Composed:
    drafts = letters.to_agents(change, effect)
    return (
        drafts,
        "notified",
        {"template": effect.template, "agents": [draft.recipient for draft in drafts]},
    )


def _admins(change: TicketChange, effect: fx.NotifyAdmins) -> _Composed:
    return letters.to_admins(change, effect), "", {}


def _files(change: TicketChange, effect: fx.SendFiles) -> _Composed:
    drafts, count = ticket_files.to_agent(change, effect.agent)
    return drafts, "files_sent", {"to": effect.agent, "files": count, "mails": len(drafts)}


def _smaller(change: TicketChange, effect: fx.SendWithoutFiles) -> _Composed:
    drafts, detail = without_files.again(change, effect)
    return drafts, "sent_without_files", detail


def _renewed(change: TicketChange, effect: fx.TellOfRenewal) -> _Composed:
    agent = change.policy.agent(effect.agent)
    return [renewed.to_agent(change, agent)] if agent else [], "", {}


def _ask(change: TicketChange, effect: fx.AskToConfirm) -> _Composed:
    return confirmation.to_agent(change, effect), "", {}


_MAILS: Mapping[type[Any], Callable[[TicketChange, Any], _Composed]] = {
    fx.SendToCustomer: _send,
    fx.NotifyAgents: _notify,
    fx.NotifyAdmins: _admins,
    fx.SendFiles: _files,
    fx.AskToConfirm: _ask,
    fx.SendWithoutFiles: _smaller,
    fx.TellOfRenewal: _renewed,
}
