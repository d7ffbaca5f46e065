"""Which answers belong into the mailbox as well: what agents wrote, once, where they wrote from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from maildesk.config.settings import ImapMailbox, Relay
from maildesk.pipeline.letters.copies import keeper_of, keeps_by_itself
from tests.pipeline.place import SUPPORT, Place, mail

KIM, BEN = "kim@customer.example", "ben@desk.example"


def box(name: str, address: str = "", *, sent: bool = True) -> ImapMailbox:
    return ImapMailbox(name=name, host="imap.example", username="u", address=address, sent=sent)


def keeping(place: Place, *boxes: ImapMailbox) -> None:
    place.services.settings.imap[:] = boxes


def wanted(place: Place) -> list[Any]:
    return [(row.outbox_id, row.mailbox, row.state) for row in place.rows("sent_copies")]


def test_an_agents_answer_is_wanted_and_nothing_else(place: Place) -> None:
    keeping(place, box("support", SUPPORT))
    place.receive(mail())
    assert wanted(place) == []  # an acknowledgement and notifications
    place.answer(BEN, "Found it.")
    (answer,) = place.rows("outbox", purpose="reply")
    assert wanted(place) == [(answer.id, "support", "waiting")]


def test_of_an_answer_to_several_there_is_one_copy_the_requesters(place: Place) -> None:
    keeping(place, box("support", SUPPORT))
    place.receive(mail(Cc="lee@customer.example"))
    place.answer(BEN, "Found it.")
    answers = place.rows("outbox", purpose="reply")
    assert len(answers) == 2
    ((row_id, _, _),) = wanted(place)
    assert place.row("outbox", row_id).recipient == KIM


def test_without_a_mailbox_that_keeps_them_there_are_none(place: Place) -> None:
    keeping(place, box("support", SUPPORT, sent=False))
    place.receive(mail())
    place.answer(BEN, "Found it.")
    assert wanted(place) == []


@pytest.mark.parametrize(
    ("boxes", "keeper"),
    [
        ((box("billing", "billing@desk.example"), box("support", SUPPORT)), "support"),
        ((box("support", SUPPORT, sent=False), box("billing", "billing@desk.example")), None),
        ((box("all"),), "all"),
        ((box("none", sent=False),), None),
    ],
)
def test_the_mailbox_of_the_address_keeps_them(
    boxes: tuple[ImapMailbox, ...], keeper: str | None
) -> None:
    found = keeper_of(boxes, SUPPORT.upper())
    assert (found.name if found else None) == keeper


def test_what_exchange_is_posted_it_keeps_by_itself(tmp_path: Path) -> None:
    place = Place(tmp_path / "desk", relay=Relay(kind="graph", username=SUPPORT))
    keeping(place, box("support", SUPPORT))
    place.receive(mail())
    place.answer(BEN, "Found it.")
    assert place.rows("outbox", purpose="reply")
    assert wanted(place) == []
    place.services.db.close()


@pytest.mark.parametrize(
    ("relay", "imap", "log_in", "kept"),
    [
        ("smtp.gmail.com", "imap.gmail.com", "u", True),
        ("SMTP.gmail.com", "imap.googlemail.com", "U", True),
        ("smtp.gmail.com", "imap.gmail.com", "another", False),  # it lies in that one's mailbox
        ("smtp-relay.gmail.com", "imap.gmail.com", "u", False),
        ("smtp.sendgrid.net", "imap.gmail.com", "u", False),
        ("smtp.gmail.com", "imap.hoster.example", "u", False),
        ("smtp.hoster.example", "imap.hoster.example", "u", False),
    ],
)
def test_gmail_keeps_what_its_own_log_in_sends(
    relay: str, imap: str, log_in: str, kept: bool
) -> None:
    mailbox = ImapMailbox(name="support", host=imap, username="u")
    assert keeps_by_itself(Relay(host=relay, username=log_in), mailbox) is kept


def test_a_gmail_mailbox_keeps_what_another_relay_sends(place: Place) -> None:
    keeping(place, box("support", SUPPORT).model_copy(update={"host": "imap.gmail.com"}))
    place.receive(mail())
    place.answer(BEN, "Found it.")
    assert len(wanted(place)) == 1
