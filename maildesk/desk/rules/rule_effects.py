"""What rules and service levels add to what must be done anyway.

`decide` gives the effects of a fact as such; `follow` gives the rules' on top,
for the ticket as it will stand then; `rang` is for the timers of clocks and waits.
Timers themselves are adjusted last, from the history as written (`timers.adjust`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from maildesk.desk.actor import DESK, ActorKind
from maildesk.desk.effects import AddMessage, Effect, OpenTicket, Record, RecordScore, Snooze
from maildesk.desk.evolve import evolved
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
from maildesk.desk.mails.recipients import hearing, tell
from maildesk.desk.merging.merge_effects import KnowRequester
from maildesk.desk.notices import reminders
from maildesk.desk.policy import Policy
from maildesk.desk.reason import Reason
from maildesk.desk.rules import held_greetings, wait_rules
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.engine import Outcome, changes, evaluate
from maildesk.desk.senders.contacts import as_known
from maildesk.desk.sla import alarms
from maildesk.desk.ticket import KIND_OF_CUSTOMER, KIND_OF_SNOOZE, Person, Ticket

# the kinds of timers that are rung here
PREFIXES = (wait_rules.PREFIX, alarms.PREFIX, reminders.PREFIX)
_BY = {
    MessageFromRequester: "customer", MessageFromAgent: "agent", AgentActs: "agent",
    AgentOpens: "agent", AutomaticMail: "robot", DeliveryFailed: "robot", ClockRang: "clock",
}  # fmt: skip


def follow(
    ticket: Ticket | None,
    fact: Fact,
    effects: Sequence[Effect],
    policy: Policy,
    now: datetime,
    *,
    explain: bool = False,
) -> Outcome | None:
    """What the rules make of this fact and its own effects; None where there are no rules or there
    is no ticket."""
    after = evolved(ticket, effects, policy, now)
    if after is None or policy.rules is None:
        return None
    words = happenings(ticket, after, effects, policy)
    return evaluate(policy.rules, words, occasion_of(after, fact, policy, now), explain=explain)


def rang(ticket: Ticket, fact: ClockRang, policy: Policy, now: datetime) -> list[Effect]:
    """What a timer of a service level or of a waiting rule does now; nothing where it no longer
    fits the ticket."""
    if fact.kind == KIND_OF_SNOOZE:
        return _wakes(ticket, policy, now)
    if fact.kind == KIND_OF_CUSTOMER:
        return _known_anew(ticket, fact, policy)
    occasion = occasion_of(ticket, fact, policy, now)
    if fact.kind.startswith(held_greetings.PREFIX):
        return held_greetings.ring(fact, occasion, now)
    if fact.kind.startswith(wait_rules.PREFIX):
        outcome = wait_rules.ring(fact.kind, fact.due_at, occasion)
        return list(outcome.effects) if outcome else []
    if fact.kind.startswith(reminders.PREFIX):
        return reminders.ring(ticket, fact.situation.history, policy, now)
    if not fact.kind.startswith(alarms.PREFIX):
        return []
    effects, happening = alarms.ring(fact.kind, occasion)
    after = evolved(ticket, effects, policy, now) or ticket
    words = [*([happening] if happening else []), *_changes(ticket, after, effects, policy)]
    if words and policy.rules is not None:
        effects = [*effects, *evaluate(policy.rules, words, occasion.standing(after)).effects]
    return effects


def _known_anew(ticket: Ticket, fact: ClockRang, policy: Policy) -> list[Effect]:
    """What is known of the requester by now; their service level is the one of that."""
    was = ticket.requester
    known = as_known(Person(was.address, was.name), policy, fact.situation.joined)
    if (known.organisation, known.tier) == (was.organisation, was.tier):
        return []
    return [KnowRequester(organisation=known.organisation, tier=known.tier)]


def _wakes(ticket: Ticket, policy: Policy, now: datetime) -> list[Effect]:
    """It is time: whoever is to answer it and whoever follows it hear so."""
    if ticket.snoozed_until is None or ticket.snoozed_until > now:
        return []
    why = Reason("slept_enough")
    return [Snooze(until=None, why=why), *tell(hearing(ticket, policy, now), "agent_woke", policy)]


def happenings(
    before: Ticket | None, after: Ticket, effects: Sequence[Effect], policy: Policy
) -> list[str]:
    """What these effects are to the rules: created, replied, answered, noted, scored, bounced, and
    every change."""
    found: list[str] = []
    opened = any(isinstance(effect, OpenTicket) for effect in effects)
    if opened:
        found.append("created")
    scored = any(isinstance(effect, RecordScore) for effect in effects)
    for effect in effects:
        if isinstance(effect, RecordScore):
            found.append("scored")
        elif isinstance(effect, Record) and effect.what == "bounced":
            found.append("bounced")
        elif (
            isinstance(effect, AddMessage)
            and effect.kind != "stranger"
            and not effect.automatic
            and not opened
            and not scored
        ):
            found.append(
                "noted"
                if effect.kind == "note"
                else "answered"
                if effect.direction == "out"
                else "replied"
            )
    if before is not None and not opened:
        found += _changes(before, after, effects, policy)
    return list(dict.fromkeys(found))


def _changes(before: Ticket, after: Ticket, effects: Sequence[Effect], policy: Policy) -> list[str]:
    """Every change; a priority that an escalation raised is the escalation, which has told
    everybody already."""
    found = list(changes(before, after, policy.priorities))
    if any(isinstance(effect, Record) and effect.what == "escalated" for effect in effects):
        found = [word for word in found if word != "priority_raised"] + ["escalated"]
    return found


def occasion_of(ticket: Ticket, fact: Fact, policy: Policy, now: datetime) -> RuleContext:
    """The fact as rules look at it. The time of day is that of the first calendar of
    the file, else UTC."""
    tz = policy.office.tz if policy.office else ZoneInfo("UTC")
    message = None if isinstance(fact, (DeliveryFailed, ClockRang)) else fact.message
    trust = None if isinstance(fact, (DeliveryFailed, ClockRang)) else fact.trust
    return RuleContext(
        ticket,
        policy,
        now,
        message,
        trust,
        by=_by(fact),
        actor=_actor(fact),
        tz=tz,
        situation=fact.situation,
    )


def _by(fact: Fact) -> str:
    """Who set it off; a ticket that an agent writes up for a customer is the customer's, and so is
    what a customer does on its page."""
    if isinstance(fact, AgentActs) and fact.by.kind is ActorKind.CUSTOMER:
        return "customer"
    return "customer" if isinstance(fact, AgentOpens) and fact.is_told else _BY[type(fact)]


def _actor(fact: Fact) -> str:
    """The agent who needs no word of it. Who writes a ticket up by mail has the receipt of that;
    who passes a mail on, or does it elsewhere, gets it like all."""
    if isinstance(fact, AgentActs):
        return fact.by.agent
    if isinstance(fact, AgentOpens) and fact.agent and fact.channel and fact.operator == DESK:
        return fact.agent.address
    return fact.agent.address if isinstance(fact, MessageFromAgent) else ""
