"""Lists as CSV: read back they say what the JSON says, and nothing in them is a formula."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from maildesk.views.csv_lines import csv_list, harmless
from maildesk.views.plain import listed


def views(*named: tuple[str, str]) -> dict[str, Any]:
    return listed("views", [{"name": name, "query": query} for name, query in named])


def test_an_empty_list_has_its_header_line() -> None:
    assert csv_list(views(), "view_list") == '"name","query"\r\n'


def test_quotation_marks_commas_and_lines_are_as_rfc_4180_has_them() -> None:
    found = csv_list(views(('a "b", c', "one\ntwo")), "view_list")
    assert found.splitlines(keepends=True)[1:] == ['"a ""b"", c","one\n', 'two"\r\n']
    assert list(csv.reader(io.StringIO(found, newline="")))[1] == ['a "b", c', "one\ntwo"]


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠")
def test_what_would_be_a_formula_has_an_apostrophe_before_it(first: str) -> None:
    bad = f'{first}HYPERLINK("https://evil.example")'
    assert harmless(bad) == f"'{bad}"
    found = csv_list(views(("ok", bad)), "view_list")
    assert next(csv.reader(io.StringIO(found, newline=""))) == ["name", "query"]
    assert list(csv.reader(io.StringIO(found, newline="")))[1] == ["ok", f"'{bad}"]


def test_other_words_stay_as_they_are() -> None:
    for words in ("", "Größe = 3", "a@b.example", "'quoted", " =1", "49 170"):
        assert harmless(words) == words
