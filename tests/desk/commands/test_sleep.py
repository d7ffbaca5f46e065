"""Putting a ticket off: until when, what of it stays as it is, and what wakes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import CarriedOut, Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.decide import decide
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import ClockRang
from maildesk.desk.ticket import KIND_OF_SNOOZE, Status, Ticket
from tests.desk.stories import (
    BEN,
    CARLA,
    DEV,
    NOW,
    POLICY,
    from_agent,
    from_customer,
    of,
    ticket,
    told,
)

MINE = ticket(Status.IN_PROGRESS, assignee=BEN.address, followers=(DEV.address,))
LATER = NOW + timedelta(days=2)
ASLEEP = MINE.but(snoozed_until=LATER)


def asked(line: str, of: Ticket = MINE) -> CarriedOut:
    name, _, value = line.removeprefix("#").partition(" ")
    request = Request(of, agent_acts(BEN), POLICY, NOW)
    return carry_out(request, (Command(name, value, line),), Content())


def after(done: CarriedOut, before: Ticket = MINE) -> Ticket:
    assert not done.problems
    found = evolved(before, done.effects, POLICY, NOW)
    assert found is not None
    return found


def test_a_ticket_sleeps_and_stays_what_it_is() -> None:
    done = asked("#snooze 2d")
    assert after(done) == MINE.but(snoozed_until=LATER)
    assert of(done.effects, fx.StartClock) == [fx.StartClock(kind=KIND_OF_SNOOZE, due_at=LATER)]
    (remark,) = done.remarks
    assert POLICY.wording.english.say(remark) == (
        "It sleeps until Sunday, 22 November 2026 at 10:00 UTC, or until the customer writes. "
        "What was promised goes on running."
    )
    assert done.undo == (Command("wake"),)


def test_what_was_put_off_may_be_put_off_again_and_that_undone() -> None:
    done = asked("#snooze 5 days", ASLEEP)
    assert after(done, ASLEEP).snoozed_until == NOW + timedelta(days=5)
    (back,) = done.undo
    assert after(asked(f"#{back.name} {back.value}", MINE)).snoozed_until == LATER


def test_it_is_woken_by_hand() -> None:
    done = asked("#wake", ASLEEP)
    assert after(done, ASLEEP) == MINE
    assert of(done.effects, fx.CancelClock) == [fx.CancelClock(kind=KIND_OF_SNOOZE)]
    assert done.undo == (Command("snooze", LATER.isoformat()),)


@pytest.mark.parametrize(
    ("line", "before", "words"),
    [
        ("#snooze", MINE, "#snooze needs a time to come, such as 2d, tomorrow, monday 9:00, "
         "3 business days or 2026-12-24"),
        ("#snooze soon", MINE, "#snooze needs a time to come, such as 2d, tomorrow, "
         "monday 9:00, 3 business days or 2026-12-24"),
        ("#snooze today 9:00", MINE, "that time is over"),
        ("#snooze 500 days", MINE, "that is more than a year away"),
        ("#snooze 2d", ticket(Status.RESOLVED), "a ticket that is resolved cannot be put off"),
        ("#wake", MINE, "it was not put off"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(line: str, before: Ticket, words: str) -> None:
    (problem,) = asked(line, before).problems
    assert POLICY.wording.english.say(problem) == words


def test_the_customer_wakes_it() -> None:
    found = decide(ASLEEP, from_customer("Hello?"), POLICY, NOW)
    awake = evolved(ASLEEP, found, POLICY, NOW)
    assert awake is not None
    assert awake.snoozed_until is None
    assert fx.CancelClock(kind=KIND_OF_SNOOZE) in found
    assert told(found)["agent_reply"] == (BEN.address, DEV.address)


def test_when_it_is_time_assignee_and_followers_hear_so_once() -> None:
    rang = ClockRang(KIND_OF_SNOOZE, LATER)
    found = decide(ASLEEP, rang, POLICY, LATER)
    assert told(found) == {"agent_woke": (BEN.address, DEV.address)}
    assert evolved(ASLEEP, found, POLICY, LATER) == MINE
    assert decide(MINE, rang, POLICY, LATER) == []
    longer = ASLEEP.but(snoozed_until=LATER + timedelta(hours=1))
    assert decide(longer, rang, POLICY, LATER) == []


def test_a_colleagues_words_and_an_answer_leave_it_asleep() -> None:
    for fact in (from_agent("Try this."), from_agent("#note\nHm.", agent=CARLA)):
        found = evolved(ASLEEP, decide(ASLEEP, fact, POLICY, NOW), POLICY, NOW)
        assert found is not None
        assert found.snoozed_until == LATER


@pytest.mark.parametrize("line", ["#close", "#resolve", "#spam", "#escalate it burns"])
def test_an_end_and_an_alarm_wake_it(line: str) -> None:
    assert after(asked(line, ASLEEP), ASLEEP).snoozed_until is None


def test_hours_of_the_agent_say_when_a_day_begins() -> None:
    assert replace(BEN, hours="office").hours == "office"
    assert after(asked("#snooze monday")).snoozed_until == NOW.replace(day=23, hour=9)
