"""Times as people ask for them: how long ago (`<7d`), a day, month or year (`2026-11`),
from one to another.

A length of time means an age: `created<7d` are the tickets younger than seven days. A date means
itself: `created<2026-11-01` are those of before that day, in the desk's time zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.filters.values import During, Filter, Not
from maildesk.desk.sla.periods import parse_written

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def during(field: str, operator: str, value: str, now: datetime, tz: ZoneInfo) -> Filter:
    """The stretch of time that is asked for. ValueError where it is none."""
    if value.lower() in ("none", "never"):
        return Not(During(field))
    first, dots, last = value.partition("..")
    try:
        if dots:
            since, until = (_span(one, now, tz) if one else None for one in (first, last))
            return During(field, since[0] if since else None, until[1] if until else None)
        if (span := _span(value, now, tz)) is None:
            raise ValueError
    except (ValueError, OverflowError):
        raise ValueError(value) from None
    start, end, is_age = span
    if is_age:
        return During(field, until=start) if operator in (">", ">=") else During(field, since=start)
    bounds = {"<": (None, start), "<=": (None, end), ">": (end, None), ">=": (start, None)}
    return During(field, *bounds.get(operator, (start, end)))


def coming(field: str, operator: str, value: str, now: datetime, tz: ZoneInfo) -> Filter:
    """The same of what lies ahead: `due<4h` is due within four hours, or since before."""
    try:
        ahead = now + parse_written(value.lower())
    except (ValueError, OverflowError):
        return during(field, operator, value, now, tz)
    return During(field, since=ahead) if operator in (">", ">=") else During(field, until=ahead)


def _span(word: str, now: datetime, tz: ZoneInfo) -> tuple[datetime, datetime, bool]:
    """From when to when, and whether that is an age, of which only the beginning counts."""
    today = now.astimezone(tz).date()
    named = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "tomorrow": today + timedelta(days=1),
    }
    if (day := named.get(word.lower())) is not None:
        return _at(day, tz), _at(day + timedelta(days=1), tz), False
    if (found := _DATE.fullmatch(word)) is None:
        return now - parse_written(word.lower()), now, True
    year, month, number = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    start = date(year, month, number)
    if found[3]:
        end = start + timedelta(days=1)
    elif found[2]:
        end = date(year + month // 12, month % 12 + 1, 1)
    else:
        end = date(year + 1, 1, 1)
    return _at(start, tz), _at(end, tz), False


def _at(day: date, tz: ZoneInfo) -> datetime:
    """The beginning of this day."""
    return datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)
