"""What a template sees is of a size that a mail can have, whatever a stranger wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maildesk.config.templates.filters import paragraphs, quoted
from maildesk.desk.mails.room import fits, fitting
from maildesk.desk.mails.views import (
    Context,
    DeskView,
    FileView,
    MessageView,
    PersonView,
)

KIM = PersonView("Kim", "kim@customer.example")
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LONG = {
    "a log": "2026-11-20 10:00:00 printer: out of paper\n" * 30_000,
    "one line": "x" * 700_000,
    "signs that HTML writes in five": "&<>\"'" * 120_000,
    "paragraphs of a letter": "a\n\n" * 200_000,
    "paragraphs parted by blanks": "a\n \t\n" * 200_000,
    "quotes of a letter": ">\n\n" * 200_000,
    "addresses": "http://a.example/x " * 30_000,
    "one long address": "http://a.example/" + "x&" * 300_000,
}


@pytest.mark.parametrize("name", LONG)
def test_of_a_longer_text_the_beginning_is_shown_with_a_mark(name: str) -> None:
    shown = fitting(LONG[name])
    assert not fits(LONG[name])
    assert shown.endswith("\n[…]")
    assert LONG[name].startswith(shown.removesuffix("\n[…]"))
    assert len(shown) > 4_000
    assert len(paragraphs(shown)) < 230_000
    assert len(quoted(shown)) < 230_000


def test_a_message_and_the_words_around_it_are_shown_so() -> None:
    text = LONG["a log"]
    view = MessageView(KIM, AT, text, attachments=(FileView("a.pdf", 1),) * 4_000)
    context = Context(
        DeskView("Desk", "support@desk.example"),
        text=text,
        reason=text,
        comment=text,
        files=view.attachments * 2,
    )
    assert view.text == context.text == context.reason == context.comment == fitting(text)
    assert len(view.attachments) == len(context.files) == 100
