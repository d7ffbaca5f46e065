"""On the running desk, in both modes: a customer asks how it stands, brings somebody in, closes the
ticket and opens it again, without anybody's help; and what others try in their name."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM, LEE = "support@desk.example", "kim@customer.example", "lee@customer.example"
EVE, BEN = "eve@elsewhere.example", "ben@desk.example"


@pytest.fixture
def desk(own_desk: RunningDesk) -> RunningDesk:
    return own_desk


def tap(desk: RunningDesk, who: str, letter: EmailMessage, line: str, number: int) -> EmailMessage:
    """A mail program opens the button that sends this line; whoever has the mail sends it."""
    page = letter.get_body(("html",))
    assert page is not None
    links = re.findall(r'href="(mailto:[^"]+)"', str(page.get_content()))
    for link in (urlsplit(one.replace("&amp;", "&")) for one in links):
        asked = parse_qs(link.query)
        if asked["body"] == [line]:
            to, sent = unquote(link.path), f"<tap{number}@{who.rpartition('@')[2]}>"
            mail = write(who, to, asked["subject"][0], line, Message_ID=sent)
            desk.send(mail, who, to)
            return mail
    raise AssertionError(line)


def shown(desk: RunningDesk) -> Any:
    return desk.ask("ticket", "show", "TKT-0001")


def test_a_customer_helps_themselves(desk: RunningDesk, inbox: Inbox) -> None:
    desk.send(write(f"Kim <{KIM}>", DESK, "Printer", "It smokes."), KIM, DESK)
    greeting = inbox.take(KIM)
    tap(desk, EVE, greeting, "#close", 1)
    wait_until(lambda: shown(desk)["strangers"], "a stranger waits, and has closed nothing")
    assert shown(desk)["status"] == "open"
    tap(desk, KIM, greeting, "#status", 2)
    stands = inbox.take(KIM)
    assert "Status: open" in text_of(stands)
    brings = answer(stands, KIM, f"#add {LEE}")
    desk.send(brings, KIM, address_in(brings["To"]))
    assert f"Added: {LEE}" in text_of(inbox.take(KIM))
    hello = inbox.take(LEE)
    assert f"{KIM} has added you" in text_of(hello)
    closes = answer(hello, LEE, "#close")
    desk.send(closes, LEE, address_in(closes["To"]))
    assert "Only the person who made this request" in text_of(inbox.take(LEE))
    assert shown(desk)["status"] == "open"
    tap(desk, LEE, hello, "#leave", 3)
    assert "You have left" in text_of(inbox.take(LEE))
    inbox.forget()
    closed = tap(desk, KIM, greeting, "#close", 4)
    assert "Your request is closed." in text_of(inbox.take(KIM))
    assert "TKT-0001 is closed now" in text_of(inbox.take(BEN))
    assert shown(desk)["status"] == "closed"
    reopens = answer(greeting, KIM, "It smokes again.\n\n#reopen")
    desk.send(reopens, KIM, address_in(reopens["To"]))
    assert "It smokes again." in text_of(inbox.take(BEN))
    wait_until(lambda: shown(desk)["status"] == "open", "it is open again")
    desk.send(closed, EVE, address_in(closed["To"]))  # the very same mail, sent again by a stranger
    desk.send(write(f"Kim <{KIM}>", DESK, "Scanner", "Another one."), KIM, DESK)
    wait_until(lambda: len(desk.tickets()) == 2, "what came behind it")
    assert shown(desk)["status"] == "open"
    acts = [(one["who"], one["detail"]["verb"]) for one in desk.ticket("TKT-0001")["history"]
            if one["what"] == "asked"]  # fmt: skip
    assert acts == [(KIM, "status"), (KIM, "add"), (LEE, "close"), (LEE, "leave"), (KIM, "close"),
                    (KIM, "reopen")]  # fmt: skip
