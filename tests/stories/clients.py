"""Replies and taps as mail programs make them: their threading fields, and how they quote."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from tests.stories.running_desk import address_in, text_of, write

Client = Callable[[EmailMessage, str, str], EmailMessage]


class Tap(NamedTuple):
    """What a mailto: link says (RFC 6068)."""

    to: str
    subject: str
    body: str


def taps(mail: EmailMessage, body: str) -> list[Tap]:
    """The links of this mail, in its page or its text, whose mail begins with these words."""
    found: dict[Tap, None] = {}
    for kind in ("html", "plain"):
        part = mail.get_body((kind,))
        words = unescape(str(part.get_content())) if part is not None else ""
        for link in re.findall(r"mailto:[^\s\"'<>]+", words):
            to, _, query = link.removeprefix("mailto:").partition("?")
            said = dict(pair.partition("=")[::2] for pair in query.split("&"))
            tap = Tap(unquote(to), unquote(said.get("subject", "")), unquote(said.get("body", "")))
            if tap.body.startswith(body):
                found[tap] = None
    return list(found)


def tapped(tap: Tap, sender: str, words: str = "") -> EmailMessage:
    """The mail that opens, sent off: a new one, that answers nothing."""
    return write(sender, tap.to, tap.subject, tap.body + words)


def gmail(to: EmailMessage, sender: str, text: str) -> EmailMessage:
    """In-Reply-To, all of References, "On … wrote:", marks."""
    quoted = "".join(f"> {line}\n" for line in text_of(to).splitlines())
    words = f"{text}\n\nOn Fri, 20 Nov 2026 at 10:00, {to['From']} wrote:\n\n{quoted}"
    return _reply(to, sender, words, In_Reply_To=_id(to), References=_whole(to))


def outlook(to: EmailMessage, sender: str, text: str) -> EmailMessage:
    """References and In-Reply-To, a header block above an unmarked quote, Thread-Index."""
    sent = f"From: {to['From']}\nSent: Friday, November 20, 2026 10:00 AM\n"
    head = f"{sent}To: {to['To']}\nSubject: {to['Subject']}"
    words = f"{text}\n\n________________________________\n{head}\n\n{text_of(to)}"
    thread = {"Thread_Topic": str(to["Subject"]), "Thread_Index": "AQHTh1sVd9CnQ0mZzN0bHnWqJw=="}
    return _reply(to, sender, words, In_Reply_To=_id(to), References=_whole(to), **thread)


def outlook_mobile(to: EmailMessage, sender: str, text: str) -> EmailMessage:
    """In-Reply-To alone, as programs do that drop References."""
    return _reply(to, sender, f"{text}\n\nGet Outlook for iOS", In_Reply_To=_id(to))


def exchange(to: EmailMessage, sender: str, text: str) -> EmailMessage:
    """References alone: a connector on the way has put another id into In-Reply-To."""
    other = "<AM0PR01MB1234@AM0PR01MB1234.eurprd01.prod.outlook.com>"
    return _reply(to, sender, text, In_Reply_To=other, References=_whole(to))


def apple(to: EmailMessage, sender: str, text: str) -> EmailMessage:
    """References holds the mail that is answered, and none of what that one referred to."""
    quoted = "".join(f"> {line}\n" for line in text_of(to).splitlines())
    words = f"{text}\n\n> On 20. Nov 2026, at 10:00, {to['From']} wrote:\n> \n{quoted}"
    return _reply(to, sender, words, In_Reply_To=_id(to), References=_id(to))


CLIENTS: dict[str, Client] = {
    "Gmail": gmail,
    "Outlook": outlook,
    "Outlook mobile": outlook_mobile,
    "Exchange": exchange,
    "Apple Mail": apple,
}


def _reply(to: EmailMessage, sender: str, words: str, **fields: str) -> EmailMessage:
    where = address_in(to["Reply-To"] or to["From"])
    subject = re.sub(r"^(?:Re: )*", "", str(to["Subject"]))
    return write(sender, where, f"Re: {subject}", words, **fields)


def _id(mail: EmailMessage) -> str:
    return str(mail["Message-ID"]).strip()


def _whole(mail: EmailMessage) -> str:
    return " ".join(f"{mail['References'] or mail['In-Reply-To'] or ''} {_id(mail)}".split())
