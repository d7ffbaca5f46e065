"""Rules that wait, and the timers that stand for them: started, moved, cancelled, never twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.effects import AddNote, CancelClock, Record, StartClock
from maildesk.desk.facts import Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.rules import wait_rules
from maildesk.desk.rules.conditions import leaf
from maildesk.desk.rules.engine import Outcome
from maildesk.desk.rules.ruleset import Action, Rule, RuleSet, Trigger
from maildesk.desk.sla import wanted_timers
from maildesk.desk.sla.levels import ServiceLevels
from maildesk.desk.ticket import Status, Ticket
from tests.desk.rule_desk import BEN, POLICY, TICKET, occasion, stands

HOUR = timedelta(hours=1)
T0 = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday
HISTORY = (Entry(T0, "opened"), Entry(T0, "received"))
NOTE = (Action("note", text="still waiting"),)


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def desk(
    word: str, hours: float = 24, *, calendar: str = "", minute: int = 0, **more: Any
) -> Policy:
    rule = Rule("Wait", (Trigger(word, timedelta(hours=hours), minute, calendar),), NOTE, **more)
    return replace(POLICY, rules=RuleSet((rule,)), service_levels=ServiceLevels(()))


def due(
    policy: Policy, ticket: Ticket = TICKET, history: Sequence[Entry] = HISTORY, now: float = 1
) -> datetime | None:
    found = wait_rules.wanted(ticket, history, policy, at(now)).get("rule:Wait")
    return found.due_at if found else None


def ring(
    policy: Policy, now: float, history: Sequence[Entry] = HISTORY, ticket: Ticket = TICKET
) -> Outcome | None:
    here = occasion(
        ticket,
        policy=policy,
        now=at(now),
        message=None,
        by="clock",
        situation=Situation(history=tuple(history)),
    )
    return wait_rules.ring("rule:Wait", at(now), here)


def test_no_reply_is_counted_from_the_first_unanswered_message() -> None:
    policy = desk("no_reply_for")
    assert due(policy, history=(*HISTORY, Entry(at(5), "received"))) == at(24)
    assert due(policy, history=(*HISTORY, Entry(at(5), "replied", BEN.address))) is None


def test_a_wait_in_working_hours_follows_the_calendar() -> None:
    assert due(desk("no_reply_for", 8, calendar="office")) == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "ticket", "entry", "expected"),
    [
        ("idle_for", {}, Entry(at(3), "noted"), at(27)),
        ("idle_for", {}, Entry(at(3), "sla"), at(24)),
        ("unassigned_for", {}, Entry(at(3), "received"), at(24)),
        ("unassigned_for", {"assignee": BEN.address}, Entry(at(3), "assigned"), None),
        (
            "waiting_for",
            {"status": "waiting", "behaviour": Status.WAITING},
            Entry(at(2), "status"),
            at(26),
        ),
        ("waiting_for", {}, Entry(at(2), "status"), None),
        (
            "resolved_for",
            {"status": "resolved", "behaviour": Status.RESOLVED},
            Entry(at(2), "status"),
            at(26),
        ),
        (
            "idle_for",
            {"status": "closed", "behaviour": Status.CLOSED},
            Entry(at(2), "status"),
            None,
        ),
    ],
)
def test_what_a_wait_is_counted_from(
    word: str, ticket: dict[str, Any], entry: Entry, expected: datetime | None
) -> None:
    assert due(desk(word), stands(ticket), (*HISTORY, entry), now=4) == expected


def test_a_time_of_day_comes_every_working_day() -> None:
    nine = desk("at", 0, calendar="office", minute=9 * 60)
    assert due(nine, now=1) == datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Friday at eleven: Monday
    assert due(nine, now=73) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert due(nine, stands({"behaviour": Status.CLOSED})) is None


def test_a_wait_that_is_over_fires_once() -> None:
    policy = desk("no_reply_for")
    outcome = ring(policy, 24)
    assert outcome is not None
    line, note = outcome.effects
    assert isinstance(line, Record) and line.detail["since"] == T0.isoformat()
    assert isinstance(note, AddNote)
    after = (*HISTORY, Entry(at(24), "rule", "", {k: str(v) for k, v in line.detail.items()}))
    assert due(policy, history=after, now=25) is None
    assert ring(policy, 25, after) is None


def test_a_new_wait_fires_again() -> None:
    fired = Entry(at(24), "rule", "", {"name": "Wait", "since": T0.isoformat()})
    later = (*HISTORY, fired, Entry(at(25), "replied", BEN.address), Entry(at(26), "received"))
    assert due(desk("no_reply_for"), history=later, now=27) == at(50)


def test_a_wait_that_is_not_over_or_whose_rule_is_gone_does_nothing() -> None:
    assert ring(desk("no_reply_for"), 23) is None
    assert ring(replace(POLICY, rules=RuleSet(())), 24) is None
    assert ring(POLICY, 24) is None


def test_a_rule_whose_conditions_fail_is_passed_over_until_the_ticket_changes() -> None:
    policy = desk("no_reply_for", condition=leaf("status", "is", "in_progress", POLICY.priorities))
    outcome = ring(policy, 24)
    assert outcome is not None
    (line,) = outcome.effects
    assert isinstance(line, Record) and line.what == "rule_passed"
    assert line.detail["why"] == 'status is "open", wanted: is "in_progress"'
    passed = (
        *HISTORY,
        Entry(at(24), "rule_passed", "", {k: str(v) for k, v in line.detail.items()}),
    )
    assert due(policy, history=passed, now=25) is None
    changed = (*passed, Entry(at(26), "status", "", {"from": "open", "to": "in_progress"}))
    assert due(policy, history=changed, now=26) == at(24)  # at once


def test_a_merged_ticket_waits_for_nothing() -> None:
    assert due(desk("no_reply_for"), stands({"merged_into": 3})) is None


def test_timers_are_started_moved_and_cancelled_and_then_left_alone() -> None:
    policy = desk("no_reply_for")
    start = wanted_timers.adjust(TICKET, HISTORY, policy, at(0), {"close": at(9)})
    assert start == [StartClock(kind="rule:Wait", due_at=at(24))]
    standing = {"close": at(9), "rule:Wait": at(24)}
    assert wanted_timers.adjust(TICKET, HISTORY, policy, at(1), standing) == []
    assert wanted_timers.adjust(TICKET, HISTORY, desk("no_reply_for", 30), at(1), standing) == [
        StartClock(kind="rule:Wait", due_at=at(30))
    ]
    answered = (*HISTORY, Entry(at(2), "replied", BEN.address))
    assert wanted_timers.adjust(TICKET, answered, policy, at(2), standing) == [
        CancelClock(kind="rule:Wait")
    ]


def test_a_holiday_that_was_added_moves_the_timer() -> None:
    policy = desk("no_reply_for", 8, calendar="office")
    standing = {"rule:Wait": datetime(2026, 11, 23, 10, tzinfo=UTC)}
    assert wanted_timers.adjust(TICKET, HISTORY, policy, at(1), standing) == []
    closed = replace(
        policy.calendars["office"], holidays=frozenset({datetime(2026, 11, 23, tzinfo=UTC).date()})
    )
    moved = wanted_timers.adjust(
        TICKET, HISTORY, replace(policy, calendars={"office": closed}), at(1), standing
    )
    assert moved == [StartClock(kind="rule:Wait", due_at=datetime(2026, 11, 24, 10, tzinfo=UTC))]


def test_a_timer_that_is_due_is_left_to_ring_and_the_one_that_rings_stands_no_more() -> None:
    policy = desk("idle_for")
    touched = (*HISTORY, Entry(at(24), "noted"))
    assert wanted_timers.adjust(TICKET, touched, policy, at(24), {"rule:Wait": at(24)}) == []
    assert wanted_timers.adjust(
        TICKET, touched, policy, at(24), {"rule:Wait": at(24)}, ringing="rule:Wait"
    ) == [StartClock(kind="rule:Wait", due_at=at(48))]


def test_the_timers_of_the_service_levels_are_among_them() -> None:
    kinds = {
        effect.kind
        for effect in wanted_timers.adjust(TICKET, HISTORY, POLICY, at(0), {})
        if isinstance(effect, StartClock)
    }
    assert kinds == {"sla:first_response:warning:75", "sla:first_response:breach"}


def test_the_kinds_of_timers_are_made_once_for_a_set_of_rules() -> None:
    rules = RuleSet(
        (
            Rule(
                "Wait",
                (Trigger("no_reply_for", HOUR), Trigger("created"), Trigger("idle_for", HOUR)),
                (),
            ),
        )
    )
    assert list(rules.timers) == ["rule:Wait", "rule:Wait#2"]
    assert rules.timers is rules.timers
