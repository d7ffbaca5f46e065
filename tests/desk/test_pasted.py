"""Somebody else's mail below a customer's words is what they ask about; what was said in the
conversation is a quote."""

from __future__ import annotations

import pytest

from maildesk.desk.threads.pasted import with_pasted
from maildesk.mail.message import Message, Role
from maildesk.mail.parse import parse

KNOWN = {"nils@client.example", "support@desk.example"}
CUT = "Your line will be cut on 1 December unless you sign the form."
BLOCKS = {
    "outlook": "From: Provider Care <care@provider.example>\n"
    "Sent: Thursday, 26 November 2026 09:00\n"
    "To: Nils <nils@client.example>\nSubject: Your line\n\n",
    "original": "-----Original Message-----\n"
    "From: Provider Care [mailto:care@provider.example]\n"
    "Sent: Thursday, 26 November 2026 09:00\n"
    "To: Nils\nSubject: Your line\n\n",
    "german": "________________________________\n"
    "Von: Provider Care <care@provider.example>\n"
    "Gesendet: Donnerstag, 26. November 2026 09:00\n"
    "An: Nils <nils@client.example>\nBetreff: Ihr Anschluss\n\n",
    "french": "De : Provider Care <care@provider.example>\n"
    "Envoyé : jeudi 26 novembre 2026 09:00\n"
    "À : Nils <nils@client.example>\nObjet : Votre ligne\n\n",
    "attribution": "On Thu, 26 Nov 2026 at 09:00, Provider Care <care@provider.example> wrote:\n",
}
OURS = (
    "From: Desk <support@desk.example>\nSent: Thursday, 26 November 2026 10:00\n"
    "To: Nils <nils@client.example>\nSubject: Cut me [TKT-0041]\n\n"
    "We look into it.\n"
)


def read(text: str, html: bool = False) -> Message:
    kind = "text/html" if html else "text/plain"
    body = text.replace("<", "&lt;").replace("\n", "<br>\n") if html else text
    raw = (
        "From: Nils <nils@client.example>\r\nTo: support@desk.example\r\n"
        "Subject: Re: Cut me [TKT-0041]\r\nIn-Reply-To: <m0.x@desk.example>\r\n"
        f"Message-ID: <paste@client.example>\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{body}"
    )
    return with_pasted(parse(raw.encode()), KNOWN.__contains__)


@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
@pytest.mark.parametrize("block", BLOCKS)
def test_a_third_partys_mail_is_told_as_forwarded(block: str, html: bool) -> None:
    body = f"> {CUT}" if block == "attribution" else CUT
    message = read(
        f"Hello, they sent me this. What shall I answer?\n\n{BLOCKS[block]}{body}\n", html
    )
    assert message.reply == "Hello, they sent me this. What shall I answer?"
    assert CUT in message.shown
    assert "care@provider.example" in message.shown
    assert message.forwarded is not None and message.forwarded.sender is not None
    assert message.forwarded.sender.address == "care@provider.example"
    assert CUT in message.forwarded.text
    assert "".join(part.text for part in message.parts) == message.text


def test_our_own_words_below_it_are_still_a_quote() -> None:
    message = read(f"What is this?\n\n{BLOCKS['outlook']}{CUT}\n\n{OURS}")
    assert CUT in message.shown
    assert "We look into it." not in message.shown
    assert [part.role for part in message.parts] == [Role.NEW, Role.FORWARD, Role.QUOTE]


@pytest.mark.parametrize("who", sorted(KNOWN))
def test_what_was_said_in_the_conversation_is_a_quote(who: str) -> None:
    block = BLOCKS["outlook"].replace("care@provider.example", who)
    message = read(f"Thanks.\n\n{block}We look into it.\n")
    assert message.shown == "Thanks."
    assert message.forwarded is None


def test_a_name_without_an_address_says_too_little() -> None:
    block = BLOCKS["outlook"].replace(" <care@provider.example>", "")
    assert read(f"Thanks.\n\n{block}We look into it.\n").shown == "Thanks."
