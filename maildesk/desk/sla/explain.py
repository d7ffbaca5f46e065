"""Why a clock stands where it stands: its stretches, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from maildesk.desk.sla.clocks import Clock, Interval
from maildesk.desk.sla.hours import Calendar, line_at, open_spans
from maildesk.desk.sla.periods import show_hours


def explain(clock: Clock, tz: ZoneInfo | None = None) -> list[str]:
    """The clock in lines for people: the promise, then every interval, counted or not, and which
    line said so."""
    zone = tz or clock.calendar.tz
    due = f"due {_show(clock.due_at, zone)}" if clock.due_at else why_not_due(clock)
    kind, state = clock.kind.replace("_", " "), clock.state.replace("_", " ")
    head = f"{kind}: {state}, {show_hours(clock.consumed)} of {clock.target} used, {due}"
    calendar = f"calendar {clock.calendar.name}" + (
        f" ({clock.calendar.place})" if clock.calendar.place else ""
    )
    lines = [
        head,
        f"  policy {clock.level.name}"
        + (f" ({clock.level.place})" if clock.level.place else "")
        + f", {calendar}",
    ]
    lines.append(f"  began {_show(clock.started_at, zone)}: {clock.why}")
    for one in stretches(clock):
        length = f"counted {show_hours(one.end - one.start)}" if one.counted else "not counted"
        why = f"{one.why}; calendar {one.line}" if one.line else one.why
        lines.append(f"  {_stretch(one.start, one.end, zone)}  {length}  {why}")
    if clock.ended_at:
        lines.append(f"  ended {_show(clock.ended_at, zone)}: {clock.why_ended}")
    return lines


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval, or the part of one in which the calendar was open, or closed; `line` is the
    calendar's that says so."""

    start: datetime
    end: datetime
    counted: bool
    why: str
    line: str = ""


def stretches(clock: Clock) -> Iterator[Stretch]:
    """Every interval of the clock, those that count cut by the calendar."""
    for interval in clock.intervals:
        if not interval.counted:
            yield Stretch(interval.start, interval.end, False, interval.why)
            continue
        for start, end, is_open in _with_gaps(clock.calendar, interval):
            yield Stretch(start, end, is_open, interval.why, line_at(clock.calendar, start))


def why_not_due(clock: Clock) -> str:
    """Why a clock has no deadline."""
    return "paused" if clock.is_paused else "not due: the calendar does not open again"


def _with_gaps(calendar: Calendar, interval: Interval) -> Iterable[tuple[datetime, datetime, bool]]:
    at = interval.start
    for start, end in open_spans(calendar, interval.start, interval.end):
        if start > at:
            yield at, start, False
        yield start, end, True
        at = end
    if at < interval.end:
        yield at, interval.end, False


def _show(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def _stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    a, b = start.astimezone(zone), end.astimezone(zone)
    return (
        f"{a:%Y-%m-%d %H:%M} - {b:%Y-%m-%d %H:%M}"
        if a.date() != b.date()
        else f"{a:%Y-%m-%d %H:%M} - {b:%H:%M}"
    )
