"""An admin renews an agent's reply addresses, and the agent is told: later their own answers to older mail are held."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from maildesk.desk.views import Context, DeskView, PersonView
from maildesk.mail.compose.outgoing import Outgoing
from maildesk.mail.message import Mailbox
from maildesk.pipeline.outgoing import finished
from maildesk.pipeline.post import post
from maildesk.pipeline.transaction import Work
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
        work = Work(conn, services, policy, now, None)
        post(work, [_letter(work, agent)])


def _letter(work: Work, agent: Agent) -> Draft:
    policy, address = work.policy, work.policy.addresses[0]
    is_german = agent.language.startswith("de")
    context = Context(
        desk=DeskView(address.name or policy.desk_name, address.address, policy.signature, policy.website, policy.colour),
        subject="Ihre Antwortadressen wurden erneuert" if is_german else "Your reply addresses were renewed",
        person=PersonView(agent.name, agent.address, agent.name.split()[0]),
    )
    templates = work.services.keeper.current.templates
    rendered = templates.render("agent_renewed", agent.language, context.mapping(), address.address)
    outgoing = Outgoing(
        message_id=f"renewed.{secrets.token_hex(6)}@{address.address.rpartition('@')[2]}",
        sender=Mailbox(address.name, address.address),
        to=(Mailbox(agent.name, agent.address),),
        subject=rendered.subject,
        date=work.now,
        text=rendered.text,
        html=rendered.html,
        auto_submitted="auto-generated",
        language=agent.language,
    )
    raw, _ = finished(work, outgoing, agent.address, to_agent=True)
    return Draft(None, None, outgoing.message_id, "", agent.address, "", "agent_renewed", "", automatic=False, once=None, raw=raw)
