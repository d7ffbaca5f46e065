"""Calendars from an admin's file: weeks as people write them, real holiday tables, mistakes with
their places."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from maildesk.config.calendars import read_calendars
from maildesk.config.yaml_reader import Reader
from maildesk.desk.sla.hours import Calendar, add, is_working, line_at


def read(item: Any) -> tuple[Calendar | None, list[str]]:
    reader = Reader("sla.yaml", lambda path: (len(path), 1))
    found = read_calendars(reader, {"office": item}, ("calendars",), year=2026)
    assert found["always"].is_always
    return found.get("office"), [str(m) for m in reader.mistakes]


def office(item: Any) -> Calendar:
    calendar, mistakes = read(item)
    assert mistakes == []
    assert calendar is not None
    return calendar


def test_the_example_of_the_handbook_is_understood() -> None:
    calendar = office(
        {
            "time_zone": "Europe/Berlin",
            "holidays": {"country": "DE", "region": "BY"},
            "hours": {"mon-thu": ["9:00-12:30", "13:30-18:00"], "fri": "9:00-15:00"},
        }
    )
    assert [len(spans) for spans in calendar.week] == [2, 2, 2, 2, 1, 0, 0]
    assert calendar.holiday(date(2026, 1, 6)) == "Epiphany"  # Bavaria has it, Berlin has not
    assert add(calendar, datetime(2026, 11, 20, 13, tzinfo=UTC), timedelta(hours=2)) == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )
    assert calendar.place == "sla.yaml:2"


def test_a_holiday_is_named() -> None:
    calendar = office(
        {
            "time_zone": "Europe/Berlin",
            "holidays": {"country": "DE"},
            "hours": {"daily": "0:00-24:00"},
        }
    )
    assert (
        line_at(calendar, datetime(2026, 12, 25, 12, tzinfo=UTC))
        == "office closed: Christmas Day, holiday"
    )


def test_own_days_are_added_and_taken_off() -> None:
    own = {"country": "DE", "also": ["2026-12-24"], "except": ["2026-10-03", "2026-12-25"]}
    calendar = office({"hours": {"mon-fri": "9-17"}, "holidays": own})
    assert calendar.holiday(date(2026, 12, 24)) == "closed"
    assert not calendar.holiday(date(2026, 12, 25))


def test_a_night_shift_passes_midnight() -> None:
    calendar = office({"hours": {"sun": "22:00-06:00"}})
    assert is_working(calendar, datetime(2026, 11, 22, 23, tzinfo=UTC))
    assert is_working(calendar, datetime(2026, 11, 23, 5, tzinfo=UTC))
    assert not is_working(calendar, datetime(2026, 11, 23, 6, tzinfo=UTC))


def test_a_week_that_wraps_around_is_understood() -> None:
    assert [bool(s) for s in office({"hours": {"sat-mon": "9-17"}}).week] == [
        True,
        False,
        False,
        False,
        False,
        True,
        True,
    ]


def test_always_is_a_word() -> None:
    assert office({"hours": "always"}).is_always


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"hours": {"mon-fri": "closed"}}, "a week with working time"),
        (
            {"hours": {"mon": ["9-12", "11-13"]}},
            'hours that do not overlap, found "09:00-12:00 and 11:00-13:00 on mon"',
        ),
        ({"hours": {"mon": "9 to 5"}}, 'hours such as "9:00-17:00"'),
        ({"hours": {"mon": "9:00-25:00"}}, "between 0:00 and 24:00"),
        ({"hours": {"tuesdy": "9-17"}}, "did you mean tuesday"),
        ({"hours": {"mon": "9-17"}, "time_zone": "Europe/Berln"}, "did you mean Europe/Berlin"),
        (
            {"hours": {"mon": "9-17"}, "holidays": {"country": "XX"}},
            "a country with a holiday table",
        ),
        (
            {"hours": {"mon": "9-17"}, "holidays": {"country": "DE", "region": "ZZ"}},
            "a region of DE: BB, BE",
        ),
        ({"hours": {"mon": "9-17"}, "holidays": ["2026-13-01"]}, "a date such as 2026-12-24"),
        ({"hours": {"mon": "9-17"}, "holidys": {}}, "did you mean holidays"),
        ({}, "hours by weekday"),
        ("office", "a calendar: time_zone, hours, holidays"),
    ],
)
def test_a_mistake_is_told_in_words(item: Any, words: str) -> None:
    assert words in "\n".join(read(item)[1])
