"""An agent hears that their reply addresses were renewed: own answers to older mail are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.mails.views import Context
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters import addresses
from maildesk.pipeline.letters.letter import LetterSpec, write_letter
from maildesk.pipeline.letters.ticket_view import agent_view, desk_view

if TYPE_CHECKING:
    from maildesk.desk.effects import TellOfRenewal
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

MAIL = mail_of("agent_renewed")


def letters(change: TicketChange, effect: TellOfRenewal) -> list[Draft]:
    """The mail; it bears no reply address, for the next notification brings a good one."""
    policy, agent = change.policy, change.policy.agent(effect.agent)
    if agent is None:
        return []
    desk = policy.addresses[0]
    context = Context(
        desk=desk_view(policy, desk),
        subject=policy.wording.of(agent.language).sentence("renewed_subject"),
        person=agent_view(agent),
    )
    spec = LetterSpec(
        mail=MAIL,
        language=agent.language,
        context=context.mapping(),
        addresses=addresses.of_notice(desk, "renewed"),
        to=(Mailbox(agent.name, agent.address),),
        recipient=agent.address,
    )
    return [write_letter(change, spec)]
