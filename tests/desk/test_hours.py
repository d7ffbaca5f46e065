"""Working hours: arithmetic checked against a minute-by-minute count, in zones that
change their clocks."""

# ruff: noqa: DTZ001  (hypothesis takes naive bounds and adds the zone)

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.sla.hours import (
    ALL_DAY,
    Calendar,
    Span,
    add,
    add_business_days,
    always,
    between,
    is_working,
    line_at,
    next_opening,
    open_spans,
)

BERLIN = ZoneInfo("Europe/Berlin")
MORNING_AND_AFTERNOON = (Span(540, 750), Span(810, 1080))
OFFICE = Calendar(
    "office",
    BERLIN,
    (MORNING_AND_AFTERNOON,) * 4 + ((Span(540, 900),), (), ()),
    frozenset({date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}),
)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Havana",  # changes at midnight
    "Pacific/Apia",  # skipped 2011-12-30 altogether
    "Africa/Casablanca",
    "UTC",
]


def berlin(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@st.composite
def spans_of_a_day(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(
        Span(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False)
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = tuple(draw(st.lists(spans_of_a_day(), min_size=7, max_size=7).filter(any)))
    holidays = draw(st.frozensets(st.dates(date(2026, 3, 25), date(2026, 4, 5)), max_size=4))
    return Calendar("drawn", ZoneInfo(draw(st.sampled_from(ZONES))), week, holidays)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
CLOCK_CHANGES = st.one_of(
    *(
        st.datetimes(middle - timedelta(days=2), middle + timedelta(days=2), timezones=st.just(UTC))
        for middle in (
            datetime(2011, 12, 30),
            datetime(2026, 3, 29),
            datetime(2026, 4, 5),
            datetime(2026, 10, 25),
            datetime(2026, 11, 1),
        )
    )
)
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=60))


@settings(max_examples=150, deadline=None)
@given(calendars(), st.one_of(MOMENTS, CLOCK_CHANGES), LENGTHS)
def test_between_undoes_add(calendar: Calendar, start: datetime, length: timedelta) -> None:
    assert between(calendar, start, add(calendar, start, length)) == length


@settings(max_examples=40, deadline=None)
@given(calendars(), CLOCK_CHANGES, st.integers(0, 60 * 60))
def test_between_agrees_with_counting_every_minute(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    counted = 0
    for minute in range(minutes):
        local = (start + timedelta(minutes=minute)).astimezone(calendar.tz)
        if local.date() in calendar.holidays:  # type: ignore[operator]  # a set in every drawn calendar
            continue
        wall = local.hour * 60 + local.minute
        counted += any(span.opens <= wall < span.closes for span in calendar.week[local.weekday()])
    assert between(calendar, start, start + timedelta(minutes=minutes)) == timedelta(
        minutes=counted
    )


@settings(max_examples=100, deadline=None)
@given(calendars(), MOMENTS, LENGTHS, LENGTHS)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert add(calendar, add(calendar, start, first), second) == add(
        calendar, start, first + second
    )


@settings(max_examples=100, deadline=None)
@given(calendars(), MOMENTS, LENGTHS)
def test_the_open_stretches_add_up(calendar: Calendar, start: datetime, length: timedelta) -> None:
    stretches = list(open_spans(calendar, start, start + length))
    assert sum((b - a for a, b in stretches), timedelta(0)) == between(
        calendar, start, start + length
    )
    assert all(is_working(calendar, a) for a, _ in stretches)


@settings(max_examples=100, deadline=None)
@given(calendars(), MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    calendar: Calendar, at: datetime
) -> None:
    opening = next_opening(calendar, at)
    assert opening >= at
    assert is_working(calendar, opening)
    assert between(calendar, at, opening) == timedelta(0)


def test_four_hours_from_friday_afternoon_end_on_monday() -> None:
    assert add(OFFICE, berlin(2026, 11, 20, 14), timedelta(hours=4)) == berlin(2026, 11, 23, 12)


def test_the_lunch_break_does_not_count() -> None:
    assert add(OFFICE, berlin(2026, 11, 23, 12), timedelta(hours=1)) == berlin(2026, 11, 23, 14)


def test_a_holiday_does_not_count() -> None:
    assert add(OFFICE, berlin(2026, 12, 24, 17), timedelta(hours=2)) == berlin(2026, 12, 28, 10)


def test_a_night_shift_of_a_clock_change_is_an_hour_short_or_long() -> None:
    night = Calendar("night", BERLIN, ((Span(0, 360),),) * 7)
    assert between(night, berlin(2026, 3, 29), berlin(2026, 3, 29, 12)) == timedelta(hours=5)
    assert between(night, berlin(2026, 10, 25), berlin(2026, 10, 25, 12)) == timedelta(hours=7)


def test_a_clock_set_back_counts_nothing() -> None:
    assert between(OFFICE, berlin(2026, 11, 24), berlin(2026, 11, 23)) == timedelta(0)


def test_always_counts_every_hour() -> None:
    start = datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert add(always(), start, timedelta(days=30)) == start + timedelta(days=30)
    assert always().is_always
    assert next_opening(always(), start) == start


def test_a_sparse_week_of_one_minute_is_followed_for_years_but_not_for_ever() -> None:
    sparse = Calendar("sparse", BERLIN, ((), (), (), (), (), (), (Span(600, 601),)))
    assert add(sparse, berlin(2026, 1, 1), timedelta(minutes=52)) == berlin(2026, 12, 27, 10, 1)
    with pytest.raises(ValueError, match="too little working time"):
        add(sparse, berlin(2026, 1, 1), timedelta(days=30))


def test_years_of_holidays_end_in_words() -> None:
    closed = Calendar(
        "closed", BERLIN, ((ALL_DAY,),) * 7, lambda day: "Strike" if day.year >= 2027 else ""
    )
    with pytest.raises(ValueError, match="too little working time after 2027"):
        add(closed, berlin(2027, 1, 1), timedelta(hours=1))
    with pytest.raises(ValueError, match="does not open after 2027"):
        next_opening(closed, berlin(2027, 1, 1))
    with pytest.raises(ValueError, match="no working day"):
        add_business_days(closed, berlin(2026, 12, 31), 1)


def test_a_calendar_without_working_time_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar empty has no working time"):
        Calendar("empty", BERLIN, ((),) * 7)


@pytest.mark.parametrize(
    "spans",
    [(Span(600, 600),), (Span(700, 600),), (Span(540, 720), Span(700, 800)), (Span(0, 1441),)],
)
def test_spans_that_make_no_sense_are_refused(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="calendar odd, mon"):
        Calendar("odd", BERLIN, (spans, (), (), (), (), (), ()))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        add(OFFICE, datetime(2026, 1, 1), timedelta(hours=1))  # the mistake under test


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add(OFFICE, berlin(2026, 1, 1), timedelta(hours=-1))


def test_business_days_keep_the_time_of_day() -> None:
    assert add_business_days(OFFICE, berlin(2026, 11, 19, 10), 2) == berlin(2026, 11, 23, 10)
    # Friday closes at 15:00
    assert add_business_days(OFFICE, berlin(2026, 11, 19, 17), 1) == berlin(2026, 11, 20, 15)
    # from Saturday
    assert add_business_days(OFFICE, berlin(2026, 11, 21, 12), 1) == berlin(2026, 11, 24, 9)


def test_the_calendar_says_which_line_speaks() -> None:
    assert line_at(OFFICE, berlin(2026, 11, 23, 10)) == "office mon 09:00-12:30"
    assert (
        line_at(OFFICE, berlin(2026, 11, 23, 13)) == "office closed: mon 09:00-12:30, 13:30-18:00"
    )
    assert line_at(OFFICE, berlin(2026, 11, 22, 13)) == "office closed: sun all day"
    assert line_at(OFFICE, berlin(2026, 12, 25, 10)) == "office closed: holiday"
    assert line_at(always(), berlin(2026, 12, 25, 10)) == "always (24×7)"
