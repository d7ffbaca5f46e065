"""On the running desk, in both modes: agents and customers write with each mail program there is,
and what they wrote does, and says, what they meant."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.pipeline.written import PROGRAMS
from tests.stories.running_desk import Inbox, RunningDesk, address_in, text_of, write

DESK, BEN = "support@desk.example", "ben@desk.example"
LINES = ("#take", "#priority high", "#tag +vip", "#wait")
WORDS = ("The cable was loose.", "It's \"fixed\" now, isn't it?")
BACK = ("It prints again.", "So it was the cable.")


@pytest.fixture
def desk(own_desk: RunningDesk) -> RunningDesk:
    return own_desk


def plain(text: str) -> str:
    """With typed quotation marks and single spaces."""
    for one, other in {"\u201c": '"', "\u201d": '"', "\u2019": "'", "\xa0": " "}.items():
        text = text.replace(one, other)
    return " ".join(text.split())


def customer(name: str) -> str:
    return f"{name.replace(' ', '.').replace(',', '').lower()}@programs.example"


def sent(desk: RunningDesk, name: str, mail: EmailMessage, sender: str, *lines: str) -> None:
    """This mail is answered with that program."""
    raw = PROGRAMS[name](mail, sender, lines)
    desk.send(raw, sender, address_in(mail["Reply-To"]))


def test_what_each_program_writes_is_done_and_told(desk: RunningDesk, inbox: Inbox) -> None:
    for name in PROGRAMS:
        sender = customer(name)
        desk.send(write(sender, DESK, f"Written with {name}.", "It jams."), sender, DESK)
    for name in PROGRAMS:
        inbox.take(customer(name))  # it has come
        notice = inbox.take(BEN, subject=f"Written with {name}.")
        sent(desk, name, notice, BEN, *LINES, "", *WORDS)
    for name in PROGRAMS:
        mail = inbox.take(customer(name))
        said = plain(text_of(mail))
        assert plain(" ".join(WORDS)) in said, name
        assert not any(line in said for line in ("#take", "#Take", "riority", "Galaxy", "iPhone"))
        receipt = plain(text_of(inbox.take(BEN, subject=f"Written with {name}.")))
        assert all(line in receipt.lower() for line in LINES), (name, receipt)
        sent(desk, name, mail, customer(name), *BACK)
    for name in PROGRAMS:
        news = plain(text_of(inbox.take(BEN, subject=f"Written with {name}.")))
        assert plain(" ".join(BACK)) in news, (name, news)
        (one,) = desk.tickets_of(customer(name))
        ticket = desk.ticket(one["reference"])
        stands = (ticket["assignee"], ticket["priority"], ticket["labels"], ticket["status"])
        assert stands == (BEN, "high", ["vip"], "in_progress"), name
        first, _, last = (plain(message["reply"]) for message in ticket["messages"])
        assert (first, last.startswith(plain(" ".join(BACK)))) == ("It jams.", True), name
    assert desk.quarantine() == []
