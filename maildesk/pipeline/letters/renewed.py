"""An agent hears that their reply addresses were renewed: own answers to older mail are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.mails.views import Context, PersonView
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.notices import desk_view, notice

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.transaction import TicketChange
    from maildesk.store.outbox import Draft

_NAME = "agent_renewed"


def to_agent(change: TicketChange, agent: Agent) -> Draft:
    """The mail; it bears no reply address, for the next notification brings a good one."""
    policy, address = change.policy, change.policy.addresses[0]
    context = Context(
        desk=desk_view(policy, address),
        subject=policy.wording.of(agent.language).sentence("renewed_subject"),
        person=PersonView(agent.name, agent.address, agent.name.split()[0]),
    )
    return notice(
        change,
        _NAME,
        agent.language,
        context,
        to=Mailbox(agent.name, agent.address),
        address=address,
        label="renewed",
        purpose=_NAME,
    )
