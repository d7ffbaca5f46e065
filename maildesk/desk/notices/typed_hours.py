"""Quiet hours as people write them: `20:00-7:00`, `8pm to 7am`, `20 Uhr bis 7 Uhr`, `20h-7h`.

Which words mean the hour, and stand between two, is each language's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from maildesk.desk.notices.wanted import Quiet
from maildesk.desk.sla.coming import plain

_DASHES = re.compile(r"[-\u2010-\u2015\u2212]")
_TIME = re.compile(r"(\d{1,2})(?:([:.]|[^\W\d]+)?([0-5]\d))?([^\W\d]+)?")
_HALF_DAYS = ("am", "pm")
_DAY = 24 * 60


def read_hours(text: str, words: Mapping[str, str]) -> Quiet:
    """From when to when; ValueError where that is not written there.

    `words`: as of a moment to come (`sla.coming`): `until` stands before or between, `clock` behind
    the hour.
    """
    parts = plain(_DASHES.sub(" - ", text)).replace("'", "").split()
    while parts and words.get(parts[0]) == "until":
        parts = parts[1:]
    for at in range(1, len(parts) - 1):
        if parts[at] != "-" and words.get(parts[at]) != "until":
            continue
        first, last = "".join(parts[:at]), "".join(parts[at + 1 :])
        quiet = Quiet(_minute(first, words), _minute(last, words))
        if quiet.begins == quiet.ends and not last.startswith("24"):  # 0:00-24:00 is the whole day
            break
        return quiet
    raise ValueError(text)


def _minute(written: str, words: Mapping[str, str]) -> int:
    """The minute of the day; 24:00 is its beginning."""
    found = _TIME.fullmatch(written.rstrip("."))
    if found is None:
        raise ValueError(written)
    hour, between, minute, unit = found.groups()
    if not all(_is_clock(one, words) for one in (between, unit) if one not in (None, *_HALF_DAYS)):
        raise ValueError(written)
    minutes = int(hour) * 60 + int(minute or 0)
    if unit in _HALF_DAYS:
        if not 1 <= int(hour) <= 12:
            raise ValueError(written)
        minutes = int(hour) % 12 * 60 + int(minute or 0) + (_DAY // 2 if unit == "pm" else 0)
    if minutes > _DAY:
        raise ValueError(written)
    return minutes % _DAY


def _is_clock(word: str, words: Mapping[str, str]) -> bool:
    return word in (":", ".", "h") or words.get(word) == "clock"


def clock(minute: int) -> str:
    """The minute of a day as it may be written."""
    return f"{minute // 60}:{minute % 60:02d}"


def hours(quiet: Quiet) -> str:
    """The same hours as they may be written again."""
    return f"{clock(quiet.begins)}-{clock(quiet.ends or _DAY)}"
