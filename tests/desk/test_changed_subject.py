"""What a changed subject says, and what is no change."""

from __future__ import annotations

import pytest

from maildesk.desk.threads.changed_subject import new_words, with_words
from maildesk.mail.parse import parse

KNOWN = ("Paper for printer 4711 in the second floor is used up", "Your message")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (
            "Re: STOP - paper came, cancel the order [TKT-0119]",
            "STOP - paper came, cancel the order",
        ),
        ("AW: Bitte stornieren [TKT-0119]", "Bitte stornieren"),
        ("[EXTERNAL] Re: Thank you! [TKT-0119]", "Thank you!"),
        (f"Re: {KNOWN[0]} - solved [TKT-0119]", f"{KNOWN[0]} - solved"),
    ],
)
def test_other_words_are_new(subject: str, words: str) -> None:
    assert new_words(subject, KNOWN, "TKT-{:04d}") == words


@pytest.mark.parametrize(
    "subject",
    [
        f"Re: {KNOWN[0]} [TKT-0119]",
        f"RE: AW: Re: {KNOWN[0].upper()}",
        f"[EXTERNAL] Re: [EXT] {KNOWN[0]} [TKT-0119]",
        f"***SPAM*** Re: {KNOWN[0]}",
        "Re: Paper for printer 4711 in the second fl",
        "Re: [TKT-0119] Your message",
        "[TKT-0119]",
        "Re:",
        "",
    ],
)
def test_the_same_subject_says_nothing_new(subject: str) -> None:
    assert new_words(subject, KNOWN, "TKT-{:04d}") == ""


def test_the_words_stand_above_text_and_page() -> None:
    raw = (
        b"From: a@x.example\r\nSubject: Re: STOP\r\nContent-Type: text/html\r\n\r\n"
        b"<p>Thanks &amp; bye</p>"
    )
    message = with_words(parse(raw), "Subject: STOP <now>")
    assert message.reply == "Subject: STOP <now>\n\nThanks & bye"
    assert message.html.startswith("<p>Subject: STOP &lt;now&gt;</p>")
    assert "".join(part.text for part in message.parts) == message.text


def test_they_stand_alone_where_nothing_else_is_written() -> None:
    message = with_words(parse(b"From: a@x.example\r\nSubject: Re: STOP\r\n\r\n"), "Subject: STOP")
    assert (message.text, message.reply, message.shown) == ("Subject: STOP",) * 3
