"""An agent chooses by mail when they hear of things, and of what, with Outlook and on the running
desk: in one process, and in several on PostgreSQL and Redis."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.pipeline.written import PROGRAMS
from tests.stories.running_desk import Inbox, RunningDesk, address_in, answer, text_of, write

DESK, BEN, ANA = "support@desk.example", "ben@desk.example", "ana@desk.example"
KIM, LEE = "kim@night.example", "lee@night.example"


@pytest.fixture
def desk(own_desk: RunningDesk) -> RunningDesk:
    return own_desk


def writes(desk: RunningDesk, customer: str, subject: str, text: str) -> None:
    desk.send(write(customer, DESK, subject, text), customer, DESK)


def says(desk: RunningDesk, inbox: Inbox, notice: EmailMessage, *lines: str) -> str:
    """Ben answers this notification with Outlook; what he is told, in one line."""
    sent = PROGRAMS["Outlook"](notice, BEN, lines)
    desk.send(sent, BEN, address_in(notice["Reply-To"]))
    told = inbox.take(BEN, subject=f"Re: {str(notice['Subject']).partition('] ')[2]}")
    return " ".join(text_of(told).split())


def test_an_agent_chooses_bundles_quiet_hours_and_events_with_outlook(
    desk: RunningDesk, inbox: Inbox
) -> None:
    writes(desk, KIM, "The first one", "It is dark.")
    notice = inbox.take(BEN, subject="The first one")
    inbox.take(ANA, subject="The first one")
    acknowledged = inbox.take(KIM)
    told = says(desk, inbox, notice, "#bundle 10m")
    assert "one mail in 10 minutes: the first at once" in told
    assert "Before: Each notice is a mail of its own. #bundle default takes that back." in told
    for text in ("It is darker.", "It is darkest."):
        again = answer(acknowledged, KIM, text)
        desk.send(again, KIM, address_in(again["To"]))
        inbox.take(ANA, subject="The first one", ticket="TKT-0001")
    desk.kill()
    desk.revive()
    assert "#bundle 10m takes that back" in says(desk, inbox, notice, "#bundle off")
    both = text_of(inbox.take(BEN, ticket="TKT-0001"))
    assert "It is darker." in both and "It is darkest." in both
    night = "#quiet-hours 0:00 - 24:00", "#notify status, priority off"
    told = says(desk, inbox, notice, *night)
    assert "From 0:00 to 24:00 nothing is sent to you" in told
    assert "You are not told of: status, priority." in told
    writes(desk, LEE, "Lights out", "It squeaks.")
    inbox.take(ANA, subject="Lights out")  # whoever chose nothing hears at once
    assert [one["Subject"] for one in inbox.to(BEN)] == []
    (ben,) = (one for one in desk.json("agents", "list")["agents"] if one["address"] == BEN)
    off = ["notify priority off", "notify status off"]
    assert sorted(ben["chosen"]) == ["bundle off", *off, "quiet-hours 0:00-24:00"]
    assert "You have no quiet hours." in says(desk, inbox, notice, "#quiet-hours off")
    assert "It squeaks." in text_of(inbox.take(BEN, subject="Lights out"))
    refused = says(desk, inbox, notice, "#quiet-hours at night")
    assert "such as #quiet-hours 20:00-7:00, or #quiet-hours off" in refused
