"""Pages that were sent as plain text."""

from __future__ import annotations

import pytest

from maildesk.mail.html.source import is_html_source
from maildesk.mail.parse import parse
from tests.corpus.odd import mixed, part

PAGE = """<!DOCTYPE html>
<html><head><style>p { color: red }</style></head>
<body><p>The lamp flickers.</p><p>Since Monday.</p></body></html>"""


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "\ufeff\n<!-- made by hand -->\n" + PAGE,
        "<html><body>The lamp flickers.</body></html>\n-- \nAna",
        "<div>The lamp</div><div>flickers.</div>",
        "<p>The lamp flickers.</p>",
    ],
)
def test_the_source_of_a_page_is_known(text: str) -> None:
    assert is_html_source(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<3 this desk",
        "<ana@customer.example> wrote to me.",
        "What does <div>this</div> do?",
        "<p> and </p> are missing in what you sent me",
        "<html></html>",
        "<b>Important</b> please",
    ],
)
def test_words_with_signs_are_words(text: str) -> None:
    assert not is_html_source(text)


def test_a_person_reads_what_the_page_says() -> None:
    read = parse(mixed(part(b"text/plain", PAGE.encode())))
    assert "The lamp flickers." in read.text
    assert "<" not in read.text
    assert "color" not in read.text


def test_of_a_page_in_both_dresses_one_is_read() -> None:
    source = PAGE.encode()
    read = parse(
        mixed(part(b"text/plain", source), part(b"text/html", source), subtype=b"alternative")
    )
    assert read.text.count("flickers") == 1
