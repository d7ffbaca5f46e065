"""Periods as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.sla.periods import parse_period, parse_written, show_hours, show_period


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("24h", 86400),
        ("7d", 604800),
        ("2w", 1209600),
        ("1h 30m", 5400),
        ("1h30m", 5400),
        (" 1.5 H ", 5400),
        (30, 30),
        (0.5, 0.5),
        ("0s", 0),
        (timedelta(hours=2), 7200),
    ],
)
def test_a_period_is_read(written: object, seconds: float) -> None:
    assert parse_period(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "15",
        "-5m",
        "1,5h",
        "5 minutes ago",
        "h",
        "1y",
        None,
        True,
        -5,
        float("nan"),
        float("inf"),
        "999999999w",
        "999999999d",
        1e300,
    ],
)
def test_what_is_no_period_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(ValueError, match="a period such as 30s, 15m, 24h or 7d"):
        parse_period(written)


@given(st.integers(0, 10**8))
def test_what_is_shown_reads_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_period(show_period(length)) == length


def test_a_period_is_shown_as_short_as_it_can_be() -> None:
    assert [show_period(timedelta(seconds=s)) for s in (0, 59, 60, 5400, 604800, 90061)] == [
        "0s",
        "59s",
        "1m",
        "1h 30m",
        "7d",
        "1d 1h 1m 1s",
    ]


def test_where_days_are_meant_as_often_as_seconds_a_number_needs_its_unit() -> None:
    assert parse_written("7d") == timedelta(days=7)
    for bare in (7, 0.5, "7", True):
        with pytest.raises(ValueError, match="such as 30s"):
            parse_written(bare)


def test_working_time_is_told_in_hours() -> None:
    assert [show_hours(timedelta(hours=hours)) for hours in (0, 4, 24, 60.5)] == [
        "0s",
        "4h",
        "24h",
        "60h 30m",
    ]
