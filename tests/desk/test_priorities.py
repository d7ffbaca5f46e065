"""A priority by whatever name it is asked for."""

from __future__ import annotations

import pytest

from maildesk.config.templates.words import read_wording
from maildesk.desk.priorities import spelt

USUAL = ("low", "normal", "high", "urgent")
WORDING = read_wording()[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("critical", "urgent"), ("Medium", "normal"), ("URGENT", "urgent"), ("kritisch", "urgent"),
        ("mittel", "normal"), ("dringend", "urgent"), ("critique", "urgent"),
        ("moyenne", "normal"), ("urgente", "urgent"), ("niedrig", "low"), ("whatever", "whatever"),
    ],
)  # fmt: skip
def test_other_words_for_a_priority_are_understood(written: str, meant: str) -> None:
    assert spelt(written, USUAL, WORDING) == meant


def test_a_desk_that_says_critical_itself_is_understood_by_urgent_too() -> None:
    own = ("low", "medium", "critical")
    words = [spelt(word, own, WORDING) for word in ("urgent", "normal", "dringend", "critical")]
    assert words == ["critical", "medium", "critical", "critical"]


def test_what_a_desk_names_itself_stands_before_another_meaning() -> None:
    both = (*USUAL, "critical")
    assert [spelt(word, both, WORDING) for word in both] == list(both)
