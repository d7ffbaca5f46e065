"""Quiet hours and the digest on the running desk, as an agent has them: in one process, and in
several on PostgreSQL and Redis."""

from __future__ import annotations

import pytest

from tests.stories.clients import taps
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    write,
)

DESK, BEN, ANA = "support@desk.example", "ben@desk.example", "ana@desk.example"
KIM, LEE = "kim@night.example", "lee@night.example"


@pytest.fixture
def desk(own_desk: RunningDesk) -> RunningDesk:
    return own_desk


def writes(desk: RunningDesk, customer: str, subject: str, text: str) -> None:
    desk.send(write(customer, DESK, subject, text), customer, DESK)


def edited(desk: RunningDesk, old: str, new: str) -> None:
    """Its agents are others when it is started again: so all of its processes know it."""
    file = desk.folder / "agents.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_quiet_night_is_one_mail_and_the_digest_comes_when_it_is_asked_for(
    desk: RunningDesk, inbox: Inbox
) -> None:
    writes(desk, KIM, "The first one", "It is dark.")
    notice = inbox.take(BEN, subject="The first one")
    asked = answer(notice, BEN, "#digest")
    desk.send(asked, BEN, address_in(notice["Reply-To"]))
    digest = inbox.take(BEN, subject="Your tickets: 0 waiting for you, 0 overdue, 1 unassigned")
    assert "The first one" in text_of(digest) and taps(digest, "#take")
    night = "name: Ben Okafor\n    notices: {quiet: 0:00-24:00}"
    desk.stop()
    edited(desk, "name: Ben Okafor", night)
    desk.start()
    writes(desk, KIM, "Lights out", "It went dark again.")
    writes(desk, LEE, "A noise", "It squeaks.")
    for subject in ("Lights out", "A noise"):
        inbox.take(ANA, subject=subject)  # whoever chose no quiet hours hears at once
    assert [one["Subject"] for one in inbox.to(BEN) if "squeaks" in text_of(one)] == []
    desk.kill()
    edited(desk, "quiet: 0:00-24:00", "quiet: no")
    desk.revive()
    morning = text_of(inbox.take(BEN, subject="2 tickets have news"))
    assert "It went dark again." in morning and "It squeaks." in morning
    writes(desk, LEE, "By day", "It is bright.")
    inbox.take(BEN, subject="By day")
    assert [one["Subject"] for one in inbox.to(BEN) if "squeaks" in text_of(one)] == []
