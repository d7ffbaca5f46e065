"""Markdown as text and as HTML, and values that nobody can write signs into."""

from __future__ import annotations

import pytest

from maildesk.mail.html.markdown import escaped, markdown


def test_the_same_words_stand_in_text_and_html() -> None:
    made = markdown("Hello **Ana**,\n\n1. open [the page](https://shop.example/a)\n2. tap *Save*")
    assert made.text == "Hello Ana,\n\n1. open the page <https://shop.example/a>\n2. tap Save"
    assert "<strong>Ana</strong>" in made.html
    assert '<a href="https://shop.example/a"' in made.html
    assert "<li>tap <em>Save</em></li>" in made.html


def test_lines_that_end_of_themselves_end_and_those_that_a_margin_broke_go_on() -> None:
    long = (
        "Please open the settings of your account and look for the line that says\n"
        "activation, which stands near the end of that page, below the address and\n"
        "above the name.\n"
    )
    made = markdown(f"{long}\nKind regards,\nBen")
    assert "says activation, which" in made.text
    assert "Kind regards,\nBen" in made.text
    assert "Kind regards,<br>" in made.html


@pytest.mark.parametrize(
    "source",
    (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[tap](javascript:alert(1))",
        "[tap](data:text/html,x)",
        "![a picture](https://tracker.example/p.png)",
        "[tap](JaVaScRiPt:alert(1))",
        "<javascript:alert(1)>",
    ),
)
def test_nothing_runs_and_nothing_is_fetched(source: str) -> None:
    html = markdown(source).html.lower()
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="j' not in html
    assert 'href="d' not in html


def test_a_bare_address_is_a_link_and_keeps_the_words_around_it() -> None:
    made = markdown("See https://shop.example/a_b?c=1&d=2, please.")
    assert '<a href="https://shop.example/a_b?c=1&amp;d=2"' in made.html
    assert made.text == "See https://shop.example/a_b?c=1&d=2, please."
    assert markdown("[https://a.example](https://b.example)").html.count("<a ") == 1


@pytest.mark.parametrize(
    "value",
    (
        "**bold**",
        "[tap](https://evil.example)",
        "<https://evil.example>",
        "https://evil.example",
        "# heading",
        "1. list",
        "- list",
        "a\n\n# b",
        "    code",
        "`code`",
        "<b>x</b>",
        "\\",
        "&amp;",
        "> quote",
        "===",
        "~~~",
        "Ana_Lopez_",
    ),
)
def test_a_value_stands_for_itself(value: str) -> None:
    made = markdown(f"{escaped(value)}\n\nBehind.")
    assert made.text == " ".join(value.split()) + "\n\nBehind."
    for sign in ("<a ", "<strong", "<em", "<h1", "<li", "<code", "<pre", "<blockquote", "<b>"):
        assert sign not in made.html
