"""Time worked, as people write it: `15m`, `1 h 30 min`, `1h30`, `1:30`, `1,5 Stunden`.

Which words mean an hour is each language's to say; `s`, `m`, `h`, `d` and `w` are known everywhere.
A number without a unit is one of minutes, and only behind hours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_ANYWHERE: Mapping[str, str] = {
    "s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week",
}  # fmt: skip
_PART = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s{0,3}([^\W\d_]*)\.?")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?:\s{0,3}(\w+)\.?)?")
_BETWEEN = re.compile(r"[\s,;+&]*")
_LONGEST = 100 * 365 * 86400
EXPECTED = "a length of time such as 15m or 1h 30m"


def read_worked(text: str, units: Mapping[str, str]) -> timedelta:
    """The length that is written there; ValueError where none is.

    `units`: a word in small letters -> second, minute, hour, day or week; "" are words that may
    stand between two parts (`1 Stunde und 5 Minuten`).
    """
    known = {**_ANYWHERE, **units}
    rest = text.strip().lower()
    clock = _CLOCK.fullmatch(rest)
    if clock and known.get(clock[3] or "h") == "hour":
        return _length(int(clock[1]) * 3600 + int(clock[2]) * 60)
    seconds, at, last = 0.0, 0, ""
    while at < len(rest):
        found = _PART.match(rest, at)
        if found is None:
            word = re.compile(r"[^\W\d_]+").match(rest, at)
            if word is None or not last or known.get(word[0]) != "":
                raise ValueError(EXPECTED)
            found, at = word, word.end()
        else:
            unit = known.get(found[2]) if found[2] else ("minute" if last == "hour" else None)
            if not unit or (last and SECONDS[unit] >= SECONDS[last]):
                raise ValueError(EXPECTED)
            seconds += float(found[1].replace(",", ".")) * SECONDS[unit]
            at, last = found.end(), unit
        between = _BETWEEN.match(rest, at)
        at = between.end() if between else at
    if not last:
        raise ValueError(EXPECTED)
    return _length(seconds)


def _length(seconds: float) -> timedelta:
    if not 0 <= seconds <= _LONGEST:
        raise ValueError(EXPECTED)
    return timedelta(seconds=seconds)
