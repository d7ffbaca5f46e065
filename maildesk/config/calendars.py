"""The calendars of `sla.yaml`: weeks as people write them, holidays by country
and region, own days.

The holiday tables are resolved here, once, to plain dates of the years around
now; the desk is handed values and asks no library.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import holidays

from maildesk.config.yaml_reader import Path, Reader
from maildesk.desk.sla.hours import ALL_DAY, WEEKDAYS, Calendar, Span, always

YEARS_BACK, YEARS_AHEAD = 3, 12
_NAMES = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5,
    "sunday": 6, "mo": 0, "tu": 1, "tue": 1, "tues": 1, "we": 2, "th": 3, "thu": 3, "thur": 3,
    "thurs": 3, "fr": 4, "sa": 5, "su": 6,
    **{name: index for index, name in enumerate(WEEKDAYS)},
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s{0,3}[-–]\s{0,3}(\d{1,2})(?::(\d{2}))?")
_DAY_KEYS = (
    *WEEKDAYS,
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon-fri",
    "sat,sun",
    "daily",
)
_HOLIDAY_KEYS = ("country", "region", "also", "except", "language")


@dataclass(frozen=True)
class HolidayTable:
    """Dates with their names; calling it names the holiday of a date, or
    answers an empty string."""

    names: Mapping[date, str]

    def __call__(self, day: date) -> str:
        return self.names.get(day, "")

    def __hash__(self) -> int:
        return hash(frozenset(self.names))


def read_calendars(reader: Reader, value: object, path: Path, *, year: int) -> dict[str, Calendar]:
    """The calendars of the file, and `always`, which every desk has. `year` is
    the one we are in."""
    found = {"always": always()}
    for name, item in reader.mapping(value or {}, path, "calendars by name").items():
        calendar = _calendar(reader, name, item, (*path, name), year)
        if calendar is not None:
            found[name] = calendar
    return found


def _calendar(reader: Reader, name: str, item: object, path: Path, year: int) -> Calendar | None:
    value = reader.mapping(item, path, "a calendar: time_zone, hours, holidays")
    reader.keys(value, path, ("time_zone", "hours", "holidays"))
    zone = str(value.get("time_zone", "UTC"))
    if zone not in _zones():
        reader.wrong((*path, "time_zone"), "a time zone such as Europe/Berlin", zone, _zones())
        zone = "UTC"
    before = len(reader.mistakes)
    week = _week(reader, value.get("hours"), (*path, "hours"))
    closed = _holidays(reader, value.get("holidays"), (*path, "holidays"), year)
    return (
        Calendar(name, ZoneInfo(zone), week, closed, place=reader.place(path))
        if len(reader.mistakes) == before
        else None
    )


@cache
def _zones() -> frozenset[str]:
    """All time zones; to find them is to look into five hundred files."""
    return frozenset(available_timezones())


def _week(reader: Reader, value: object, path: Path) -> tuple[tuple[Span, ...], ...]:
    """The spans of each weekday, Monday first; a mistake where two of a day overlap, or where there
    is none at all."""
    if isinstance(value, str) and value.lower() in ("always", "24x7", "24/7"):
        return ((ALL_DAY,),) * 7
    before = len(reader.mistakes)
    week: list[list[tuple[Span, str]]] = [[] for _ in WEEKDAYS]
    for key, item in reader.mapping(
        value, path, 'hours by weekday, such as mon-fri: "9:00-17:00", or always'
    ).items():
        days = _days(key)
        if not days:
            reader.wrong((*path, key), "weekdays such as mon, mon-fri or sat,sun", key, _DAY_KEYS)
            continue
        for text in reader.words(item, (*path, key), 'hours such as "9:00-17:00"'):
            for days_later, span in _spans(reader, text, (*path, key)):
                for day in days:
                    week[(day + days_later) % 7].append((span, key))
    _overlaps(reader, week, path)
    if not any(week) and len(reader.mistakes) == before:
        reader.wrong(path, "a week with working time", "none")
    return tuple(tuple(sorted(span for span, _ in spans)) for spans in week)


def _overlaps(reader: Reader, week: list[list[tuple[Span, str]]], path: Path) -> None:
    """The same two spans are told of once, on the first day they share."""
    told = set()
    for weekday, spans in zip(WEEKDAYS, week, strict=True):
        for (first, _), (second, key) in pairwise(sorted(spans)):
            if second.opens < first.closes and (first, second, key) not in told:
                told.add((first, second, key))
                reader.wrong(
                    (*path, key), "hours that do not overlap", f"{first} and {second} on {weekday}"
                )


def _days(key: str) -> list[int]:
    """The weekdays that a key such as `mon-thu` or `sat, sun` names; none where
    it names nothing."""
    found: list[int] = []
    for piece in key.lower().replace(" ", "").split(","):
        if piece in ("daily", "every-day"):
            found += range(7)
            continue
        first, _, last = piece.partition("-")
        if first not in _NAMES or (last or first) not in _NAMES:
            return []
        begin, end = _NAMES[first], _NAMES[last or first]
        found += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    return found


def _spans(reader: Reader, text: str, path: Path) -> list[tuple[int, Span]]:
    """The spans of `9:00-17:00`; a span that passes midnight is cut into two, the
    second a day later."""
    if text.lower() in ("closed", "none", ""):
        return []
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        reader.wrong(path, 'hours such as "9:00-17:00"', text)
        return []
    numbers = [int(n or 0) for n in match.groups()]
    opens, closes = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if numbers[1] > 59 or numbers[3] > 59 or opens >= 1440 or closes > 1440 or opens == closes:
        reader.wrong(path, "times between 0:00 and 24:00, the second after the first", text)
        return []
    if opens < closes:
        return [(0, Span(opens, closes))]
    return [(0, Span(opens, 1440))] + ([(1, Span(0, closes))] if closes else [])


def _holidays(
    reader: Reader, value: object, path: Path, year: int
) -> HolidayTable | frozenset[date]:
    if value is None:
        return frozenset()
    if isinstance(value, (list, tuple)):
        return HolidayTable(dict.fromkeys(_dates(reader, value, path), "closed"))
    fields = reader.mapping(value, path, "country and region, or a list of dates")
    reader.keys(fields, path, _HOLIDAY_KEYS)
    names = _of_country(reader, fields, path, year) if "country" in fields else {}
    names |= dict.fromkeys(_dates(reader, fields.get("also"), (*path, "also")), "closed")
    for day in _dates(reader, fields.get("except"), (*path, "except")):
        names.pop(day, None)
    return HolidayTable(names)


def _of_country(
    reader: Reader, fields: Mapping[str, Any], path: Path, year: int
) -> dict[date, str]:
    country, region = str(fields["country"]).upper(), str(fields.get("region") or "").upper()
    known = holidays.list_supported_countries()
    if country not in known:
        reader.wrong(
            (*path, "country"),
            "a country with a holiday table, such as DE, US or FR",
            fields["country"],
            known,
        )
        return {}
    regions = {r.upper(): r for r in known[country]}
    if region and region not in regions:
        reader.wrong(
            (*path, "region"),
            f"a region of {country}: {', '.join(regions)}",
            fields["region"],
            regions,
        )
        return {}
    years = range(year - YEARS_BACK, year + YEARS_AHEAD)
    table = holidays.country_holidays(
        country, subdiv=regions.get(region), years=years, language=fields.get("language") or "en_US"
    )
    return {day: str(name) for day, name in table.items()}


def _dates(reader: Reader, value: object, path: Path) -> list[date]:
    found = []
    for index, word in enumerate(reader.words(value, path, "a date such as 2026-12-24")):
        try:
            found.append(date.fromisoformat(word))
        except ValueError:
            reader.wrong((*path, index), "a date such as 2026-12-24", word)
    return found
