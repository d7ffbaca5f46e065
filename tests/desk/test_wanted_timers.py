"""Timers over weeks: with the shipped rules and service levels, every one rings, none for ever,
each step once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.config.policy import load_policy
from maildesk.desk.effects import (
    AddNote,
    CancelClock,
    Effect,
    NotifyAgents,
    Record,
    SendToCustomer,
    SetField,
    SetStatus,
    StartClock,
)
from maildesk.desk.evolve import changed_fields, evolve
from maildesk.desk.facts import ClockRang, Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.rules.rule_effects import rang
from maildesk.desk.sla import wanted_timers
from maildesk.desk.ticket import Status, Ticket
from tests.desk.rule_desk import BEN, POLICY, TICKET

FOLDER = Path(__file__).parents[2] / "deploy" / "desk"
T0 = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def shipped() -> Policy:
    """The small desk of the tests under the shipped rules and service levels."""
    policy = load_policy(FOLDER)
    return replace(
        POLICY, rules=policy.rules, service_levels=policy.service_levels, calendars=policy.calendars
    )


SHIPPED = shipped()


@dataclass
class Week:
    """A desk with one ticket and a clock that jumps from one timer to the next."""

    now: datetime = T0
    ticket: Ticket = TICKET
    history: list[Entry] = field(
        default_factory=lambda: [Entry(T0, "opened"), Entry(T0, "received")]
    )
    standing: dict[str, datetime] = field(default_factory=dict)
    done: list[Effect] = field(default_factory=list)
    rings: Counter[str] = field(default_factory=Counter)

    def take(self, effects: list[Effect], *, ringing: str = "") -> None:
        """What `apply` does, as far as the history and the timers are concerned."""
        for effect in effects:
            before = self.ticket
            self.ticket = evolve(before, effect, SHIPPED, self.now)
            changed = changed_fields(before, self.ticket)
            self.done.append(effect)
            if isinstance(effect, Record):
                self.history.append(Entry(self.now, effect.what, "desk", effect.detail))
            elif isinstance(effect, AddNote):
                self.history.append(Entry(self.now, "noted", "desk"))
            elif isinstance(effect, (SetField, SetStatus)) and changed:
                name = "status" if isinstance(effect, SetStatus) else effect.name
                detail = {"from": getattr(before, name), "to": getattr(self.ticket, name)}
                self.history.append(Entry(self.now, name, "desk", detail))
            elif isinstance(effect, (StartClock, CancelClock)):
                self._clock(effect)
        for effect in wanted_timers.adjust(
            self.ticket, self.history, SHIPPED, self.now, self.standing, ringing=ringing
        ):
            self._clock(effect)

    def _clock(self, effect: Effect) -> None:
        if isinstance(effect, StartClock):
            self.standing[effect.kind] = effect.due_at
        elif isinstance(effect, CancelClock):
            self.standing.pop(effect.kind, None)

    def happens(self, what: str) -> None:
        """Somebody does something, now."""
        status = {
            "waits": Status.WAITING,
            "resolves": Status.RESOLVED,
            "holds": Status.ON_HOLD,
            "works": Status.IN_PROGRESS,
        }.get(what)
        if status is not None:
            self.take([SetStatus(status=status)])
        elif what == "urgent":
            self.take([SetField(name="priority", value="urgent")])
        else:
            self.history.append(Entry(self.now, what, BEN.address if what == "replied" else ""))
            self.take([])

    def pass_time(self, length: timedelta) -> None:
        """Let every timer ring that falls due in this time, in order."""
        until = self.now + length
        while self.standing:
            kind, due = min(self.standing.items(), key=lambda item: item[1])
            if due > until:
                break
            del self.standing[kind]
            self.now = max(self.now, due)
            self.rings[kind] += 1
            assert self.rings.total() < 200, self.rings
            fact = ClockRang(kind, due, Situation(history=tuple(self.history)))
            self.take(rang(self.ticket, fact, SHIPPED, self.now), ringing=kind)
        self.now = until


def templates(week: Week) -> list[str]:
    return [e.template for e in week.done if isinstance(e, (NotifyAgents, SendToCustomer))]


def test_a_forgotten_ticket_is_followed_up_warned_of_and_overdue_each_once() -> None:
    week = Week()
    week.happens("received")
    week.pass_time(timedelta(days=30))
    assert Counter(templates(week)) == {"follow_up": 1, "sla_warning": 1, "sla_breach": 1}
    assert week.standing == {}


def test_a_customer_who_never_comes_back_is_reminded_then_the_ticket_is_resolved_and_closed() -> (
    None
):
    week = Week()
    week.happens("replied")
    week.happens("waits")
    week.pass_time(timedelta(days=30))
    assert templates(week) == ["reminder", "resolution"]
    assert week.ticket.behaviour is Status.CLOSED
    assert [e.at - T0 for e in week.history if e.what == "status"] == [
        timedelta(0),
        timedelta(days=10),
        timedelta(days=17),
    ]
    assert week.standing == {}


def test_an_urgent_ticket_climbs_the_ladder() -> None:
    week = Week()
    week.happens("urgent")
    week.pass_time(timedelta(minutes=110))  # the warnings of the resolution come later
    assert templates(week) == ["sla_warning", "sla_warning", "sla_breach", "escalated"]


def test_timers_that_could_not_ring_for_a_week_ring_once_each() -> None:
    week = Week()
    week.happens("received")
    week.now += timedelta(days=7)  # nobody was there to let them ring
    week.pass_time(timedelta(days=7))
    assert Counter(templates(week)) == {"follow_up": 1, "sla_breach": 1}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "received",
                "replied",
                "noted",
                "waits",
                "works",
                "holds",
                "resolves",
                "urgent",
                "bounced",
                "merged",
            ]
        ),
        st.timedeltas(timedelta(0), timedelta(days=5)),
    ),
    max_size=10,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_whatever_happens_timers_come_to_rest_and_no_step_is_told_twice(
    steps: list[tuple[str, timedelta]],
) -> None:
    week = Week()
    week.take([])
    for what, length in steps:
        week.happens(what)
        week.pass_time(length)
        assert (
            wanted_timers.adjust(week.ticket, week.history, SHIPPED, week.now, week.standing) == []
        )
    week.pass_time(timedelta(days=60))
    told = Counter(
        (e.detail["clock"], e.detail["step"], e.detail["since"])
        for e in week.done
        if isinstance(e, Record) and e.what == "sla"
    )
    assert all(count == 1 for count in told.values())
