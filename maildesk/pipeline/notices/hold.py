"""Which agents hear of an act at once, and who later: in quiet hours, or with what else there is.

Theory of operation. What waits is a row, written in the transaction of the act, and a timer of the
agent: for the end of the quiet hours, or for the end of the window that the last mail about this
ticket has begun. So the first notice of a ticket goes out at once (a customer waits for somebody to
see it), and what follows within the window comes in one mail when that ends: never more than one
mail per ticket and window. When the timer rings, the mail and the mark that it was told are one
transaction: killed before it, the timer rings again; killed after it, the mail is in the outbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maildesk.desk.mails.mail import To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.notices.wanted import URGENT, quiet_until
from maildesk.desk.reason import Reason, stored
from maildesk.store.notices import agent_timers, held

if TYPE_CHECKING:
    from datetime import datetime

    from maildesk.desk.effects import NotifyAgents
    from maildesk.desk.mails.mail import Mail
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange


def divided(change: TicketChange, effect: NotifyAgents) -> tuple[tuple[str, ...], list[str]]:
    """The agents who hear of it now, and those for whom it is kept."""
    if change.ticket is None:
        return effect.agents, []
    mail = mail_of(effect.template, To.AGENTS)
    now: list[str] = []
    later: list[str] = []
    for address in effect.agents:
        agent = change.policy.agent(address)
        when = _when(change, agent, mail) if agent is not None else None
        if agent is None or when is None:
            now.append(address)
            continue
        kind, due_at = when
        until = change.keeps.waits_until if change.keeps else None  # it may be taken back till then
        ticket = change.subject.id if kind == agent_timers.BUNDLE else 0
        due_at = max(due_at, until or due_at)
        held.keep(change.conn, [_row(change, agent, effect)])
        agent_timers.start(change.conn, agent.address, kind, due_at, ticket_id=ticket)
        later.append(agent.address)
    return tuple(now), later


def _when(change: TicketChange, agent: Agent, mail: Mail) -> tuple[str, datetime] | None:
    """Which timer it waits for, and until when; None: it goes out at once."""
    policy = change.policy
    wants = policy.notices_of(agent)
    if wants.quiet is None and not wants.bundle:
        return None
    if not mail.can_wait or agent.address == change.tx.actor.agent:
        return None
    is_urgent = change.subject.priority == policy.priorities[-1]
    if mail.event in wants.breaks_through or (is_urgent and URGENT in wants.breaks_through):
        return None
    until = quiet_until(wants.quiet, change.now, policy.zone_of(agent))
    if until is not None:
        return agent_timers.QUIET, until
    if not wants.bundle or change.opened:
        return None
    since = change.now - wants.bundle
    last = held.last_mail(change.conn, agent.address, change.subject.id, since)
    return None if last is None else (agent_timers.BUNDLE, last + wants.bundle)


def _row(change: TicketChange, agent: Agent, effect: NotifyAgents) -> dict[str, Any]:
    ticket, by = change.subject, change.tx.actor.agent
    author = change.policy.agent(by) if by else None
    said = change.kept[0] if change.kept else None
    name = str(said["from_name"] or said["from_address"]) if said and not said["agent"] else ""
    reason = effect.context.get("words") or effect.context.get("reason")
    return {
        "agent": agent.address.lower(),
        "ticket_id": ticket.id,
        "at": change.now,
        "template": effect.template,
        "message_row": said["id"] if said and _tells_words(effect) else None,
        "detail": {
            "who": author.name if author else name,
            "status": ticket.status,
            "priority": ticket.priority,
            "queue": ticket.queue,
            "why": stored(reason) if isinstance(reason, (str, Reason)) else "",
        },
        "act": change.act,
    }


def _tells_words(effect: NotifyAgents) -> bool:
    return "message" in mail_of(effect.template, To.AGENTS).shows
