"""Enriched text loses its commands and keeps its words."""

from __future__ import annotations

import time

import pytest

from maildesk.mail.mime.enriched import text_of


@pytest.mark.parametrize(
    ("enriched", "text"),
    [
        ("<bold>Hello</bold> there", "Hello there"),
        ("one\nline\n\nand another\n\n\nafter a blank", "one line\nand another\n\nafter a blank"),
        ("a <<b> <unknown>c</unknown> < d", "a <b> c < d"),
        ("<color><param>red</param>Red</color>", "Red"),
        ("<nofill>one\ntwo</nofill>\nthree", "one\ntwo three"),
        ("<param>never closed", ""),
        ("", ""),
    ],
)
def test_enriched_text_is_read(enriched: str, text: str) -> None:
    assert text_of(enriched) == text


def test_its_forerunner_says_its_line_ends_itself() -> None:
    assert (
        text_of("one\nline<nl>two <lt>b><comment>unseen</comment><np>three", rich=True)
        == "one line\ntwo <b>\nthree"
    )


@pytest.mark.parametrize("unit", ["<", "<a>", "<param>", "\n", "<<", "</nofill>", "x\n"])
def test_a_megabyte_of_anything_is_read_in_time(unit: str) -> None:
    began = time.process_time()
    text_of(unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 1
