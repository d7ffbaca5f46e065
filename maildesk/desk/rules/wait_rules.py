"""Rules that wait: since when a ticket has been waiting, and when the rule's timer is due.

A wait is done once for each beginning (the unanswered message, the status, the
day); the history's line of the firing is the memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.effects import Effect, Record, SendToCustomer
from maildesk.desk.facts import Entry
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import Policy
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.engine import Outcome, fire
from maildesk.desk.rules.ruleset import DAILY, TIMER, Rule, Trigger
from maildesk.desk.sla.clocks import waiting_since
from maildesk.desk.sla.hours import Calendar, add
from maildesk.desk.ticket import Status, Ticket

PREFIX = TIMER
_WAITING = f"{Status.WAITING.value}_for"
_UTC = ZoneInfo("UTC")
_ENDED = (Status.CLOSED, Status.SPAM)
_OURSELVES = ("rule", "rule_passed", "sla", "notified", "sent")


@dataclass(frozen=True, slots=True)
class Wait:
    """A rule whose timer stands: which, since when it has been waiting, and when it is due."""

    rule: Rule
    kind: str
    since: datetime
    due_at: datetime


def wanted(
    ticket: Ticket, history: Sequence[Entry], policy: Policy, now: datetime
) -> Mapping[str, Wait]:
    """The waits of this ticket that have not had their turn, by kind of timer."""
    if policy.rules is None or ticket.merged_into is not None:
        return {}
    found: dict[str, Wait] = {}
    for kind, (rule, trigger) in policy.rules.timers.items():
        wait = _wait(rule, kind, trigger, ticket, history, policy, now)
        if wait is not None and not _had_its_turn(wait, history):
            found[kind] = wait
    return found


def ring(kind: str, due_at: datetime, occasion: RuleContext) -> Outcome | None:
    """What the rule behind this timer wants now; None where the wait is over, not yet done, or the
    rule is gone.

    A rule whose conditions do not hold has had its turn until the ticket changes; the history says
    so, and why.
    """
    rules, ticket, history = occasion.policy.rules, occasion.ticket, occasion.situation.history
    if rules is None or kind not in rules.timers:
        return None
    rule, trigger = rules.timers[kind]
    if trigger.word == DAILY:
        if ticket.behaviour in _ENDED:
            return None
        return fire(rules, rule, occasion, detail={"since": due_at.isoformat()})
    wait = wanted(ticket, history, occasion.policy, occasion.now).get(kind)
    if wait is None or wait.due_at > occasion.now:
        return None
    detail = {"since": wait.since.isoformat()}
    outcome = fire(rules, rule, occasion, detail=detail)
    if outcome.effects:
        return replace(
            outcome,
            effects=tuple(
                _with_the_end(effect, wait.since, occasion.policy) for effect in outcome.effects
            ),
        )
    passed = Record(
        what="rule_passed",
        detail={"name": rule.name, "why": outcome.verdicts[0].because, **detail},
        rule=rule.place,
    )
    return replace(outcome, effects=(passed,))


def _with_the_end(effect: Effect, since: datetime, policy: Policy) -> Effect:
    """A reminder says when the ticket will be resolved or closed without an answer, where a rule
    is sure to do so."""
    if not isinstance(effect, SendToCustomer) or policy.rules is None:
        return effect
    if "due_at" not in mail_of(effect.template).shows:
        return effect
    ends = [
        since + trigger.length
        for rule in policy.rules.timed
        for trigger in rule.when
        if trigger.word == _WAITING
        and not trigger.calendar
        and rule.condition is None
        and _ends(rule, policy)
    ]
    return replace(effect, context={**effect.context, "due_at": min(ends)}) if ends else effect


def _ends(rule: Rule, policy: Policy) -> bool:
    """Whether it resolves or closes the ticket."""
    return any(
        action.word == "status" and policy.behaves(action.value) in (Status.RESOLVED, Status.CLOSED)
        for action in rule.then
    )


def _wait(
    rule: Rule,
    kind: str,
    trigger: Trigger,
    ticket: Ticket,
    history: Sequence[Entry],
    policy: Policy,
    now: datetime,
) -> Wait | None:
    calendar = policy.calendars.get(trigger.calendar)
    if trigger.word == DAILY:
        due = None if ticket.behaviour in _ENDED else _next_time(trigger.minute, calendar, now)
        return Wait(rule, kind, due, due) if due else None
    since = _since(trigger.word, ticket, history, policy)
    if since is None:
        return None
    try:
        due = add(calendar, since, trigger.length) if calendar else since + trigger.length
    except (ValueError, OverflowError):  # a calendar that never opens again: nothing to wait for
        return None
    return Wait(rule, kind, since, due)


def _since(word: str, ticket: Ticket, history: Sequence[Entry], policy: Policy) -> datetime | None:
    """Since when the ticket has been waiting in this way; None where it is not."""
    if word == "no_reply_for":
        return waiting_since(ticket, history, policy)
    if word == "unassigned_for":
        has_owner = policy.agent(ticket.assignee) is not None
        return (
            None
            if has_owner or ticket.behaviour in _ENDED
            else _last(history, ("assigned",), ticket)
        )
    if word == "idle_for":
        return (
            None
            if ticket.behaviour in _ENDED
            else _last(history, ("received", "replied", "noted", "status", "assigned"), ticket)
        )
    stands = word.removesuffix("_for")
    # asked again: it counts from there
    began = ("status", "replied") if ticket.behaviour is Status.WAITING else ("status",)
    return (
        _last(history, began, ticket) if stands in (ticket.behaviour.value, ticket.status) else None
    )


def _last(history: Sequence[Entry], what: tuple[str, ...], ticket: Ticket) -> datetime:
    return max((entry.at for entry in history if entry.what in what), default=ticket.created_at)


def _next_time(minute: int, calendar: Calendar | None, now: datetime) -> datetime | None:
    """The next time the clock shows this minute, on a working day where there is a calendar; None
    in a year of holidays."""
    tz = calendar.tz if calendar else _UTC
    today = now.astimezone(tz).date()
    for day in (today + timedelta(days=n) for n in range(400)):
        at = datetime.combine(day, time(minute // 60, minute % 60), tz).astimezone(UTC)
        if at > now and (calendar is None or calendar.is_working_day(day)):
            return at
    return None


def _had_its_turn(wait: Wait, history: Sequence[Entry]) -> bool:
    """Whether it fired for this beginning, or was passed over and nothing has changed since."""
    since = wait.since.isoformat()
    for entry in reversed(history):
        ours = entry.detail.get("name") == wait.rule.name and entry.detail.get("since") == since
        if entry.what == "rule" and ours:
            return True
        if entry.what == "rule_passed" and ours:
            return not any(
                later.at > entry.at and later.what not in _OURSELVES for later in history
            )
    return False
