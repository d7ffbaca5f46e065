"""When a ticket reminds its agent, and when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk import effects as fx
from maildesk.desk.facts import Entry
from maildesk.desk.notices import reminders
from maildesk.desk.notices.wanted import Notices
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Status, Ticket
from tests.desk.stories import BEN, CARLA, DEV, NOW, POLICY, ticket

WANTS = replace(BEN, notices=Notices(remind_after=timedelta(hours=4)))
DESK = replace(POLICY, agents=(WANTS, CARLA, DEV))
MINE = ticket(assignee=BEN.address).but(created_at=NOW, customer_wrote_at=NOW)
WROTE = Entry(NOW, "received", "kim@customer.example", {"from": "kim@customer.example"})
HOUR = timedelta(hours=1)


def due(one: Ticket = MINE, *more: Entry, policy: Policy = DESK) -> object:
    return reminders.wanted(one, (WROTE, *more), policy, NOW).get("reminder:assignee")


def test_it_is_due_so_long_after_the_customer_wrote_or_the_ticket_was_given() -> None:
    assert due() == NOW + 4 * HOUR
    given = Entry(NOW + HOUR, "assigned", CARLA.address, {"from": "", "to": BEN.address})
    assert due(MINE, given) == NOW + 5 * HOUR


def test_nobody_is_reminded_who_did_not_choose_it_or_has_nothing_to_answer() -> None:
    assert due(policy=POLICY) is None
    assert due(MINE.but(assignee="")) is None
    assert due(MINE.but(assignee=CARLA.address)) is None
    assert due(MINE.but(status="resolved", behaviour=Status.RESOLVED)) is None
    assert due(MINE.but(snoozed_until=NOW + HOUR)) is None
    answered = Entry(NOW + HOUR, "replied", BEN.address, {"from": BEN.address})
    assert due(MINE, answered) is None


def test_it_reminds_once_and_again_only_of_another_wait() -> None:
    effects = reminders.ring(MINE, (WROTE,), DESK, NOW + 4 * HOUR)
    told = [one for one in effects if isinstance(one, fx.NotifyAgents)]
    (record,) = (one for one in effects if isinstance(one, fx.Record))
    assert [one.agents for one in told] == [(BEN.address,)]
    had = Entry(NOW + 4 * HOUR, record.what, "timer", record.detail)
    assert due(MINE, had) is None
    assert reminders.ring(MINE, (WROTE, had), DESK, NOW + 9 * HOUR) == []
    answered = Entry(NOW + 5 * HOUR, "replied", BEN.address, {"from": BEN.address})
    again = Entry(NOW + 6 * HOUR, "received", "kim@customer.example", {})
    assert due(MINE, had, answered, again) == NOW + 10 * HOUR


def test_a_timer_that_rings_before_its_time_does_nothing() -> None:
    assert reminders.ring(MINE, (WROTE,), DESK, NOW + 3 * HOUR) == []


def test_who_muted_the_event_is_told_nothing_and_it_is_over_all_the_same() -> None:
    deaf = replace(WANTS, notify=frozenset({"replied"}))
    policy = replace(DESK, agents=(deaf, CARLA, DEV))
    assert [type(one) for one in reminders.ring(MINE, (WROTE,), policy, NOW + 4 * HOUR)] == [
        fx.Record
    ]
