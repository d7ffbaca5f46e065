"""What a fact means for a ticket: `decide(ticket, fact, policy, now)` -> effects.

It reads no clock, no file, no database. One short function per fact says what must
be (a message is kept, an agent's command is done); everything a desk may want
otherwise is said by rules, and everything is one list of effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maildesk.desk import from_agent, from_customer, from_machine
from maildesk.desk.customers.filled import filled
from maildesk.desk.effects import Effect
from maildesk.desk.facts import (
    AgentActs,
    AgentOpens,
    AutomaticMail,
    ClockRang,
    DeliveryFailed,
    Fact,
    MessageFromAgent,
    MessageFromRequester,
)
from maildesk.desk.mails import colleagues
from maildesk.desk.policy import Policy
from maildesk.desk.rules import rule_effects
from maildesk.desk.rules.engine import Outcome
from maildesk.desk.ticket import Ticket

_TABLE: Mapping[type[Any], Callable[[Ticket | None, Any, Policy, datetime], list[Effect]]] = {
    MessageFromRequester: from_customer.wrote,
    MessageFromAgent: from_agent.wrote,
    AgentOpens: from_agent.opened,
    AutomaticMail: from_machine.wrote,
    DeliveryFailed: from_machine.could_not_deliver,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The effects, and what the rules said on the way; None where no rule was asked."""

    effects: tuple[Effect, ...]
    outcome: Outcome | None = None


def decide(ticket: Ticket | None, fact: Fact, policy: Policy, now: datetime) -> list[Effect]:
    """Everything that shall be done because of this fact. `ticket` is None where none exists yet.

    First what must be, then what the rules add, for the ticket as it will stand then; last who is
    told that it changed hands.
    Refused: not allowed, in words.
    """
    return list(decision(ticket, fact, policy, now).effects)


def decision(
    ticket: Ticket | None, fact: Fact, policy: Policy, now: datetime, *, explain: bool = False
) -> Decision:
    """The same with its reasons.

    With `explain` every rule has its verdict and every choice its reasoning.
    """
    if isinstance(fact, ClockRang):
        rang = rule_effects.rang(ticket, fact, policy, now) if ticket is not None else []
        return Decision((*rang, *_told(ticket, fact, rang, policy, now)))
    effects = _TABLE[type(fact)](ticket, fact, policy, now)
    effects += filled(ticket, effects, policy)
    return followed(ticket, fact, effects, policy, now, explain=explain)


def followed(
    ticket: Ticket | None,
    fact: Fact,
    effects: Sequence[Effect],
    policy: Policy,
    now: datetime,
    *,
    explain: bool = False,
) -> Decision:
    """These effects of a fact, with everything that follows from them, for mails and acts alike.

    The rules for the ticket as it will stand then, and those colleagues whom it concerns.
    """
    outcome = rule_effects.follow(ticket, fact, effects, policy, now, explain=explain)
    whole = [*effects, *(outcome.effects if outcome else ())]
    told = _told(ticket, fact, whole, policy, now)
    return Decision((*colleagues.noted_once(whole, told), *told), outcome)


def _told(
    ticket: Ticket | None, fact: Fact, effects: Sequence[Effect], policy: Policy, now: datetime
) -> list[Effect]:
    """What colleagues hear of it."""
    also_to = fact.also_to if isinstance(fact, MessageFromRequester) else ()
    by_hand = isinstance(fact, (AgentActs, MessageFromAgent))
    history, by = fact.situation.history, _agent(fact)
    act = colleagues.Act(ticket, effects, history, by, also_to, by_hand)
    return colleagues.notices(act, policy, now)


def _agent(fact: Fact) -> str:
    """The address of the agent whose act this is; "" where it is none's."""
    if isinstance(fact, (AgentActs, AgentOpens)):
        return fact.by.agent
    return fact.agent.address if isinstance(fact, MessageFromAgent) else ""
