"""Reminders on a database: the timer, the mail, and silence once it is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maildesk.pipeline.fire import fire
from tests.pipeline.notices.wishes import BEN, DAY, HOUR, KIM, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.place import Place, mail, told, words


def reminded(place: Place, person: str = BEN) -> int:
    fire(place.services)
    return sent(place, person).count("agent_reminder")


def test_a_ticket_that_waits_reminds_once_and_goes_quiet_when_it_is_answered(both: Place) -> None:
    wants(both, ben="remind_after: 2h")
    both.receive(mail())
    both.answer(BEN, "#take")
    both.later(2 * HOUR - 60)
    assert reminded(both) == 0
    both.later(60)
    assert reminded(both) == 1
    (letter,) = told(both, BEN, "agent_reminder")
    text = words(letter)
    assert "TKT-0001 waits for your answer: Printer" in text
    assert "The customer has waited since 20 Nov 2026, 11:00." in text and "Hello." in text
    both.later(20 * DAY)
    assert reminded(both) == 1, "not each hour"
    both.answer(BEN, "Hold the button.")
    assert both.letters(KIM)[-1]["Subject"].startswith("Re:")
    both.later(60)
    both.answer(KIM, "That did not help.")
    both.later(20 * DAY)
    assert reminded(both) == 2, "it waits anew"


def test_an_answer_in_time_is_no_reminder(place: Place) -> None:
    wants(place, ben="remind_after: 2h")
    place.receive(mail())
    place.answer(BEN, "#take")
    place.later(HOUR)
    place.answer(BEN, "Hold the button.")
    place.later(20 * DAY)
    assert reminded(place) == 0


def test_it_counts_in_working_time_of_the_agent(place: Place) -> None:
    wants(place, ben="remind_after: 4h")
    place.now = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # a Friday, an hour before the end
    place.receive(mail())
    place.answer(BEN, "#take")
    place.now = datetime(2026, 11, 23, 10, 59, tzinfo=UTC)
    assert reminded(place) == 0
    place.now = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    assert reminded(place) == 1


def test_a_reminder_of_what_was_answered_in_the_night_is_not_sent_in_the_morning(
    place: Place,
) -> None:
    sla = place.folder / "sla.yaml"
    always = "calendars:\n  night: {time_zone: UTC, hours: {daily: 0:00-24:00}}\n"
    sla.write_text(sla.read_text().replace("calendars:\n", always))
    agents = place.folder / "agents.yaml"
    text = agents.read_text().replace("name: Ben Okafor", "name: Ben Okafor\n    hours: night")
    agents.write_text(text)
    wants(place, ben="remind_after: 2h, quiet: 20:00-7:00")
    place.now = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    place.receive(mail())
    place.answer(BEN, "#take")
    place.receive(mail("Another.", Subject="Scanner"))
    place.answer(BEN, "#take")
    place.later(3 * HOUR)
    assert reminded(place) == 0
    assert len(place.rows("held_notices")) > 0
    place.answer(BEN, "Hold the button.")
    place.later(9 * HOUR)
    fire(place.services)
    (bundle,) = told(place, BEN, "agent_bundle")
    assert "It waits for your answer" in words(bundle) and "Printer" in words(bundle)


def test_whoever_is_away_is_reminded_when_they_are_back(place: Place) -> None:
    wants(place, ben="remind_after: 1h")
    place.receive(mail())
    place.answer(BEN, "#take\n#away 3 days")
    place.later(2 * HOUR)
    assert reminded(place) == 0
    place.later(3 * DAY)
    assert reminded(place) == 1


@pytest.mark.parametrize("line", ["#assign carla", "#snooze 3d"])
def test_a_reminder_that_waited_is_void_where_the_ticket_was_given_away_or_put_off(
    place: Place, line: str
) -> None:
    wants(place, ben="remind_after: 2h, quiet: 12:00-20:00")
    place.receive(mail())
    place.answer(BEN, "#take")
    place.later(3 * HOUR)
    assert reminded(place) == 0
    assert [row.template for row in place.rows("held_notices")] == ["agent_reminder"]
    place.answer(BEN, line)
    place.later(7 * HOUR)
    fire(place.services)
    assert told(place, BEN, "agent_bundle") == []
    assert [row.told_at for row in place.rows("held_notices")] == [place.now]
