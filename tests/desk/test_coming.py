"""Moments to come, as agents write them in three languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.sla.coming import NotUnderstood, Past, moment_of, read_coming
from maildesk.desk.sla.hours import Calendar, Span
from tests.desk.stories import POLICY

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # a Friday, 11:00 in Berlin
DAY = (Span(8 * 60, 17 * 60),)
OFFICE = Calendar("office", BERLIN, (DAY,) * 5 + ((), ()))


def when(text: str, calendar: Calendar | None = OFFICE) -> str:
    wording = POLICY.wording
    found = read_coming(text, wording.moments, wording.units)
    return moment_of(found, NOW, BERLIN, calendar).astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2d", "2026-11-22 11:00"),
        ("for 2 days", "2026-11-22 11:00"),
        ("90m", "2026-11-20 12:30"),
        ("1 week", "2026-11-27 11:00"),
        ("3 business days", "2026-11-25 11:00"),
        ("3 Werktage", "2026-11-25 11:00"),
        ("3 jours ouvrés", "2026-11-25 11:00"),
        ("2 workdays", "2026-11-24 11:00"),
        ("tomorrow", "2026-11-21 09:00"),
        ("monday", "2026-11-23 08:00"),
        ("until monday 9:00", "2026-11-23 09:00"),
        ("until Mon 9am", "2026-11-23 09:00"),
        ("bis Montag 9:00", "2026-11-23 09:00"),
        ("bis nächsten Montag, 9 Uhr".replace(",", ""), "2026-11-23 09:00"),
        ("Mo 9.30", "2026-11-23 09:30"),
        ("jusqu'à lundi 9 h", "2026-11-23 09:00"),
        ("jusqu’au lundi 9h30", "2026-11-23 09:30"),
        ("demain 14h", "2026-11-21 14:00"),
        ("morgen 8 Uhr 15", "2026-11-21 08:15"),
        ("übermorgen", "2026-11-22 09:00"),
        ("friday", "2026-11-27 08:00"),
        ("friday 16:00", "2026-11-20 16:00"),
        ("friday 10:00", "2026-11-27 10:00"),
        ("16:00", "2026-11-20 16:00"),
        ("until 8:00", "2026-11-21 08:00"),
        ("5pm", "2026-11-20 17:00"),
        ("2026-12-24", "2026-12-24 08:00"),
        ("2026-12-24 14:30", "2026-12-24 14:30"),
        ("24.12.", "2026-12-24 08:00"),
        ("24/12", "2026-12-24 08:00"),
        ("24/12/2026 14:30", "2026-12-24 14:30"),
        ("12/24", "2026-12-24 08:00"),
        ("3/1", "2027-01-03 09:00"),
        ("bis zum 24. Dezember", "2026-12-24 08:00"),
        ("24 décembre 2026 9 h", "2026-12-24 09:00"),
        ("3.1.", "2027-01-03 09:00"),
        ("29 February", "2028-02-29 08:00"),
    ],
)
def test_a_moment_is_understood_as_people_write_it(text: str, at: str) -> None:
    assert when(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "until",
        "soon",
        "monday soon",
        "9",
        "25:00",
        "31.2.",
        "0 business days",
        "13th",
        "31/2",
        "13/13",
        "24/12/26",
    ],
)
def test_what_is_no_moment_is_not_guessed_at(text: str) -> None:
    with pytest.raises(NotUnderstood):
        when(text)


@pytest.mark.parametrize("text", ["today 9:00", "2026-11-19", "0m", "today"])
def test_what_is_over_is_said_to_be_over(text: str) -> None:
    with pytest.raises(Past):
        when(text)


def test_without_a_calendar_a_week_has_five_working_days_and_a_day_begins_at_nine() -> None:
    assert when("1 business day", None) == "2026-11-23 11:00"
    assert when("monday", None) == "2026-11-23 09:00"
    late = replace(OFFICE, week=((Span(10 * 60, 12 * 60),), *OFFICE.week[1:]))
    assert when("monday", late) == "2026-11-23 10:00"
