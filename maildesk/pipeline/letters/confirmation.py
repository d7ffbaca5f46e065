"""A mail in an agent's name is held: they are asked, at the address on file, if it was theirs.

One tap releases it, where that may be offered at all: to an address that was signed for this agent
and this one message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context
from maildesk.desk.threads.links import Purpose
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses, proofs
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view, ticket_view

if TYPE_CHECKING:
    from maildesk.desk.effects import AskToConfirm
    from maildesk.desk.problem import Problem
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_held")
# If it was not theirs, and came to a good address of theirs.
_LEAKED = ("spoofed", "unproven_agent", "old_address", "new_network", "known_to_others")
_MAY_CONFIRM = (
    *("unproven_agent", "expired", "renewed", "old_address", "new_network", "known_to_others"),
)
# Problems whose sentence names the agent, and that have another for the agent.
_SAID_TO_THEM = frozenset(
    (
        *("unproven", "unprovable", "by_another", "tapped_by_another", "old_address", "renewed"),
        "colleagues_address",
        *("address_unproven", "answer_unproven", "new_network", "known_to_others"),
    )
)


def letters(change: TicketChange, effect: AskToConfirm) -> list[Draft]:
    """The question, about the message that this act has held."""
    policy, ticket, message = change.policy, change.ticket, change.message
    agent = policy.agent(effect.agent)
    if agent is None or message is None or not change.tx.held:
        return []
    held_id = change.tx.held[-1]
    desk = (policy.desk_address(ticket.address) if ticket else None) or policy.addresses[0]
    whose = (desk.address, Purpose.CONFIRM, held_id, agent.address)
    way = proofs.way_back(change, *whose)
    language = policy.wording.of(agent.language)
    about = message.subject[:500] or language.sentence("no_subject")
    subject = language.sentence("held_subject", subject=about)
    (button,) = MAIL.buttons
    may_confirm = effect.reason in _MAY_CONFIRM
    label = language.button(button)
    tap = replace(way.button(button, label, subject, f"#{button}", said=label), primary=True)
    own = addresses.of_notice(desk, f"held.{held_id}", way.to if may_confirm else "")
    if may_confirm:
        own = replace(own, message_id=proofs.private_id(change, *whose))
    context = Context(
        desk=desk_view(policy, desk),
        ticket=ticket_view(ticket, change) if ticket else None,
        subject=subject,
        person=agent_view(agent),
        recipient=message.sender.address if message.sender else "",
        reason=(_to_themselves(effect.problem),),
        leaked=effect.own_address and effect.reason in _LEAKED,
        text=message.reply[:2000],
        actions=(tap,) if may_confirm else (),
    )
    spec = LetterSpec(
        mail=MAIL,
        language=agent.language,
        context=context.mapping(),
        addresses=own,
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
        is_counted=not (effect.own_address or effect.is_genuine),
        once=f"held:{held_id}:{agent.address}",
        ticket_id=ticket.id if ticket else None,
    )
    return [write_letter(change, spec)]


def _to_themselves(problem: Problem) -> Problem:
    """Why it is held, as one says it to the agent whose name it bears."""
    if problem.code not in _SAID_TO_THEM:
        return problem
    return replace(problem, code=f"yours_{problem.code}")
