"""Absences that agents tell the desk of: until when, who stands in, and how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.answers import Done
from maildesk.desk.asked import NO_TICKET
from maildesk.desk.commands.families.absence import SPECS
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.mails.recipients import here
from maildesk.desk.policy import Absence, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.rules.assign import unavailable
from tests.desk.stories import BEN, CARLA, NOW, POLICY

BY_NAME = {spec.name: spec for spec in SPECS}
DAY = timedelta(days=1)


def asked(line: str, policy: Policy = POLICY) -> tuple[tuple[Absence, ...], str] | str:
    """What is set, and what is said of it; or why not."""
    name, _, value = line.removeprefix("#").partition(" ")
    spec, english = BY_NAME[name], policy.wording.english
    read = spec.reads(Command(name, value, line), policy)
    request = Request(NO_TICKET, agent_acts(BEN), policy, NOW, line=line)
    found = read if isinstance(read, Problem) else spec.handler(read, request)
    if isinstance(found, Problem):
        return english.say(found)
    absences, answer = found
    assert isinstance(absences, fx.SetAbsences)
    assert isinstance(answer, fx.AnswerAgent)
    (done,) = answer.told
    assert isinstance(done, Done)
    return absences.absences, " ".join(map(english.because, done.said))


def with_absences(*absences: Absence) -> Policy:
    return POLICY.with_said({BEN.address: absences})


def at(month: int, day: int, hour: int = 9) -> datetime:
    year = 2027 if month < 11 else 2026
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "absence"),
    [
        ("#away until friday", Absence(at(11, 27), NOW)),
        ("#away 3 days", Absence(NOW + 3 * DAY, NOW)),
        ("#away 2026-12-24 to 2027-01-06", Absence(at(1, 6), at(12, 24, 0))),
        ("#away vom 24.12. bis 6.1.", Absence(at(1, 6), at(12, 24, 0))),
        ("#away du 24 décembre au 6 janvier", Absence(at(1, 6), at(12, 24, 0))),
        ("#away 24.12. - 6.1.", Absence(at(1, 6), at(12, 24, 0))),
        ("#away 24/12 - 6/1", Absence(at(1, 6), at(12, 24, 0))),
        ("#away today until monday 14:00", Absence(at(11, 23, 14), NOW)),
    ],
)
def test_an_absence_is_written_as_people_do(line: str, absence: Absence) -> None:
    found = asked(line)
    assert found[0] == (absence,), found


def test_which_number_is_the_day_is_the_language_s_of_whoever_writes() -> None:
    wording = POLICY.wording
    american = replace(wording.english, date="{month} {day}, {year}")
    there = replace(POLICY, wording=replace(wording, languages={"en": american}))
    assert asked("#away until 3/1")[0] == (Absence(at(1, 3), NOW),)
    assert asked("#away until 3/1", there)[0] == (Absence(at(3, 1), NOW),)
    assert asked("#away until 24/12", there)[0] == (Absence(at(12, 24), NOW),)


def test_the_receipt_says_until_when_and_who_stands_in() -> None:
    assert asked("#away until friday")[1] == (
        "You are away until Friday, 27 November 2026 at 09:00 UTC. "
        "New tickets go to those who are here: Carla Ruiz."
    )
    alone = POLICY.with_said({CARLA.address: (Absence(NOW + 30 * DAY),)})
    assert asked("#away 2 days", alone)[1].endswith(
        "Nobody else who works your queues is here then; what comes still reaches all of them."
    )


def test_absences_to_come_stay_and_those_that_touch_make_way() -> None:
    leave = Absence(at(1, 6), at(12, 24))
    policy = with_absences(leave, Absence(NOW + DAY, NOW - DAY))
    assert asked("#away 3 days", policy)[0] == (Absence(NOW + 3 * DAY, NOW), leave)
    assert asked("#back", policy) == ((leave,), "You are here again.")
    called_off = "The absences that you had announced are called off."
    assert asked("#back", with_absences(leave)) == ((), called_off)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#back", "you are not away"),
        ("#away", "#away needs a time to come, such as 2d, tomorrow, monday 9:00, "
         "3 business days or 2026-12-24"),
        ("#away 2026-11-19", "that time is over"),
        ("#away 24.12. to 23.12.2026", "that time is over"),
        ("#away 900 days", "that is more than a year away"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(line: str, words: str) -> None:
    assert asked(line) == words


def test_what_the_file_says_no_mail_ends() -> None:
    away = replace(BEN, away_until=NOW + DAY)
    policy = replace(POLICY, agents=(away, CARLA))
    assert asked("#back", policy) == (
        "agents.yaml says that you are away: whoever runs the desk changes that"
    )


def test_nothing_is_given_to_whoever_said_so_and_they_are_told_of_nothing_new() -> None:
    policy = with_absences(Absence(NOW + DAY, NOW - DAY))
    why = unavailable(BEN, policy, {}, NOW)
    assert why is not None
    assert why.code == "away"
    assert unavailable(BEN, policy, {}, NOW + 2 * DAY) is None
    assert here((BEN.address, CARLA.address), policy, NOW) == (CARLA.address,)
