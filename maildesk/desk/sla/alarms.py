"""Alarms of the service levels: which timers a ticket's clocks want, and what
happens when one rings.

The wanted timers are derived like the clocks themselves. A step is done once for
each clock: the history's line of the first time is the memory, so a timer that
rings late, twice, or after a restart tells nobody twice. While the calendar is
closed nothing rings, unless the level says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from maildesk.desk.effects import Effect, NotifyAdmins, Record, StartClock
from maildesk.desk.evolve import evolve
from maildesk.desk.facts import Entry
from maildesk.desk.mails.recipients import targeted, tell
from maildesk.desk.policy import Policy
from maildesk.desk.rules.actions import carry_out
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.ruleset import Action
from maildesk.desk.sla.clocks import Clock, clocks
from maildesk.desk.sla.hours import add, is_working, next_opening
from maildesk.desk.sla.periods import show_hours
from maildesk.desk.ticket import Ticket

PREFIX = "sla:"
_CLOSING = timedelta(minutes=5)  # due at the closing minute still rings
_LATE = timedelta(minutes=10)  # later than this is said in the notice


@dataclass(frozen=True, slots=True)
class Alarm:
    """One step of one clock: `warning:75`, `breach`, `escalation:1`."""

    clock: Clock
    step: str
    due_at: datetime
    actions: tuple[Action, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its timer: `sla:first_response:breach`."""
        return f"{PREFIX}{self.clock.kind}:{self.step}"


def wanted(
    ticket: Ticket,
    history: Sequence[Entry],
    policy: Policy,
    now: datetime,
    known: Sequence[Clock] | None = None,
) -> Mapping[str, Alarm]:
    """The alarms still to come for the running clocks, by kind; one already
    told of is not among them.

    `known` are the clocks, where they have been derived already.
    """
    found: dict[str, Alarm] = {}
    for clock in clocks(ticket, history, policy, now) if known is None else known:
        if not clock.is_running or clock.due_at is None:
            continue
        for alarm in _steps_of(clock, now):
            # what was broken before we knew of it is in the lists; there is nobody to be woken
            is_news = alarm.due_at > clock.known_at or clock.known_at == clock.started_at
            if is_news and not _already_notified(alarm, history):
                found[alarm.kind] = alarm
    return found


def ring(kind: str, occasion: RuleContext) -> tuple[list[Effect], str]:
    """What this alarm does now, and the happening it is for the rules (warning, breach, or "").

    Nothing where it no longer fits the ticket; a new timer where the calendar is closed.
    """
    ticket, policy, now = occasion.ticket, occasion.policy, occasion.now
    alarm = wanted(ticket, occasion.situation.history, policy, now).get(kind)
    if alarm is None:
        return [], ""
    if alarm.due_at > now:
        return [StartClock(kind=kind, due_at=alarm.due_at)], ""
    if (at := rings_at(alarm, now)) > now:
        return [StartClock(kind=kind, due_at=at)], ""
    effects: list[Effect] = [_history_line(alarm)]
    if alarm.step.startswith("escalation"):
        return effects + _run_escalation_step(alarm, occasion), ""
    is_breach = alarm.step == "breach"
    return effects + _notices(
        alarm, occasion, is_breach=is_breach
    ), "breach" if is_breach else "warning"


def rings_at(alarm: Alarm, now: datetime) -> datetime:
    """When it shall ring: when it is due, or, late and with the calendar closed, when
    that opens again."""
    calendar = alarm.clock.calendar
    if alarm.clock.level.any_hour or now - alarm.due_at <= _CLOSING or is_working(calendar, now):
        return alarm.due_at
    return next_opening(calendar, now)


def _steps_of(clock: Clock, now: datetime) -> list[Alarm]:
    """The steps of a clock. After an outage the warning that a breach has
    overtaken is not given."""
    assert clock.due_at is not None
    found = [Alarm(clock, "breach", clock.due_at)]
    if clock.due_at > now:
        found += [
            Alarm(clock, f"warning:{percent}", at)
            for percent, at in clock.warnings
            if at is not None
        ]
        overtaken = [alarm for alarm in found if alarm.step != "breach" and alarm.due_at <= now][
            :-1
        ]
        found = [alarm for alarm in found if alarm not in overtaken]
    for number, step in enumerate(clock.level.escalation, 1):
        with suppress(ValueError):  # a calendar that has no working time left: the step never comes
            found.append(
                Alarm(
                    clock,
                    f"escalation:{number}",
                    add(clock.calendar, clock.due_at, step.after),
                    step.actions,
                )
            )
    return found


def _already_notified(alarm: Alarm, history: Sequence[Entry]) -> bool:
    since = alarm.clock.started_at.isoformat()
    return any(
        entry.what == "sla"
        and entry.detail.get("clock") == alarm.clock.kind
        and entry.detail.get("step") == alarm.step
        and entry.detail.get("since") == since
        for entry in history
    )


def _history_line(alarm: Alarm) -> Effect:
    clock = alarm.clock
    detail = {
        "clock": clock.kind, "step": alarm.step, "since": clock.started_at.isoformat(),
        "due": alarm.due_at.isoformat(), "level": clock.level.name, "target": str(clock.target),
    }  # fmt: skip
    return Record(what="sla", detail=detail, rule=clock.level.place)


def _notices(alarm: Alarm, occasion: RuleContext, *, is_breach: bool) -> list[Effect]:
    """The assignee hears a warning; the assignee and the supervisors (the admins where there are
    none) a breach."""
    ticket, policy, clock = occasion.ticket, occasion.policy, alarm.clock
    late = occasion.now - alarm.due_at
    context = {
        "clock": clock.kind, "target": str(clock.target), "level": clock.level.name,
        "due_at": clock.due_at, "used": show_hours(clock.consumed),
        "late_by": late if late > _LATE else None,
    }  # fmt: skip
    to = ("assignee", "supervisors") if is_breach else ("assignee",)
    agents = targeted(to, ticket, policy, occasion.now)
    template, place = "sla_breach" if is_breach else "sla_warning", clock.level.place
    effects = tell(agents, template, policy, context=context, rule=place)
    if is_breach and not policy.supervisors_of(ticket.queue):
        text = (
            f"{ticket.reference}: {clock.kind} was due {clock.due_at:%Y-%m-%d %H:%M} UTC "
            f"({clock.level.name}, {clock.target})."
        )
        effects.append(
            NotifyAdmins(
                subject=f"{ticket.reference} is overdue",
                text=text,
                once=f"{alarm.kind}:{ticket.id}",
            )
        )
    return effects


def _run_escalation_step(alarm: Alarm, occasion: RuleContext) -> list[Effect]:
    """The actions of one step of the ladder, each seeing what the one before it did."""
    effects: list[Effect] = []
    place = alarm.clock.level.place or alarm.clock.level.name
    for action in alarm.actions:
        for effect in carry_out(action, occasion, place).effects:
            effects.append(effect)
            ticket = evolve(occasion.ticket, effect, occasion.policy, occasion.now)
            if ticket is not occasion.ticket:
                occasion = occasion.standing(ticket)
    return effects
