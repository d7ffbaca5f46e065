"""An admin renews an agent's reply addresses, and the agent is told: later their own answers to older mail are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.views import Context, PersonView
from maildesk.mail.message import Mailbox
from maildesk.pipeline.letters.notices import desk_view, notice
from maildesk.pipeline.letters.post import post
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
    context = Context(
        desk=desk_view(policy, address),
        subject=policy.wording.of(agent.language).sentence("renewed_subject"),
        person=PersonView(agent.name, agent.address, agent.name.split()[0]),
    )
    to = Mailbox(agent.name, agent.address)
    return notice(work, "agent_renewed", agent.language, context, to=to, address=address, label="renewed", purpose="agent_renewed")
