"""Alarms: who hears of a warning and a breach, once, late with the right words, never while the
desk is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from maildesk.desk.effects import (
    AddNote,
    Effect,
    NotifyAdmins,
    NotifyAgents,
    Record,
    SetField,
    StartClock,
)
from maildesk.desk.facts import Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.rules.ruleset import Action
from maildesk.desk.sla import alarms
from maildesk.desk.sla.levels import Level, ServiceLevels, Step, Target
from maildesk.desk.ticket import Ticket
from tests.desk.rule_desk import ANA, BEN, POLICY, TICKET, occasion, stands

HOUR = timedelta(hours=1)
T0 = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday; the office is open 9:00-17:00
HISTORY = (Entry(T0, "opened"), Entry(T0, "received"))
LADDER = (
    Step(
        HOUR / 2, (Action("set", name="priority", value="urgent"), Action("note", text="overdue"))
    ),
    Step(2 * HOUR, ()),
)
LEVEL = Level(
    "Office",
    {"first_response": Target(4 * HOUR)},
    calendar="office",
    warn_at=(50, 75),
    escalation=LADDER,
    place="sla.yaml:9",
)
DESK = replace(POLICY, service_levels=ServiceLevels((LEVEL,)))
MINE = stands({"assignee": BEN.address})


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def ring(
    step: str,
    hours: float,
    *,
    ticket: Ticket = MINE,
    history: Sequence[Entry] = HISTORY,
    policy: Policy = DESK,
) -> tuple[list[Effect], str]:
    here = occasion(
        ticket,
        policy=policy,
        now=at(hours),
        message=None,
        by="clock",
        situation=Situation(history=tuple(history)),
    )
    return alarms.ring(f"sla:first_response:{step}", here)


def told(effects: Sequence[Effect]) -> list[Entry]:
    """The history after these effects."""
    records = [e for e in effects if isinstance(e, Record)]
    return [
        *HISTORY,
        *(Entry(at(9), e.what, "", {k: str(v) for k, v in e.detail.items()}) for e in records),
    ]


def due(hours: float, history: Sequence[Entry] = HISTORY, **more: Any) -> dict[str, datetime]:
    found = alarms.wanted(more.get("ticket", MINE), history, more.get("policy", DESK), at(hours))
    return {kind.removeprefix("sla:first_response:"): alarm.due_at for kind, alarm in found.items()}


def test_a_running_clock_wants_its_warnings_its_breach_and_its_ladder() -> None:
    assert due(0) == {
        "warning:50": at(2),
        "warning:75": at(3),
        "breach": at(4),
        "escalation:1": at(4.5),
        "escalation:2": at(6),
    }


def test_a_paused_or_answered_clock_wants_nothing() -> None:
    assert due(2, (*HISTORY, Entry(at(1), "status", "", {"from": "open", "to": "waiting"}))) == {}
    assert due(2, (*HISTORY, Entry(at(1), "replied", BEN.address))) == {}


def test_a_warning_goes_to_the_assignee() -> None:
    effects, happening = ring("warning:75", 3)
    assert happening == "warning"
    (notice,) = [e for e in effects if isinstance(e, NotifyAgents)]
    assert (notice.agents, notice.template) == ((BEN.address,), "sla_warning")
    assert notice.context["due_at"] == at(4)
    assert notice.context["used"] == "3h"
    assert notice.context["late_by"] is None


def test_a_breach_goes_to_the_assignee_and_the_supervisors() -> None:
    effects, happening = ring("breach", 4)
    assert happening == "breach"
    (notice,) = [e for e in effects if isinstance(e, NotifyAgents)]
    assert (notice.agents, notice.template) == ((BEN.address, ANA.address), "sla_breach")


def test_without_supervisors_the_admins_hear_of_a_breach() -> None:
    lonely = replace(DESK, agents=(BEN,))
    effects, _ = ring("breach", 4, policy=lonely)
    assert [e.subject for e in effects if isinstance(e, NotifyAdmins)] == ["TKT-0007 is overdue"]


def test_who_does_not_want_these_notices_gets_none() -> None:
    quiet = replace(DESK, agents=(replace(BEN, notify=frozenset({"assigned"})), ANA))
    effects, _ = ring("warning:75", 3, policy=quiet)
    assert [type(e) for e in effects] == [Record]


def test_what_was_told_once_is_not_told_again() -> None:
    effects, _ = ring("breach", 4)
    again = told(effects)
    assert "breach" not in due(5, again)
    assert ring("breach", 5, history=again) == ([], "")


def test_a_timer_of_a_clock_that_was_answered_meanwhile_does_nothing() -> None:
    assert ring("breach", 4, history=(*HISTORY, Entry(at(3), "replied", BEN.address))) == ([], "")


def test_a_timer_that_rings_too_early_is_set_anew() -> None:
    assert ring("breach", 3) == ([StartClock(kind="sla:first_response:breach", due_at=at(4))], "")


def test_after_an_outage_the_breach_says_how_late_it_is_and_no_overtaken_warning_is_given() -> None:
    assert set(due(6)) == {"breach", "escalation:1", "escalation:2"}
    # the second warning speaks for the first
    assert set(due(3.5)) == {"warning:75", "breach", "escalation:1", "escalation:2"}
    effects, _ = ring("breach", 6)
    (notice,) = [e for e in effects if isinstance(e, NotifyAgents)]
    assert notice.context["late_by"] == timedelta(hours=2)


def test_nothing_rings_while_the_calendar_is_closed() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert ring("breach", 13) == ([StartClock(kind="sla:first_response:breach", due_at=monday)], "")
    loud = replace(DESK, service_levels=ServiceLevels((replace(LEVEL, any_hour=True),)))
    assert ring("breach", 13, policy=loud)[1] == "breach"


def test_what_is_due_at_the_closing_minute_rings_then() -> None:
    until_five = replace(
        DESK,
        service_levels=ServiceLevels(
            (replace(LEVEL, targets={"first_response": Target(7 * HOUR)}),)
        ),
    )
    assert ring("breach", 7 + 1 / 60, policy=until_five)[1] == "breach"


def test_the_ladder_is_climbed_step_by_step() -> None:
    effects, happening = ring("escalation:1", 4.5)
    assert happening == ""
    assert [type(e) for e in effects] == [Record, SetField, AddNote]


def test_an_unassigned_tickets_warning_goes_to_the_queue() -> None:
    effects, _ = ring("warning:75", 3, ticket=TICKET)
    (notice,) = [e for e in effects if isinstance(e, NotifyAgents)]
    assert notice.agents == (BEN.address, ANA.address)


def test_a_step_that_no_working_time_is_left_for_never_comes() -> None:
    last_day = replace(
        POLICY.calendars["office"], holidays=lambda day: "Closed down" if day > T0.date() else ""
    )
    closing = replace(
        DESK,
        calendars={"office": last_day},
        service_levels=ServiceLevels((replace(LEVEL, escalation=(Step(9 * HOUR, ()),)),)),
    )
    assert set(due(0, policy=closing)) == {"warning:50", "warning:75", "breach"}
