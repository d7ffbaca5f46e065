"""Words below an unmarked copy of our mail are the customer's."""

from __future__ import annotations

from maildesk.desk.threads.below_copy import may_hold_words, with_words_below
from maildesk.mail.message import Message
from maildesk.mail.parse import parse

OURS = (
    "Hello Kim,\n\nplease pull the paper out at the back of the printer.\n"
    "Then close the flap until it clicks.\n\n-- \nBen Okafor\nExample Support\n"
)
BLOCK = (
    "From: Example Support <support@desk.example>\nSent: Thursday, 26 November 2026 09:00\n"
    "To: Kim <kim@customer.example>\nSubject: Printer\n\n"
)


def read(text: str) -> Message:
    head = "From: Kim <kim@customer.example>\nSubject: Re: Printer\nIn-Reply-To: <a@desk.example>\n"
    return parse(f"{head}\n{text}".encode())


def test_words_below_the_copy_are_new() -> None:
    message = read(f"See below.\n\n{BLOCK}{OURS}\nI did, and the flap is broken.\n")
    assert message.reply == "See below."
    assert may_hold_words(message)
    told = with_words_below(message, [OURS])
    assert told.reply == "See below.\n\nI did, and the flap is broken."
    assert told.shown.endswith("I did, and the flap is broken.")
    assert "pull the paper out" not in told.shown
    assert "".join(part.text for part in told.parts) == told.text


def test_a_copy_alone_has_no_words_below() -> None:
    message = read(f"Thanks.\n\n{BLOCK}{OURS}")
    assert with_words_below(message, [OURS]) is message


def test_what_a_gateway_adds_is_no_word() -> None:
    footer = (
        "This e-mail and any attachments are confidential and may be privileged. If you are not "
        "the intended recipient, please delete it and tell the sender."
    )
    message = read(f"Thanks.\n\n{BLOCK}{OURS}\n\n{footer}\n")
    assert with_words_below(message, [OURS]).reply == "Thanks."


def test_a_quote_of_something_else_stays_one() -> None:
    message = read(f"Thanks.\n\n{BLOCK}Something else altogether.\nWritten by others.\n")
    assert with_words_below(message, [OURS]) is message


def test_a_marked_quote_is_not_looked_through() -> None:
    marked = "\n".join(f"> {line}" for line in OURS.splitlines())
    assert not may_hold_words(read(f"Thanks.\n\nOn Thu, Ben <b@desk.example> wrote:\n{marked}\n"))
