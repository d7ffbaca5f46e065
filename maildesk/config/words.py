"""The few words and forms that depend on a language and are not in a template: dates, states, sizes.

A language that is not in the table below is written with numbers (ISO 8601)
and the desk's own words, so that templates in any language work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Language:
    """How one language writes things. A format uses weekday, day, month, short, year, time and zone."""

    code: str
    days: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    long: str = "{iso} {time} {zone}"
    brief: str = "{iso} {time}"
    date: str = "{iso}"
    decimal: str = "."
    units: tuple[tuple[str, str], ...] = (("d", "d"), ("h", "h"), ("min", "min"))
    joint: str = " "
    words: Mapping[str, str] | None = None

    def moment(self, at: datetime, form: str) -> str:
        """The moment in the zone it carries."""
        return form.format(
            weekday=self.days[at.weekday()] if self.days else "",
            month=self.months[at.month - 1] if self.months else "",
            day=at.day,
            short=self.months[at.month - 1][:3] if self.months else "",
            year=at.year,
            time=f"{at.hour:02d}:{at.minute:02d}",
            zone=at.tzname() or "",
            iso=f"{at.year:04d}-{at.month:02d}-{at.day:02d}",
            number=f"{at.month:02d}",
        ).strip()

    def period(self, length: timedelta) -> str:
        """The two largest units of a period, in words."""
        minutes = max(0, round(length.total_seconds() / 60))
        counts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
        named = [f"{n} {unit[n != 1]}" for n, unit in zip(counts, self.units, strict=True) if n]
        return self.joint.join(named[:2]) or f"0 {self.units[-1][1]}"

    def size(self, octets: int) -> str:
        """A file's size, to two digits or so."""
        for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
            if octets >= step:
                number = octets / step
                return f"{number:.1f}".replace(".", self.decimal) + f" {unit}" if number < 10 else f"{number:.0f} {unit}"
        return f"{octets} B"

    def word(self, name: str) -> str:
        """The desk's word for a state, a priority, a clock; unknown ones are shown as they are."""
        return (self.words or {}).get(name, name.replace("_", " "))


_ENGLISH = Language(
    code="en",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    long="{weekday}, {day} {month} {year} at {time} {zone}",
    brief="{day} {short} {year}, {time}",
    date="{day} {month} {year}",
    units=(("day", "days"), ("hour", "hours"), ("minute", "minutes")),
    joint=" and ",
    words={
        "in_progress": "in progress",
        "waiting": "waiting for the customer",
        "on_hold": "on hold",
        "first_response": "first response",
        "next_response": "next response",
    },
)
_GERMAN = Language(
    code="de",
    days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    long="{weekday}, {day}. {month} {year}, {time} Uhr {zone}",
    brief="{day}.{number}.{year}, {time}",
    date="{day}. {month} {year}",
    decimal=",",
    units=(("Tag", "Tage"), ("Stunde", "Stunden"), ("Minute", "Minuten")),
    joint=" und ",
    words={
        "open": "offen",
        "in_progress": "in Bearbeitung",
        "waiting": "wartet auf Kunden",
        "on_hold": "zurückgestellt",
        "resolved": "gelöst",
        "closed": "geschlossen",
        "low": "niedrig",
        "normal": "normal",
        "medium": "normal",
        "high": "hoch",
        "urgent": "dringend",
        "critical": "dringend",
        "question": "Frage",
        "incident": "Störung",
        "problem": "Problem",
        "task": "Aufgabe",
        "first_response": "erste Antwort",
        "next_response": "nächste Antwort",
        "resolution": "Lösung",
    },
)
_LANGUAGES = {one.code: one for one in (_ENGLISH, _GERMAN)}


def language_named(code: str) -> Language:
    """The language of this tag; its first part decides (`de-AT` writes as `de`)."""
    base = code.lower().partition("-")[0]
    return _LANGUAGES.get(base) or Language(base)
