"""Octets become a Message, or BadMessage where there is nothing at all."""

from __future__ import annotations

import pytest

from maildesk.errors import BadMessage
from maildesk.mail.message import Role
from maildesk.mail.parse import parse
from tests.corpus.odd import HELLO, PDF, attached, mixed, part, plain


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \x00\n"])
def test_nothing_is_a_bad_message(raw: bytes) -> None:
    with pytest.raises(BadMessage):
        parse(raw)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Tag,\n\nseit heute früh druckt der Drucker nur halb. Können Sie helfen?", "de"),
        ("E-42, 2. OG", "en-us"),
    ],
)
def test_the_words_say_more_of_the_language_than_the_field(text: str, language: str) -> None:
    """Thunderbird names the language of its spelling, Exchange that of the mailbox."""
    body = text.encode()
    head = b"Content-Language: en-US\nContent-Type: text/plain; charset=utf-8\n"

    assert parse(plain(body, head=head)).language == language


def test_a_letter_has_all_its_fields() -> None:
    message = parse(
        plain(
            b"Hello\n\n-- \nAna",
            head=b"Cc: bo@x.example\nReply-To: other@x.example\nContent-Language: de\n",
        )
    )

    assert message.message_id == "odd@customer.example"
    assert message.sender is not None
    assert (message.sender.name, message.sender.key) == ("Ana Lind", "ana@customer.example")
    assert [box.address for box in (*message.to, *message.cc, *message.reply_to)] == [
        "support@desk.example",
        "bo@x.example",
        "other@x.example",
    ]
    assert message.date is not None
    assert message.date.isoformat() == "2026-11-10T08:30:00+00:00"
    assert message.language == "de"
    assert message.reply == "Hello"
    assert [part.role for part in message.parts] == [Role.NEW, Role.SIGNATURE]


def test_headers_are_all_there_topmost_first() -> None:
    message = parse(
        plain(b"x", head=b"Received: second hop\nReceived: first hop\nX-Note: =?utf-8?Q?=C3=A4?=\n")
    )

    assert message.headers["received"] == ("second hop", "first hop")
    assert message.header("X-Note") == "ä"
    assert message.header("X-None") == ""


def test_text_and_page_of_different_parts_are_both_readable() -> None:
    message = parse(mixed(HELLO, part(b"text/html", b"<p>and a page</p>")))

    assert "Hello from the body" in message.text
    assert "and a page" in message.text


def test_a_forwarded_message_is_opened_and_still_attached() -> None:
    inner = b"From: Carl <carl@x.example>\nTo: ana@x.example\nSubject: Inner\n\nInner words"
    message = parse(mixed(HELLO, part(b"message/rfc822", inner)))

    assert message.forwarded is not None
    assert message.forwarded.sender is not None
    assert (message.forwarded.sender.address, message.forwarded.text.strip()) == (
        "carl@x.example",
        "Inner words",
    )
    assert [file.content_type for file in message.attachments] == ["message/rfc822"]


def test_a_message_with_files_alone_has_no_text() -> None:
    message = parse(mixed(attached(b"a.pdf", PDF)))

    assert (message.text, message.reply, message.parts) == ("", "", ())
    assert len(message.attachments) == 1
