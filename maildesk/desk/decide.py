"""What a fact means for a ticket: `decide(ticket, fact, policy, now)` -> effects.

It reads no clock, no file, no database. One short function per fact says what must
be (a message is kept, an agent's command is done); everything a desk may want
otherwise is said by rules, and everything is one list of effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maildesk.desk import consequences, customers, machines, workers
from maildesk.desk.effects import Effect
from maildesk.desk.facts import AgentOpens, AutomaticMail, ClockRang, DeliveryFailed, Fact, MessageFromAgent, MessageFromRequester
from maildesk.desk.policy import Policy
from maildesk.desk.rules import Outcome
from maildesk.desk.ticket import Ticket

_TABLE: Mapping[type[Any], Callable[[Ticket | None, Any, Policy, datetime], list[Effect]]] = {
    MessageFromRequester: customers.wrote,
    MessageFromAgent: workers.wrote,
    AgentOpens: workers.opened,
    AutomaticMail: machines.wrote,
    DeliveryFailed: machines.could_not_deliver,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The effects, and what the rules said on the way; None where no rule was asked."""

    effects: tuple[Effect, ...]
    outcome: Outcome | None = None


def decide(ticket: Ticket | None, fact: Fact, policy: Policy, now: datetime) -> list[Effect]:
    """Everything that shall be done because of this fact. `ticket` is None where none exists yet.

    First what must be, then what the rules add, for the ticket as it will stand then.
    Refused: not allowed, in words.
    """
    return list(decision(ticket, fact, policy, now).effects)


def decision(ticket: Ticket | None, fact: Fact, policy: Policy, now: datetime, *, explain: bool = False) -> Decision:
    """The same with its reasons; with `explain` every rule has its verdict and every choice its reasoning."""
    if isinstance(fact, ClockRang):
        return Decision(tuple(consequences.rang(ticket, fact, policy, now)) if ticket is not None else ())
    effects = _TABLE[type(fact)](ticket, fact, policy, now)
    outcome = consequences.follow(ticket, fact, effects, policy, now, explain=explain)
    return Decision((*effects, *outcome.effects) if outcome else tuple(effects), outcome)
