"""A moment to come, as people write it: `2d`, `3 business days`, `tomorrow`, `monday 9:00`,
`bis Montag 9 Uhr`, `jusqu'à lundi 9 h`, `2026-12-24`, `24.12.`, `24/12`, `24 December 14:30`.

Which words mean a day is each language's to say, and which of 3/4 is the day. A day without a time
means when the calendar opens on it, or nine o'clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maildesk.desk.sla.hours import Calendar, add_business_days, next_opening
from maildesk.desk.sla.worked import read_worked

_NINE = 9 * 60
_SATURDAY = 5
_MOST_DAYS = 1000
_MONTHS = 12
_TIME = re.compile(r"(\d{1,2})(?:[:.]([0-5]\d))? ?([^\W\d]+[^\W\d]*)? ?([0-5]\d)?")
_COLON = re.compile(r"\d{1,2}:[0-5]\d(?: ?[^\W\d]+)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t| |$)")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?(?: |$)")
_SLASHED = re.compile(r"(\d{1,2}) ?/ ?(\d{1,2})(?: ?/ ?(\d{4}))?(?: |$)")
_NAMED = re.compile(r"(\d{1,2})\.? ?([^\W\d]+)\.?(?: (\d{4}))?(?: |$)")
_COUNTED = re.compile(r"(\d{1,4}) (.+)")


class NotUnderstood(ValueError):
    """No moment is written there."""


class Past(ValueError):
    """It is over, or now."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What was written: a length, working days, or a day and a time of day. `year` 0: the next."""

    length: timedelta | None = None
    business_days: int = 0
    weekday: int | None = None  # 0 is Monday
    days: int | None = None  # from today
    year: int = 0
    month: int = 0
    day: int = 0
    minute: int | None = None
    at: datetime | None = None  # to the letter, as an undo has it
    is_open: bool = False  # 3/4: day and month may be meant the other way round


def read_coming(text: str, words: Mapping[str, str], units: Mapping[str, str]) -> Coming:
    """What is written there; NotUnderstood where it is no moment.

    `words`: a word without accents, in small letters -> what it means (`weekday:0`, `month:12`,
    `today`, `tomorrow`, `overmorrow`, `business`, `clock`, or `until`, which says nothing).
    """
    parts = [one for one in plain(text).split() if words.get(one) != "until"]
    rest = " ".join(parts)
    if not rest:
        raise NotUnderstood(text)
    if (exact := _exact(text)) is not None:
        return Coming(at=exact)
    if _COLON.fullmatch(rest):
        return Coming(minute=_minute(rest, words))
    counted = _COUNTED.fullmatch(rest)
    if counted and any(words.get(one) == "business" for one in counted[2].split()):
        if not 0 < int(counted[1]) <= _MOST_DAYS:
            raise NotUnderstood(text)
        return Coming(business_days=int(counted[1]))
    try:
        return Coming(length=read_worked(rest, {plain(word): unit for word, unit in units.items()}))
    except ValueError:
        return _of_day(rest, words)


def _exact(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def plain(text: str) -> str:
    """The words as they are compared: in small letters, without accents."""
    found = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in found if not unicodedata.combining(c)).split())


def _of_day(rest: str, words: Mapping[str, str]) -> Coming:
    first, _, behind = rest.partition(" ")
    meaning = words.get(first.rstrip(".,"), "")
    if meaning.startswith("weekday:"):
        return Coming(weekday=int(meaning[-1]), minute=_minute(behind, words))
    if meaning in _DAYS:
        return Coming(days=_DAYS[meaning], minute=_minute(behind, words))
    if (iso := _ISO.match(rest)) is not None:
        year, month, day = map(int, iso.groups())
        return _date(year, month, day, rest[iso.end() :], words)
    if (dotted := _DOTTED.match(rest)) is not None:
        day, month, year = int(dotted[1]), int(dotted[2]), int(dotted[3] or 0)
        return _date(year, month, day, rest[dotted.end() :], words)
    if (slashed := _SLASHED.match(rest)) is not None:
        return _slashed(slashed, rest[slashed.end() :], words)
    named = _NAMED.match(rest)
    if named is not None and words.get(named[2], "").startswith("month:"):
        month = int(words[named[2]].partition(":")[2])
        return _date(int(named[3] or 0), month, int(named[1]), rest[named.end() :], words)
    return Coming(minute=_minute(rest, words))


