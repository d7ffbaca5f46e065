"""Assignment: fair, explained, and with an outcome for every tie and every empty team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.config.templates.words import language_named
from maildesk.desk.facts import Load
from maildesk.desk.policy import Agent, Policy, Queue
from maildesk.desk.rules.assign import choose, skills_for
from maildesk.desk.rules.ruleset import Assignment
from maildesk.desk.sla.hours import Calendar, Span
from maildesk.desk.ticket import Person, Status, Ticket

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday
NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
OFFICE = Calendar("office", ZoneInfo("UTC"), ((Span(540, 1020),),) * 5 + ((), ()))
ANA = Agent("Ana", "ana@desk.example", teams=("support",), skills=("Billing", "german"))
BEN = Agent("Ben", "ben@desk.example", teams=("support",), skills=("billing",), capacity=3)
CARLA = Agent("Carla", "carla@desk.example", teams=("support", "senior"), hours="office")
POLICY = Policy(
    "Desk",
    (),
    {"support": Queue("support", ("support",)), "empty": Queue("empty", ("nobody",))},
    (ANA, BEN, CARLA),
    calendars={"office": OFFICE},
)
TICKET = Ticket(
    1, "TKT-0001", "Hello", "open", Status.OPEN, "normal", "", "billing", "support", "email",
    Person("kim@example.org"), "support@desk.example", "de", NOW, NOW,
)  # fmt: skip

said = language_named("en").because


def chosen(
    wanted: Assignment,
    loads: Mapping[str, Load] | None = None,
    ticket: Ticket = TICKET,
    now: datetime = NOW,
) -> str:
    return choose(wanted, ticket, POLICY, loads or {}, now).agent


def test_round_robin_gives_to_the_one_who_waited_longest() -> None:
    loads = {ANA.address: Load(0, 7), BEN.address: Load(0, 5), CARLA.address: Load(0, 6)}
    assert chosen(Assignment(), loads) == BEN.address


@given(st.integers(1, 300))
def test_round_robin_is_fair_to_within_one(count: int) -> None:
    loads: dict[str, Load] = {}
    ticket = replace(TICKET, queue="support")
    free = replace(POLICY, agents=tuple(replace(a, capacity=0) for a in POLICY.agents))
    for turn in range(1, count + 1):
        agent = choose(Assignment(), ticket, free, loads, NOW).agent
        loads[agent] = Load(loads.get(agent, Load()).open_tickets + 1, turn)
    given_out = [load.open_tickets for load in loads.values()] + [0] * (3 - len(loads))
    assert max(given_out) - min(given_out) <= 1


def test_least_open_gives_to_the_one_with_the_fewest() -> None:
    loads = {ANA.address: Load(4, 1), BEN.address: Load(2, 9), CARLA.address: Load(3, 2)}
    assert chosen(Assignment(by="least_open"), loads) == BEN.address


def test_a_tie_of_load_falls_to_the_one_who_waited_longest_and_then_to_the_order_of_the_file() -> (
    None
):
    loads = {ANA.address: Load(1, 5), BEN.address: Load(1, 4), CARLA.address: Load(1, 6)}
    assert chosen(Assignment(by="least_open"), loads) == BEN.address
    assert chosen(Assignment(by="least_open")) == ANA.address


def test_only_those_with_all_the_skills_are_asked() -> None:
    choice = choose(
        Assignment(skills=("billing", "german")), TICKET, POLICY, {ANA.address: Load(9, 9)}, NOW
    )
    assert choice.agent == ANA.address
    assert "Ben: lacks german" in map(said, choice.reasons)
    assert said(choice.why) == "whose turn it is of 1 in queue support with billing, german"


def test_skills_are_read_off_the_ticket() -> None:
    assert skills_for(TICKET, POLICY) == ("billing", "german")
    assert skills_for(replace(TICKET, language="en", category="unheard of"), POLICY) == ()
    assert chosen(Assignment(skills=("ticket",)), {ANA.address: Load(9, 9)}) == ANA.address


@pytest.mark.parametrize(
    ("agent", "loads", "now", "why"),
    [
        (replace(ANA, away_until=NOW + timedelta(days=1)), {}, NOW, "away until 2026-11-21"),
        (CARLA, {}, NIGHT, "outside their working hours (office)"),
        (BEN, {BEN.address: Load(3, 0)}, NOW, "full (3 of 3 tickets)"),
    ],
)
def test_who_is_away_off_duty_or_full_is_passed_over_and_told_why(
    agent: Agent, loads: dict[str, Load], now: datetime, why: str
) -> None:
    policy = replace(POLICY, agents=(agent,))
    choice = choose(Assignment(), TICKET, policy, loads, now)
    assert (choice.agent, choice.tell_supervisors) == ("", True)
    assert why in said(choice.reasons[0])


def test_an_agent_whose_absence_is_over_is_asked_again() -> None:
    back = replace(POLICY, agents=(replace(ANA, away_until=NOW),))
    assert choose(Assignment(), TICKET, back, {}, NOW).agent == ANA.address


def test_an_empty_team_leaves_it_unassigned_and_tells_the_supervisors() -> None:
    choice = choose(Assignment(team="nobody"), TICKET, POLICY, {}, NOW)
    assert (choice.agent, said(choice.why), choice.tell_supervisors) == (
        "",
        "team nobody has no agents",
        True,
    )
    assert choose(Assignment(), replace(TICKET, queue="empty"), POLICY, {}, NOW).tell_supervisors


def test_out_of_business_hours_it_is_left_unassigned_and_nobody_is_alarmed() -> None:
    choice = choose(Assignment(in_hours="office"), TICKET, POLICY, {}, NIGHT)
    assert (choice.agent, said(choice.why), choice.tell_supervisors) == (
        "",
        "left unassigned: office is closed",
        False,
    )


def test_a_fixed_agent_is_taken_unless_they_cannot() -> None:
    assert chosen(Assignment(agent="BEN@desk.example")) == BEN.address
    assert choose(Assignment(agent=CARLA.address), TICKET, POLICY, {}, NIGHT).tell_supervisors
    gone = choose(Assignment(agent="gone@desk.example"), TICKET, POLICY, {}, NOW)
    assert said(gone.why) == "gone@desk.example is not an agent of this desk"


def test_a_ticket_that_somebody_has_is_left_to_them_unless_a_rule_says_so() -> None:
    taken = replace(TICKET, assignee=BEN.address)
    assert chosen(Assignment(team="senior"), ticket=taken) == BEN.address
    assert chosen(Assignment(team="senior", reassign=True), ticket=taken) == CARLA.address
