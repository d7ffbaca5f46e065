"""Who sees what: admins everything, agents their queues and their own tickets, specialists their
categories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.policy import Agent, Queue
from tests.desk.stories import POLICY, ticket

QUEUES = {
    "support": Queue("support", ("support",)),
    "billing": Queue("billing", ("money",)),
    "general": Queue("general"),
}
ANA = Agent("Ana", "ana@desk.example", role="admin")
BEN = Agent("Ben", "ben@desk.example", teams=("support",))
CARLA = Agent(
    "Carla", "carla@desk.example", role="specialist", teams=("money",), skills=("Refunds",)
)
DEV = Agent("Dev", "dev@desk.example", supervises=("money",))
DESK = replace(
    POLICY, queues=QUEUES, agents=(ANA, BEN, CARLA, DEV), categories=("refunds", "invoices")
)
TICKETS = {
    "support": replace(ticket(), queue="support"),
    "refund": replace(ticket(), queue="billing", category="refunds"),
    "invoice": replace(ticket(), queue="billing", category="invoices"),
    "general": replace(ticket(), queue="general"),
    "bens": replace(ticket(), queue="gone", assignee=BEN.address),
}


@pytest.mark.parametrize(
    ("agent", "seen"),
    [
        (None, set(TICKETS)),
        (ANA, set(TICKETS)),
        (BEN, {"support", "general", "bens"}),
        (CARLA, {"refund"}),
        (DEV, {"refund", "invoice", "general"}),
    ],
)
def test_who_sees_which_ticket(agent: Agent | None, seen: set[str]) -> None:
    wanted = seen_by(agent, DESK)
    assert {name for name, one in TICKETS.items() if matches(one, wanted, Material())} == seen