_DAYS = {"today": 0, "tomorrow": 1, "overmorrow": 2}


def _slashed(found: re.Match[str], behind: str, words: Mapping[str, str]) -> Coming:
    """24/12, or 12/24, which is no other day; of 3/4 the first is the day, until `in_order`."""
    first, second, year = int(found[1]), int(found[2]), int(found[3] or 0)
    day, month = (second, first) if second > _MONTHS >= first else (first, second)
    is_open = first <= _MONTHS and second <= _MONTHS
    return replace(_date(year, month, day, behind, words), is_open=is_open)


def in_order(coming: Coming, *, month_first: bool) -> Coming:
    """The same as somebody means it who writes the month before the day, or behind it."""
    if not (coming.is_open and month_first):
        return coming
    return replace(coming, day=coming.month, month=coming.day)


def _date(year: int, month: int, day: int, behind: str, words: Mapping[str, str]) -> Coming:
    try:
        date(year or 2024, month, day)  # a leap year
    except ValueError:
        raise NotUnderstood(f"{day}.{month}.{year}") from None
    return Coming(year=year, month=month, day=day, minute=_minute(behind, words))


def _minute(written: str, words: Mapping[str, str]) -> int | None:
    """The minute of the day; None where nothing is written."""
    if not written:
        return None
    found = _TIME.fullmatch(written)
    unit = found[3] or "" if found else ""
    if found is None or (unit and unit not in ("am", "pm", "h") and words.get(unit) != "clock"):
        raise NotUnderstood(written)
    if not (unit or found[2]) or (found[2] and found[4]):
        raise NotUnderstood(written)
    hour = int(found[1])
    if unit in ("am", "pm"):
        hour = hour % 12 + (12 if unit == "pm" else 0)
    if hour > 23:
        raise NotUnderstood(written)
    return hour * 60 + int(found[2] or found[4] or 0)


def moment_of(
    coming: Coming, now: datetime, tz: ZoneInfo, calendar: Calendar | None = None
) -> datetime:
    """When that is, seen from now; Past where it is over."""
    if coming.at is not None:
        at = coming.at
    elif coming.length is not None:
        at = now + coming.length
    elif coming.business_days:
        at = _working_days_on(coming.business_days, now, tz, calendar)
    else:
        at = _at(_day(coming, now, tz), coming.minute, tz, calendar)
    if at <= now:
        raise Past(at.isoformat())
    return at.astimezone(UTC)


def _day(coming: Coming, now: datetime, tz: ZoneInfo) -> date:
    local = now.astimezone(tz)
    today = local.date()
    is_ahead = coming.minute is not None and coming.minute > local.hour * 60 + local.minute
    if coming.weekday is not None:
        ahead = (coming.weekday - today.weekday()) % 7
        return today + timedelta(days=ahead if ahead or is_ahead else 7)
    if coming.month:
        if coming.year:
            return date(coming.year, coming.month, coming.day)
        years = range(today.year, today.year + 9)  # to the next leap year
        days = (date(y, coming.month, coming.day) for y in years if _is_day(y, coming))
        return next(day for day in days if day > today or (day == today and is_ahead))
    if coming.days is not None:
        return today + timedelta(days=coming.days)
    return today if is_ahead else today + timedelta(days=1)  # a time of day


def _is_day(year: int, coming: Coming) -> bool:
    try:
        date(year, coming.month, coming.day)
    except ValueError:
        return False
    return True


def _at(day: date, minute: int | None, tz: ZoneInfo, calendar: Calendar | None) -> datetime:
    if minute is None and calendar is not None and not calendar.is_always:
        start = datetime.combine(day, time(), tz)
        opens = next_opening(calendar, start) if calendar.is_working_day(day) else None
        if opens is not None and opens.astimezone(tz).date() == day:
            return opens
    at = _NINE if minute is None else minute
    return datetime.combine(day, time(at // 60, at % 60), tz)


def _working_days_on(days: int, now: datetime, tz: ZoneInfo, calendar: Calendar | None) -> datetime:
    """The same time so many working days later; without a calendar those from Monday to Friday."""
    if calendar is not None and not calendar.is_always:
        return add_business_days(calendar, now, days)
    local = now.astimezone(tz)
    day, left = local.date(), days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return datetime.combine(day, local.time(), tz)
