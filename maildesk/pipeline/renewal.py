"""An admin renews an agent's reply addresses, and the agent is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import operator_acts
from maildesk.desk.effects import RenewAddresses, TellOfRenewal
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent
    from maildesk.pipeline.services import Services


def renew(services: Services, agent: Agent, by: str) -> None:
    """Make the agent's reply addresses worthless and write them so, in one transaction."""
    policy, now = services.keeper.current.policy, services.now()
    effects = RenewAddresses(agent=agent.address), TellOfRenewal(agent=agent.address)
    with services.db.write() as conn:
        tx, nowhere = Transaction(conn, services, policy, now, operator_acts(by)), New()
        kicks = apply(tx, [(nowhere, effect) for effect in effects])
    for row_id in kicks:
        services.kick("deliver", row_id)
