"""Two dresses of one letter are read once; two letters in one dress each are both read."""

from __future__ import annotations

import pytest

from maildesk.mail.reply.alternatives import is_wordless, other_words
from maildesk.mail.reply.segment import reply_of, segment

LETTER = "The printer in the hall does not print since Monday, could somebody have a look?"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (LETTER, f"<p>{LETTER}</p>"),
        (LETTER, f"<style>{'p {color: red} ' * 900}</style><p>{LETTER}</p>"),
        (
            "Принтер не печатает",
            "<p>&#1055;&#1088;&#1080;&#1085;&#1090;&#1077;&#1088; не печатает</p>",
        ),
        ("Thanks!", f"<p>Thanks!</p><blockquote type=cite>{LETTER}</blockquote>"),
        (LETTER.upper(), f"<p>{LETTER}</p>"),
        ("プリンターが動きません", "<p>プリ<b>ンタ</b>ーが動きません</p>"),
        (LETTER, "<img src='cid:letter'>"),
    ],
)
def test_an_ordinary_pair_says_the_same(text: str, html: str) -> None:
    assert other_words(text, html) is None


def test_two_different_letters_are_both_read() -> None:
    html = f"<p>{LETTER}</p><div class='gmail_attr'>On Tuesday, Bo wrote:</div>"
    found = segment("Bitte benutzen Sie ein anderes Programm.", html)

    assert "".join(part.text for part in found.parts) == found.text
    assert reply_of(found.parts).splitlines()[0] == LETTER
    assert found.text.endswith("Bitte benutzen Sie ein anderes Programm.")


def test_a_text_that_is_only_the_address_of_a_page_is_not_the_letter() -> None:
    page = f"<p>{LETTER}</p><a href='https://view.example/letter/7'>In your browser</a>"

    assert reply_of(segment("https://view.example/letter/7\n", page).parts).startswith(LETTER)
    assert is_wordless("--\n<https://view.example/letter/7> *\n")
    assert not is_wordless("OK https://view.example/letter/7")
