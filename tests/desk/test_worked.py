"""Time worked, as people of several languages write it."""

from __future__ import annotations

import pytest

from maildesk.desk.sla.worked import read_worked

UNITS = {
    "min": "minute", "mn": "minute", "minutes": "minute", "minuten": "minute", "std": "hour",
    "stunde": "hour", "stunden": "hour", "heure": "hour", "heures": "hour", "j": "day",
    "und": "", "et": "", "and": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15m", 15),
        ("15 min", 15),
        ("15 Minuten", 15),
        ("1h 30m", 90),
        ("1h30m", 90),
        ("1h30", 90),
        ("1 h 30", 90),
        ("1 h 30 min", 90),
        ("1 h 30 min.", 90),
        ("1:30", 90),
        ("1:30 h", 90),
        ("0:05", 5),
        ("1,5 h", 90),
        ("1.5 Std.", 90),
        ("1 Stunde und 5 Minuten", 65),
        ("2 heures et 10 minutes", 130),
        ("1 Std., 5 min", 65),
        ("90s", 1.5),
        ("1d 2h", 26 * 60),
        ("1 j", 24 * 60),
        ("1w", 7 * 24 * 60),
    ],
)
def test_a_length_of_time_is_understood_however_it_is_written(text: str, minutes: float) -> None:
    assert read_worked(text, UNITS).total_seconds() == minutes * 60


@pytest.mark.parametrize(
    "text",
    ["", "viel", "15", "15 x", "h", "m 15", "und", "30m 1h", "1h 1h", "1h 30 30", "-5m",
     "1:75", "15m 20", "999999999w", "1h)", "1:30 min"],
)  # fmt: skip
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        read_worked(text, UNITS)
