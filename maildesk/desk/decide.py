"""What a fact means for a ticket: `decide(ticket, fact, policy, now)` -> effects.

It reads no clock, no file, no database. One short function per fact; what the
rules and the service levels of the admin add comes behind what the desk does by
itself, and everything is one list of effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from maildesk.desk import consequences, customers, machines, workers
from maildesk.desk.effects import Effect
from maildesk.desk.facts import AgentOpens, AutomaticMail, ClockRang, DeliveryFailed, Fact, MessageFromAgent, MessageFromRequester
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket

_TABLE: Mapping[type[Any], Callable[[Ticket | None, Any, Policy, datetime], list[Effect]]] = {
    MessageFromRequester: customers.wrote,
    MessageFromAgent: workers.wrote,
    AgentOpens: workers.opened,
    AutomaticMail: machines.wrote,
    DeliveryFailed: machines.could_not_deliver,
    ClockRang: machines.rang,
}


def decide(ticket: Ticket | None, fact: Fact, policy: Policy, now: datetime) -> list[Effect]:
    """Everything that shall be done because of this fact. `ticket` is None where none exists yet.

    First what the desk does by itself, then what the admin's rules add, for the ticket as it
    will stand then. Refused: not allowed, in words.
    """
    if isinstance(fact, ClockRang) and ticket is not None and fact.kind.startswith(consequences.PREFIXES):
        return consequences.rang(ticket, fact, policy, now)
    effects = _TABLE[type(fact)](ticket, fact, policy, now)
    outcome = consequences.follow(ticket, fact, effects, policy, now)
    return [*effects, *outcome.effects] if outcome else effects
