"""How much of a text has room in a mail."""

from __future__ import annotations

from maildesk.desk.mails.room import fits, fitting


def test_a_letter_of_a_hundred_thousand_characters_is_shown_whole() -> None:
    text = "It prints nothing, whatever I do with it.\n" * 2_400
    assert fits(text)
    assert fitting(text) is text
