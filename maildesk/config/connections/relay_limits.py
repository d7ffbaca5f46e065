"""How much a provider lets a log-in send: `30/minute, 2000/day`, or a provider's name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

EXPECTED = "so many in a time, such as 30/minute, 2000/day, or microsoft, google"
PERIODS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
PRESETS = {  # what they publish for one mailbox; each of our mails has one recipient
    "microsoft": "30/minute, 10000/day",  # Exchange Online limits: message rate, recipient rate
    "google": "2000/day",  # Workspace: Gmail sending limits
}
_ONE = re.compile(r"(\d{1,9})\s*(?:/|per|a|an)\s*(second|minute|hour|day)", re.IGNORECASE)

Limits = tuple[tuple[int, timedelta], ...]


def read_limits(written: str) -> Limits:
    """(how many, in which time), the shortest time first; ValueError with what was expected."""
    words = written.strip().lower()
    found: dict[timedelta, int] = {}
    for one in filter(None, re.split(r"[,;]", PRESETS.get(words, words))):
        match = _ONE.fullmatch(one.strip())
        if match is None or int(match[1]) < 1:
            raise ValueError(EXPECTED)
        period = PERIODS[match[2].lower()]
        found[period] = min(int(match[1]), found.get(period, 10**9))
    return tuple((most, period) for period, most in sorted(found.items()))


def _checked(written: str) -> str:
    read_limits(written)
    return written


SCHEMA = {"type": "string", "examples": ["30/minute, 2000/day", *PRESETS]}
WrittenLimits = Annotated[str, AfterValidator(_checked), WithJsonSchema(SCHEMA)]
