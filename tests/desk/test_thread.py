"""Which ticket a message belongs to: its clues, best first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from maildesk.desk.policy import DeskAddress
from maildesk.desk.threads import thread
from maildesk.desk.threads.links import KeyRing, Purpose, signed_address, signed_message_id
from maildesk.desk.threads.thread import Clues, is_forward_subject
from maildesk.mail.message import Envelope, Mailbox, Message
from tests.desk.stories import ANA, BEN, POLICY, SUPPORT, message

RING = KeyRing({"1": sha256(b"key").digest()})
TODAY = date(2026, 11, 20)


def read(read_from: Message, *rcpt_to: str) -> Clues:
    return thread.read(read_from, Envelope("ana@harbour.example", rcpt_to), POLICY, RING, TODAY)


def made(
    purpose: Purpose,
    number: int,
    person: str = ANA.address,
    until: date = date(2027, 1, 1),
    mailbox: str = SUPPORT.address,
) -> str:
    return signed_address(RING, mailbox, purpose, number, person, until)


@pytest.mark.parametrize(
    "field",
    [
        "envelope",
        "to",
        "cc",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-delivered-to",
        "x-forwarded-to",
        "original-recipient",
    ],
)
def test_a_signed_address_is_found_wherever_a_recipient_is_named(field: str) -> None:
    address = made(Purpose.REQUESTER, 7)
    to = (Mailbox("Support", "support@desk.example"),)
    if field == "envelope":
        clues = read(message(to=to), address)
    elif field in ("to", "cc"):
        boxes: dict[str, Any] = {"to": to, field: (Mailbox("", address),)}
        clues = read(message(**boxes), "support@desk.example")
    else:
        value = f"rfc822; {address}" if field == "original-recipient" else f"<{address}>"
        clues = read(
            message(to=to, headers={field: ("x@y.example", value)}), "support@desk.example"
        )
    assert clues.token is not None
    assert (clues.token.number, clues.token.purpose, clues.address) == (
        7,
        Purpose.REQUESTER,
        SUPPORT,
    )


def test_the_address_made_for_an_agent_comes_before_the_one_made_for_a_customer() -> None:
    for_ana, for_ben = made(Purpose.REQUESTER, 7), made(Purpose.AGENT_REPLY, 8, BEN.address)
    for order in ((for_ana, for_ben), (for_ben, for_ana)):
        found = read(message(), *order).token
        assert found is not None
        assert found.number == 8


def test_one_that_is_still_good_comes_before_one_that_has_expired() -> None:
    old, good = (
        made(Purpose.AGENT_REPLY, 8, BEN.address, date(2026, 11, 19)),
        made(Purpose.REQUESTER, 7),
    )
    found = read(message(), old, good).token
    assert found is not None
    assert found.number == 7
    expired = read(message(), old).token
    assert expired is not None
    assert expired.expired


def test_a_signature_of_a_mailbox_that_is_not_ours_says_nothing() -> None:
    clues = read(message(to=()), made(Purpose.REQUESTER, 7, mailbox="gone@desk.example"))
    assert clues.token is None
    assert clues.address is None


def test_our_own_message_ids_are_read_from_in_reply_to_then_from_the_right() -> None:
    first, last = (signed_message_id(RING, n, "aa", "desk.example") for n in (1, 2))
    assert read(message(references=(first, "x@y", last))).signed_ticket == 2
    assert read(message(in_reply_to=(first,), references=(last,))).signed_ticket == 1
    assert read(message(references=("x@y",))).signed_ticket is None
    assert read(message(in_reply_to=("m@1",), references=("a@1", "b@1", "m@1"))).message_ids == (
        "m@1",
        "b@1",
        "a@1",
    )


def test_odd_message_ids_are_no_error() -> None:
    odd = (
        "",
        "@",
        "m1x-éééééééééééééééé@desk.example",
        "m1\udc80-" + "0" * 16 + "@desk.example",
        "m" * 5000,
    )
    clues = read(message(in_reply_to=odd, references=odd))
    assert clues.signed_ticket is None


def test_in_a_mailbox_the_alias_a_mail_was_written_to_counts_and_not_the_mailbox() -> None:
    hilfe = DeskAddress("hilfe@desk.example", "support", "Hilfe", language="de")
    desk = replace(POLICY, addresses=(SUPPORT, hilfe))
    written = message(to=(Mailbox("", hilfe.address),))
    for via, found in (("imap:support", hilfe), ("smtp", SUPPORT)):
        envelope = Envelope("ana@harbour.example", (SUPPORT.address,), via)
        assert thread.read(written, envelope, desk, RING, TODAY).address == found
    unknown = thread.read(
        message(to=()), Envelope("", (SUPPORT.address,), "imap:support"), desk, RING, TODAY
    )
    assert unknown.address == SUPPORT


def test_the_reference_in_the_subject_is_the_last_clue() -> None:
    assert read(message(subject="Re: [tkt-0007] Printer")).number == 7
    assert read(message(subject="Re: Printer")).number is None


@pytest.mark.parametrize(
    "subject",
    [
        "Fwd: x",
        "FW: x",
        "WG: x",
        "TR: x",
        "RV: x",
        "I: x",
        "Fwd[2]: x",
        "fwd : x",
        "转发：x",
        "転送: x",
        " Weitergeleitet: x",
    ],
)
def test_a_forward_is_known_in_the_language_of_its_client(subject: str) -> None:
    assert is_forward_subject(subject)


@pytest.mark.parametrize(
    "subject", ["Re: Fwd: x", "AW: x", "Fwd", "forward me: x", "", ":", "x: Fwd: y", "回复：x"]
)
def test_a_reply_is_no_forward(subject: str) -> None:
    assert not is_forward_subject(subject)


def test_the_others_are_neither_the_desk_nor_agents_nor_the_sender() -> None:
    boss = Mailbox("Boss", "Boss@harbour.example")
    sent = message(
        to=(Mailbox("", made(Purpose.REQUESTER, 7)), boss, Mailbox("", "BEN@home.example")),
        cc=(
            Mailbox("again", "boss@harbour.example"),
            Mailbox("", "ana@harbour.example"),
            Mailbox("", "undisclosed"),
        ),
    )
    assert thread.others_in(sent, POLICY) == [("boss@harbour.example", "Boss")]


def test_a_crowd_in_cc_is_cut_off() -> None:
    crowd = tuple(Mailbox("", f"{n}@crowd.example") for n in range(500))
    assert len(thread.others_in(message(cc=crowd), POLICY)) == 50
