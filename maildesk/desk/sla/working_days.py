"""What a period of working time comes to in days of a calendar: 24 hours of an office are three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from maildesk.desk.sla.hours import Calendar
from maildesk.desk.sla.levels import Level, Target
from maildesk.desk.sla.periods import show_hours

_DAY = timedelta(days=1)


def usual_day(calendar: Calendar) -> timedelta:
    """How long most working days of the calendar's week are; the longer one where two lengths are
    as frequent."""
    lengths = Counter(
        timedelta(minutes=sum(span.closes - span.opens for span in spans))
        for spans in calendar.week
        if spans
    )
    return max(lengths, key=lambda length: (lengths[length], length))


def comes_to(target: Target, calendar: Calendar) -> str:
    """`3 working days` where a period in hours or days is longer than the calendar's usual day;
    empty where nobody would be surprised."""
    day = usual_day(calendar)
    if target.business_days or day >= _DAY or target.length <= day:
        return ""
    days = target.length / day
    about = "" if abs(days - round(days)) < 0.01 else "about "
    number = f"{days:.1f}".removesuffix(".0") if days < 10 else f"{days:.0f}"
    return f"{about}{number} working days"


def remarks(level: Level, calendar: Calendar) -> Iterator[str]:
    """What whoever wrote the level may not have meant: `Normal, first response: 24h in office = 3
    working days of 8h`."""
    for kind, target in level.targets.items():
        amount = comes_to(target, calendar)
        if amount:
            yield (
                f"{level.name}, {kind.replace('_', ' ')}: {target} in {calendar.name} = {amount} "
                f"of {show_hours(usual_day(calendar))}; "
                f"{_instead(target)} is the same time of a later working day"
            )


def _instead(target: Target) -> str:
    """The business days that somebody who counts 24 hours a day has in mind."""
    return str(Target(business_days=max(1, round(target.length / _DAY))))
