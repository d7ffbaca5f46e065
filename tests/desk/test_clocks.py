"""Clocks derived from the history: what counts, what pauses, what is an answer, and lines that
explain it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.facts import Entry
from maildesk.desk.policy import Policy
from maildesk.desk.sla.clocks import Clock, clocks, latest, waiting_since
from maildesk.desk.sla.explain import explain
from maildesk.desk.sla.hours import next_opening
from maildesk.desk.sla.levels import DEFAULT_LEVELS, Level, ServiceLevels, Target, parse_target
from maildesk.desk.ticket import Status, Ticket
from tests.desk.rule_desk import POLICY, TICKET, stands

HOUR = timedelta(hours=1)
T0 = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday; the office is open 9:00-17:00
BEN = "ben@desk.example"
OFFICE_LEVEL = Level(
    "Office",
    {
        "first_response": Target(4 * HOUR),
        "next_response": Target(2 * HOUR),
        "resolution": Target(8 * HOUR),
    },
    calendar="office",
)
OFFICE_POLICY = replace(POLICY, service_levels=ServiceLevels((OFFICE_LEVEL,)))


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def entry(hours: float, what: str, **detail: Any) -> Entry:
    return Entry(at(hours), what, BEN if what in ("replied", "noted") else "", detail)


def status(hours: float, before: str, to: str) -> Entry:
    return entry(hours, "status", **{"from": before, "to": to})


OPENED = (entry(0, "opened"), entry(0, "received"))


def of(
    kind: str, *entries: Entry, now: float, policy: Policy = OFFICE_POLICY, ticket: Ticket = TICKET
) -> Clock:
    return latest(clocks(ticket, (*OPENED, *entries), policy, at(now)))[kind]


def test_the_first_response_is_due_after_so_much_working_time() -> None:
    clock = of("first_response", now=1)
    assert (clock.due_at, clock.state, clock.consumed) == (at(4), "on_track", HOUR)
    assert clock.warnings == ((75, at(3)),)


def test_a_deadline_passes_over_the_week_end() -> None:
    policy = replace(
        POLICY,
        service_levels=ServiceLevels(
            (replace(OFFICE_LEVEL, targets={"first_response": Target(8 * HOUR)}),)
        ),
    )
    assert of("first_response", now=1, policy=policy).due_at == datetime(
        2026, 11, 23, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("now", "state"),
    [(2.9, "on_track"), (3, "warning"), (3.9, "warning"), (4, "breached"), (50, "breached")],
)
def test_the_state_follows_the_time_used(now: float, state: str) -> None:
    assert of("first_response", now=now).state == state


def test_an_answer_in_time_meets_it_and_one_too_late_does_not() -> None:
    assert of("first_response", entry(3, "replied"), now=5).state == "met"
    late = of("first_response", entry(5, "replied"), now=6)
    assert (late.state, late.ended_at, late.why_ended) == ("breached", at(5), f"answered by {BEN}")


def test_the_clock_runs_from_the_first_unanswered_message() -> None:
    clock = of("first_response", entry(1, "received"), entry(2, "received"), now=3)
    assert clock.started_at == T0
    again = of(
        "next_response", entry(1, "replied"), entry(2, "received"), entry(3, "received"), now=3
    )
    assert again.started_at == at(2)


def test_a_note_is_no_answer_unless_the_level_says_so() -> None:
    assert of("first_response", entry(1, "noted"), now=2).is_running
    lenient = replace(
        POLICY, service_levels=ServiceLevels((replace(OFFICE_LEVEL, notes_answer=True),))
    )
    assert of("first_response", entry(1, "noted"), now=2, policy=lenient).state == "met"


def test_automatic_mail_is_neither_question_nor_answer() -> None:
    assert of("first_response", entry(1, "replied", automatic="yes"), now=2).is_running
    found = latest(
        clocks(TICKET, (entry(0, "opened"), entry(0, "automatic")), OFFICE_POLICY, at(2))
    )
    assert set(found) == {"resolution"}


def test_an_answer_that_bounced_is_none() -> None:
    back = entry(2, "bounced", recipient="KIM@harbour.example", purpose="reply")
    clock = of("first_response", entry(1, "replied"), back, now=3)
    assert clock.is_running and clock.started_at == T0
    assert of(
        "first_response", entry(1, "replied"), back, entry(3, "replied"), now=5
    ).ended_at == at(3)


def test_a_bounce_that_names_its_message_undoes_that_answer_and_no_later_one() -> None:
    first, second = entry(1, "replied", message=11), entry(3, "replied", message=13)
    back = entry(5, "bounced", recipient="kim@harbour.example", purpose="reply", message="11")
    assert of("first_response", first, second, back, now=6).ended_at == at(3)
    back = entry(5, "bounced", recipient="kim@harbour.example", purpose="reply", message="13")
    assert of("first_response", first, second, back, now=6).ended_at == at(1)


def test_a_bounce_to_somebody_else_or_of_another_mail_leaves_the_answer_standing() -> None:
    other = entry(2, "bounced", recipient="boss@harbour.example", purpose="reply")
    notice = entry(2, "bounced", recipient="kim@harbour.example", purpose="acknowledgement")
    assert of("first_response", entry(1, "replied"), other, notice, now=3).state == "met"


def test_a_pausing_status_is_a_break_of_the_calendar() -> None:
    waits = (status(1, "open", "waiting"), status(3, "waiting", "in_progress"))
    clock = of("resolution", *waits, now=4)
    assert clock.consumed == 2 * HOUR
    # five of the eight hours lie on Friday
    assert clock.due_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [(i.counted, i.why) for i in clock.intervals] == [
        (True, "open"),
        (False, "paused while waiting"),
        (True, "in_progress"),
    ]


def test_while_paused_nothing_is_due() -> None:
    clock = of("resolution", status(1, "open", "waiting"), now=30)
    assert (clock.due_at, clock.is_paused, clock.state) == (None, True, "on_track")


def test_a_status_of_the_admins_own_pauses_like_the_one_it_behaves_like() -> None:
    policy = replace(OFFICE_POLICY, statuses={**POLICY.statuses, "parked": Status.ON_HOLD})
    assert of("resolution", status(1, "open", "parked"), now=3, policy=policy).is_paused


def test_stars_and_thanks_that_leave_a_ticket_resolved_are_owed_no_answer() -> None:
    done = (entry(1, "replied"), status(1, "open", "resolved"), entry(2, "received"))
    kinds = [clock.kind for clock in clocks(TICKET, (*OPENED, *done), OFFICE_POLICY, at(30))]
    assert "next_response" not in kinds
    again = of(
        "next_response", *done, entry(3, "received"), status(3, "resolved", "in_progress"), now=4
    )
    assert (again.started_at, again.state) == (at(3), "on_track")


def test_resolving_ends_the_resolution_clock_and_reopening_continues_it() -> None:
    resolved = status(2, "open", "resolved")
    assert of("resolution", resolved, now=5).state == "met"
    assert of("first_response", resolved, now=5).why_ended == "resolved"
    reopened = of("resolution", resolved, status(4, "resolved", "in_progress"), now=5)
    assert (reopened.is_running, reopened.consumed) == (True, 3 * HOUR)


def test_reopening_starts_a_next_response_clock() -> None:
    clock = of(
        "next_response",
        entry(1, "replied"),
        status(2, "in_progress", "resolved"),
        status(3, "resolved", "in_progress"),
        now=4,
    )
    assert (clock.started_at, clock.why) == (at(3), "the ticket was reopened")


def test_a_merge_stops_every_clock_and_its_undoing_lets_them_run() -> None:
    assert of("first_response", entry(1, "merged"), now=9).state == "stopped"
    assert of("resolution", entry(1, "merged"), now=9).state == "stopped"
    assert of("first_response", entry(1, "merged"), entry(2, "unmerged"), now=3).is_running


def test_spam_stops_the_clocks() -> None:
    assert of("first_response", status(1, "open", "spam"), now=9).state == "stopped"


def test_a_change_of_priority_rederives_the_deadline() -> None:
    raised = entry(2, "priority", **{"from": "normal", "to": "urgent"})
    clock = of(
        "first_response", raised, now=3, policy=POLICY, ticket=stands({"priority": "urgent"})
    )
    assert (clock.level.name, clock.due_at, clock.state) == ("Urgent", at(1), "breached")


def test_a_clock_that_has_ended_is_judged_by_the_priority_of_its_time() -> None:
    history = (entry(2, "replied"), entry(3, "priority", **{"from": "normal", "to": "urgent"}))
    clock = of(
        "first_response", *history, now=4, policy=POLICY, ticket=stands({"priority": "urgent"})
    )
    assert (clock.level.name, clock.state) == ("Normal", "met")


@pytest.mark.parametrize(
    ("priority", "first", "resolution"),
    [("urgent", 1, 4), ("high", 4, None), ("normal", 24, None), ("low", 48, None)],
)
def test_the_levels_by_default(priority: str, first: int, resolution: int | None) -> None:
    found = latest(clocks(stands({"priority": priority}), OPENED, POLICY, at(0)))
    assert POLICY.service_levels is None and DEFAULT_LEVELS.levels
    assert found["first_response"].due_at == at(first)
    assert ("resolution" in found) == (resolution is not None)
    assert resolution is None or found["resolution"].due_at == at(resolution)


def test_the_first_level_that_holds_is_taken() -> None:
    vip = Level(
        "VIP",
        {"first_response": Target(HOUR)},
        narrowed={"tier": frozenset({"vip"}), "queue": frozenset({"support"})},
    )
    policy = replace(POLICY, service_levels=ServiceLevels((vip, OFFICE_LEVEL)))
    assert of("first_response", now=0, policy=policy).level.name == "VIP"
    assert (
        of("first_response", now=0, policy=policy, ticket=stands({"queue": "billing"})).level.name
        == "Office"
    )


def test_business_days_are_counted_in_the_calendar() -> None:
    policy = replace(
        POLICY,
        service_levels=ServiceLevels(
            (replace(OFFICE_LEVEL, targets={"resolution": Target(business_days=2)}),)
        ),
    )
    assert of("resolution", now=0, policy=policy).due_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize("hour", [10, 13])  # 13: the calendar of the tests opens at 9
def test_a_business_day_ends_at_the_same_time_of_the_next_one(hour: int) -> None:
    levels = (replace(OFFICE_LEVEL, targets={"first_response": Target(business_days=1)}),)
    policy = replace(POLICY, service_levels=ServiceLevels(levels))
    friday = datetime(2026, 11, 20, hour, tzinfo=UTC)
    history = (Entry(friday, "opened"), Entry(friday, "received"))
    clock = latest(clocks(TICKET, history, policy, friday))["first_response"]
    assert clock.due_at == datetime(2026, 11, 23, hour, tzinfo=UTC)


def test_what_came_as_the_office_opened_is_due_as_it_opens_and_no_breach_before() -> None:
    levels = (replace(OFFICE_LEVEL, targets={"first_response": Target(business_days=1)}),)
    policy = replace(POLICY, service_levels=ServiceLevels(levels))
    calendar = policy.calendars["office"]
    opens = next_opening(calendar, datetime(2026, 11, 23, tzinfo=UTC))
    history = (Entry(opens, "opened"), Entry(opens, "received"))
    next_day = opens + timedelta(days=1)
    evening = latest(clocks(TICKET, history, policy, next_day - HOUR))["first_response"]
    morning = latest(clocks(TICKET, history, policy, next_day))["first_response"]
    assert (evening.due_at, evening.state) == (next_day, "warning")
    assert morning.state == "breached"


def test_a_message_at_night_begins_to_count_in_the_morning() -> None:
    night = datetime(2026, 11, 21, 23, tzinfo=UTC)
    history = (Entry(night, "opened"), Entry(night, "received"))
    clock = latest(clocks(TICKET, history, OFFICE_POLICY, night + HOUR))["first_response"]
    assert (clock.consumed, clock.due_at) == (timedelta(0), datetime(2026, 11, 23, 13, tzinfo=UTC))


def test_a_calendar_of_nothing_but_holidays_makes_nothing_due() -> None:
    shut = replace(
        POLICY.calendars["office"], holidays=lambda day: "Closed down" if day >= T0.date() else ""
    )
    policy = replace(OFFICE_POLICY, calendars={"office": shut})
    for kind in ("first_response", "resolution"):
        clock = of(kind, now=500, policy=policy)
        assert (clock.due_at, clock.state, clock.consumed) == (None, "on_track", timedelta(0))
        assert any("Closed down" in line for line in explain(clock))


EVENTS = st.lists(
    st.sampled_from(
        [
            ("received", {}),
            ("replied", {}),
            ("noted", {}),
            ("bounced", {}),
            ("status", {"from": "open", "to": "waiting"}),
            ("status", {"from": "waiting", "to": "in_progress"}),
            ("status", {"from": "open", "to": "resolved"}),
            ("status", {"from": "open", "to": "closed"}),
            ("status", {"from": "resolved", "to": "open"}),
            ("priority", {"from": "normal", "to": "low"}),
            ("merged", {}),
        ]
    ),
    max_size=12,
)


@given(EVENTS, st.lists(st.integers(0, 600), min_size=12, max_size=12), st.integers(0, 3000))
def test_any_history_gives_sound_clocks_and_the_same_ones_again(
    events: list[Any], gaps: list[int], later: int
) -> None:
    minutes, history = 0, list(OPENED)
    for (what, detail), gap in zip(events, gaps, strict=False):
        minutes += gap
        history.append(entry(minutes / 60, what, **detail))
    now = at((minutes + later) / 60)
    found = clocks(TICKET, history, OFFICE_POLICY, now)
    assert found == clocks(TICKET, list(reversed(history))[::-1], OFFICE_POLICY, now)
    for clock in found:
        assert timedelta(0) <= clock.consumed <= (clock.ended_at or now) - clock.started_at
        assert clock.state in ("on_track", "warning", "breached", "met", "stopped")
        assert all(
            a.end == b.start for a, b in zip(clock.intervals, clock.intervals[1:], strict=False)
        )
        assert clock.intervals[0].start == clock.started_at
        assert clock.intervals[-1].end == (clock.ended_at or now)
        assert explain(clock)[2].startswith("  began")
        if clock.is_running and clock.due_at is not None:
            assert (clock.due_at <= now) == (clock.state == "breached")
    assert sum(c.is_running and c.kind != "resolution" for c in found) <= 1


def test_the_explanation_prints_every_interval_with_its_reason() -> None:
    clock = of(
        "resolution",
        status(1, "open", "waiting"),
        status(3, "waiting", "in_progress"),
        status(8, "in_progress", "resolved"),
        now=9,
    )
    assert explain(clock) == [
        "resolution: met, 5h of 8h used, due 2026-11-23 12:00:00 UTC",
        "  policy Office, calendar office (sla.yaml:2)",
        "  began 2026-11-20 10:00:00 UTC: the ticket was opened",
        "  2026-11-20 10:00 - 11:00  counted 1h  open; calendar office fri 09:00-17:00",
        "  2026-11-20 11:00 - 13:00  not counted  paused while waiting",
        "  2026-11-20 13:00 - 17:00  counted 4h  in_progress; calendar office fri 09:00-17:00",
        (
            "  2026-11-20 17:00 - 18:00  not counted  in_progress; calendar office closed: fri "
            "09:00-17:00"
        ),
        "  ended 2026-11-20 18:00:00 UTC: resolved",
    ]


def test_since_when_a_customer_waits() -> None:
    assert waiting_since(TICKET, OPENED, POLICY) == T0
    assert waiting_since(TICKET, (*OPENED, entry(1, "replied")), POLICY) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("1h", Target(HOUR)),
        ("90s", Target(timedelta(seconds=90))),
        ("3 business days", Target(business_days=3)),
        ("2bd", Target(business_days=2)),
    ],
)
def test_targets_are_written_in_periods_or_business_days(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["soon", "", "0h", "business days", None])
def test_what_is_no_target_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="a period"):
        parse_target(text)
