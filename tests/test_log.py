"""A line of the log is one line, whatever a stranger put into it."""

from __future__ import annotations

import pytest

from maildesk.log import _line


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("kim@customer.example", "kim@customer.example"),
        ("451 later", '"451 later"'),
        ("fine\n12:00:00.000 sent to=eve", r'"fine\n12:00:00.000 sent to=eve"'),
        ('a" verb=b', r'"a\" verb=b"'),
        ("\x1b[2J\u2028x\x85", r'"\u001b[2J\u2028x\u0085"'),
        ("größer\u00a0", r'"gr\u00f6\u00dfer\u00a0"'),
        ("größer", "größer"),
        (7, "7"),
    ],
)
def test_a_value_stays_one_word(value: object, written: str) -> None:
    event = {
        "event": "refused",
        "timestamp": "2026-11-20T10:00:00.000000Z",
        "level": "info",
        "why": value,
    }
    assert _line(None, "info", event) == f"10:00:00.000 refused why={written}"
