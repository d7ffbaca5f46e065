"""What a target comes to in days of a calendar."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.sla.hours import Calendar, Span, always
from maildesk.desk.sla.levels import Level, parse_target
from maildesk.desk.sla.working_days import comes_to, remarks

NINE_TO_FIVE = (Span(9 * 60, 17 * 60),)
TO_ONE = (Span(9 * 60, 13 * 60),)
OFFICE = Calendar("office", ZoneInfo("Europe/Berlin"), (*(NINE_TO_FIVE,) * 4, TO_ONE, (), ()))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("24h", "3 working days"),
        ("2d", "6 working days"),
        ("20h", "about 2.5 working days"),
        ("8h", ""),
        ("30m", ""),
        ("1 business day", ""),
    ],
)
def test_a_target_longer_than_a_day_of_the_calendar_is_told(target: str, said: str) -> None:
    assert comes_to(parse_target(target), OFFICE) == said


def test_where_it_never_closes_a_day_is_a_day() -> None:
    assert comes_to(parse_target("48h"), always()) == ""


def test_a_remark_says_what_it_comes_to_and_how_to_write_what_was_meant() -> None:
    targets = {"first_response": parse_target("24h"), "resolution": parse_target("3 business days")}
    level = Level("Normal", targets, "office")
    assert list(remarks(level, OFFICE)) == [
        "Normal, first response: 24h in office = 3 working days of 8h; 1 business day is the same "
        "time of a later working day"
    ]


def test_a_day_is_at_least_one() -> None:
    level = Level("Normal", {"resolution": parse_target("10h")}, "office")
    assert "1 business day is" in next(remarks(level, OFFICE))
    assert timedelta(hours=10) == level.targets["resolution"].length
