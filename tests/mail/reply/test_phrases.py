"""The tables a person may extend: complete for the languages we promise, and free of slips."""

from __future__ import annotations

import pytest

from maildesk.mail.reply import phrases, phrases_html, phrases_quote, phrases_signature

TABLES = {
    name: table
    for module in (phrases, phrases_quote, phrases_signature)
    for name, table in vars(module).items()
    if name.isupper() and isinstance(table, tuple)
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_trimmed_lower_case_phrases_once(name: str) -> None:
    table = TABLES[name]
    assert table and len(set(table)) == len(table)
    for phrase in table:
        assert phrase == phrase.strip() == phrases.folded(phrase), phrase


def test_a_label_belongs_to_one_field_only() -> None:
    fields = [
        set(table)
        for table in (
            phrases.FROM,
            phrases.TO,
            phrases.SUBJECT,
            phrases.DATE,
            phrases.SENT,
            phrases.OTHER,
        )
    ]
    for at, one in enumerate(fields):
        for other in fields[at + 1 :]:
            assert not one & other


def test_the_marker_is_made_of_its_ends() -> None:
    assert phrases.MARKER.startswith(phrases.MARKER_BEGIN) and phrases.MARKER.endswith(
        phrases.MARKER_END
    )


def test_the_turkish_capital_is_folded() -> None:
    assert phrases.folded("İLT") == "ilt"


def test_the_marks_of_html_are_unlike_each_other() -> None:
    marks = [*phrases_html.CITED, *phrases_html.CUT, *phrases_html.SIGNED]
    assert len(set(marks)) == len(marks)
    assert all(len(mark) > 4 for mark in marks)
