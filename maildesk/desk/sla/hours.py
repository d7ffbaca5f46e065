"""Working hours: how much working time lies between two moments, and when so much of it has passed.

A moment counts when its wall clock in the calendar's zone lies in a span of its
weekday and its date is no holiday. Everything is computed in UTC microseconds,
one UTC day at a time, so an hour that a clock change skips is never counted and
one that it repeats is counted twice. Every walk is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Holidays = frozenset[date] | Callable[[date], str]  # a callable names the holiday, or answers ""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_DAY = 86_400
_DAY_US = _DAY * _SECOND_US
# so long without an open minute is a mistake in the calendar, not a long week-end
_IDLE_DAYS = 3 * 366
_HORIZON_DAYS = 60 * 366
_CACHED_DAYS = 20_000


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from one minute of the local day up to, not including, another; 1440 is midnight."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


ALL_DAY = Span(0, 1440)


@dataclass(frozen=True)
class Calendar:
    """A week of spans (Monday first) in one zone, less the holidays.

    A calendar without working time, or with spans that overlap, is refused with ValueError.
    """

    name: str
    tz: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: Holidays = frozenset()
    place: str = field(default="", compare=False)  # file:line, for those who ask why
    is_always: bool = field(default=False, init=False, compare=False)
    _days: dict[int, tuple[tuple[int, int], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(
                f"calendar {self.name} needs the spans of seven weekdays, not of {len(self.week)}"
            )
        for weekday, spans in zip(WEEKDAYS, self.week, strict=True):
            _check_spans(self.name, weekday, spans)
        if not any(self.week):
            raise ValueError(f"calendar {self.name} has no working time")
        open_always = (
            all(spans == (ALL_DAY,) for spans in self.week)
            and not callable(self.holidays)
            and not self.holidays
        )
        object.__setattr__(self, "is_always", open_always)

    def holiday(self, day: date) -> str:
        """The name of the holiday on this date, or an empty string."""
        if callable(self.holidays):
            return self.holidays(day)
        return "holiday" if day in self.holidays else ""

    def is_working_day(self, day: date) -> bool:
        """Whether this local date has any span and is no holiday."""
        return bool(self.week[day.weekday()]) and not self.holiday(day)


def _check_spans(name: str, weekday: str, spans: tuple[Span, ...]) -> None:
    last = 0
    for span in spans:
        if not 0 <= span.opens < span.closes <= 1440:
            raise ValueError(f"calendar {name}, {weekday}: {span} does not end after it begins")
        if span.opens < last:
            raise ValueError(f"calendar {name}, {weekday}: {span} overlaps the span before it")
        last = span.closes


def always(name: str = "always", tz: ZoneInfo | None = None) -> Calendar:
    """The calendar that never closes."""
    return Calendar(name, tz or ZoneInfo("UTC"), ((ALL_DAY,),) * 7)


def add(calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    """The first moment at which `length` of working time has passed since `start`.

    ValueError where the calendar does not hold so much working time in sixty
    years, or none in three.
    """
    at = _microseconds(start)
    left = length // _MICROSECOND
    if left < 0:
        raise ValueError("a working time cannot be negative")
    if left == 0 or calendar.is_always:
        return _moment(at + left)
    for opens, closes in _spans_from(calendar, at):
        room = closes - opens
        if room >= left:
            return _moment(opens + left)
        left -= room
    raise ValueError(f"calendar {calendar.name} has too little working time after {start:%Y-%m-%d}")


def between(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """The working time from `a` to `b`; none where `b` is not later (a clock may be set back)."""
    start, end = _microseconds(a), _microseconds(b)
    if end <= start:
        return timedelta(0)
    if calendar.is_always:
        return timedelta(microseconds=end - start)
    total = 0
    first, last = start // _DAY_US, (end - 1) // _DAY_US
    for day in range(first, last + 1):
        for opens, closes in _open_on(calendar, day):
            total += max(0, min(closes, end) - max(opens, start))
    return timedelta(microseconds=total)


def is_working(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar is open at this moment; the closing moment itself is not."""
    moment = _microseconds(at)
    return any(opens <= moment < closes for opens, closes in _open_on(calendar, moment // _DAY_US))


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """This moment if the calendar is open, else the next one at which it is. ValueError where none
    comes in three years."""
    moment = _microseconds(at)
    if calendar.is_always:
        return _moment(moment)
    for opens, _ in _spans_from(calendar, moment):
        return _moment(opens)
    raise ValueError(f"calendar {calendar.name} does not open after {at:%Y-%m-%d}")


def add_business_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The same wall-clock time so many working days later, kept within that day's hours.

    Out of hours the count begins at the next opening, so one day from Saturday
    is Tuesday's opening.
    """
    if days < 0:
        raise ValueError("a number of business days cannot be negative")
    local = next_opening(calendar, start).astimezone(calendar.tz)
    day, left, idle = local.date(), days, 0
    while left:
        day += timedelta(days=1)
        idle += 1
        if calendar.is_working_day(day):
            left, idle = left - 1, 0
        if idle > _IDLE_DAYS:
            raise ValueError(
                f"calendar {calendar.name} has no working day in the three years before {day}"
            )
    spans = calendar.week[day.weekday()]
    minute = local.hour * 60 + local.minute
    if minute < spans[0].opens:
        return _wall(calendar, day, spans[0].opens)
    if minute >= spans[-1].closes:
        return _wall(calendar, day, spans[-1].closes)
    return datetime.combine(day, local.time(), calendar.tz).astimezone(UTC)


def open_spans(calendar: Calendar, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches from `a` to `b`, in order."""
    start, end = _microseconds(a), _microseconds(b)
    if end <= start:
        return
    for day in range(start // _DAY_US, (end - 1) // _DAY_US + 1):
        for opens, closes in _open_on(calendar, day):
            if max(opens, start) < min(closes, end):
                yield _moment(max(opens, start)), _moment(min(closes, end))


def line_at(calendar: Calendar, at: datetime) -> str:
    """Which line of the calendar speaks for this moment: `office mon 09:00-12:30`, or
    why it is closed."""
    local = at.astimezone(calendar.tz)
    weekday = WEEKDAYS[local.weekday()]
    if calendar.is_always:
        return f"{calendar.name} (24×7)"
    if name := calendar.holiday(local.date()):
        return f"{calendar.name} closed: {name}" + ("" if name == "holiday" else ", holiday")
    minute = local.hour * 60 + local.minute
    for span in calendar.week[local.weekday()]:
        if span.opens <= minute < span.closes:
            return f"{calendar.name} {weekday} {span}"
    hours = ", ".join(map(str, calendar.week[local.weekday()])) or "all day"
    return f"{calendar.name} closed: {weekday} {hours}"


def _wall(calendar: Calendar, day: date, minute: int) -> datetime:
    midnight = datetime.combine(
        day + timedelta(days=minute // 1440), datetime.min.time(), calendar.tz
    )
    return midnight.replace(hour=minute % 1440 // 60, minute=minute % 60).astimezone(UTC)


def _microseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no place in a calendar")
    if not 1900 <= at.year <= 9900:
        raise ValueError(f"the year {at.year} is beyond every calendar")
    return (at - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        raise ValueError("so long a time is beyond every calendar") from None


def _spans_from(calendar: Calendar, at: int) -> Iterator[tuple[int, int]]:
    """The open stretches from this moment on; ends after three idle years or sixty in all."""
    first = at // _DAY_US
    idle = 0
    for day in range(first, first + _HORIZON_DAYS):
        spans = _open_on(calendar, day)
        idle = 0 if spans else idle + 1
        if idle > _IDLE_DAYS:
            return
        for opens, closes in spans:
            if closes > at:
                yield max(opens, at), closes


def _open_on(calendar: Calendar, day: int) -> tuple[tuple[int, int], ...]:
    """The open stretches of one UTC day, in microseconds. Remembered: the same calendar answers the
    same for ever."""
    known = calendar._days.get(day)
    if known is not None:
        return known
    found: list[tuple[int, int]] = []
    for start, end, offset in _steady(calendar.tz, day * _DAY, (day + 1) * _DAY):
        found.extend(_open_within(calendar, start, end, offset))
    if len(calendar._days) >= _CACHED_DAYS:
        calendar._days.clear()
    return calendar._days.setdefault(day, tuple(found))


def _open_within(
    calendar: Calendar, start: int, end: int, offset: int
) -> Iterator[tuple[int, int]]:
    for number in range((start + offset) // _DAY, (end + offset - 1) // _DAY + 1):
        day = date.fromordinal(number + _EPOCH_ORDINAL)
        if not calendar.is_working_day(day):
            continue
        midnight = number * _DAY - offset
        for span in calendar.week[day.weekday()]:
            opens, closes = (
                max(start, midnight + span.opens * 60),
                min(end, midnight + span.closes * 60),
            )
            if opens < closes:
                yield opens * _SECOND_US, closes * _SECOND_US


def _steady(tz: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The stretches (in seconds) in which the zone keeps one offset, found by halving: a zone's
    table is not public."""
    offset = _offset(tz, start)
    if end - start == 1 or offset == _offset(tz, end - 1):
        yield start, end, offset
        return
    middle = (start + end) // 2
    yield from _steady(tz, start, middle)
    yield from _steady(tz, middle, end)


def _offset(tz: ZoneInfo, at: int) -> int:
    offset = (_EPOCH + timedelta(seconds=at)).astimezone(tz).utcoffset()
    assert offset is not None  # a ZoneInfo always knows
    return offset.days * _DAY + offset.seconds
