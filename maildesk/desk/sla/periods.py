"""Periods as people write them: `90s`, `15m`, `24h`, `7d`, `1h 30m`.

A business day is not a period (its length depends on a calendar); see `hours`.
"""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 100 * 365 * 86400  # a due time beyond it is no date any more
_PERIOD = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s{0,3}([smhdw])")


def parse_period(value: object) -> timedelta:
    """The length written in `value`; a number counts seconds. ValueError where it is none."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or value is None:
        raise ValueError("a period such as 30s, 15m, 24h or 7d")
    if isinstance(value, (int, float)):
        return _length(value)
    text = str(value).strip().lower()
    rest = _PERIOD.sub("", text).strip()
    found = _PERIOD.findall(text)
    if rest or not found:
        raise ValueError("a period such as 30s, 15m, 24h or 7d")
    return _length(sum(float(number) * _UNITS[unit] for number, unit in found))


def parse_written(value: object) -> timedelta:
    """The same with its unit: where days are meant as often as seconds, a bare
    number is refused."""
    return parse_period(str(value) if isinstance(value, (int, float)) else value)


def _length(seconds: float) -> timedelta:
    if not 0 <= seconds <= _LONGEST:  # NaN is neither
        raise ValueError("a period such as 30s, 15m, 24h or 7d, of no more than 100 years")
    return timedelta(seconds=seconds)


def show_period(length: timedelta) -> str:
    """The shortest way to write this period, in the same words."""
    return _shown(length, ("d", "h", "m", "s"))


def show_hours(length: timedelta) -> str:
    """The same for working time, without days: 24 hours of an office are no day."""
    return _shown(length, ("h", "m", "s"))


def _shown(length: timedelta, units: tuple[str, ...]) -> str:
    seconds = round(length.total_seconds())
    if seconds == 0:
        return "0s"
    words = []
    for unit in units:
        count, seconds = divmod(seconds, _UNITS[unit])
        if count:
            words.append(f"{count}{unit}")
    return " ".join(words)
