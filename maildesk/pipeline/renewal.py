"""An admin renews an agent's reply addresses, and the agent is told: later their own answers to older mail are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.views import Context, PersonView
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.notices import desk_view, notice
from maildesk.pipeline.letters.post import post
from maildesk.pipeline.transaction import New, TicketChange, Transaction
from maildesk.store import agents
from maildesk.store.outbox import Draft

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.services import Services


def renew(services: Services, agent: Agent, by: str) -> None:
    """Make the agent's reply addresses worthless and write them so, in one transaction; whoever sends looks by itself."""
    policy, now = services.keeper.current.policy, services.now()
    with services.db.write() as conn:
        agents.renew(conn, agent.address, now, by)
        change = Transaction(conn, services, policy, now).begin(New())
        post(change, [_letter(change, agent)])


def _letter(change: TicketChange, agent: Agent) -> Draft:
    policy, address = change.policy, change.policy.addresses[0]
    context = Context(
        desk=desk_view(policy, address),
        subject=policy.wording.of(agent.language).sentence("renewed_subject"),
        person=PersonView(agent.name, agent.address, agent.name.split()[0]),
    )
    to = Mailbox(agent.name, agent.address)
    name, label = "agent_renewed", "renewed"
    return notice(change, name, agent.language, context, to=to, address=address, label=label, purpose=name)
