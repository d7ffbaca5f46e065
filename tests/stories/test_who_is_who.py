"""Who is who on the running desk: aliases of its own, blind copies, the postmaster, one person in
two spellings."""

from __future__ import annotations

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

DESK = "support@desk.example"
BEN = "Ben <ben@desk.example>"


def test_an_alias_that_nobody_named_gets_no_mail_and_what_comes_back_ends_quietly(
    desk: RunningDesk, inbox: Inbox
) -> None:
    zoe = "zoe@alias.example"
    desk.send(write(zoe, "info@desk.example", "Alias case", "The letter came back."), zoe, DESK)
    notice = inbox.take("ben@desk.example", subject="Alias case")
    inbox.take(zoe)  # the acknowledgement
    to = address_in(notice["Reply-To"])
    desk.send(answer(notice, BEN, "It is on its way."), "ben@desk.example", to)
    reply = inbox.take(zoe)
    assert "It is on its way." in text_of(reply)
    assert "info@" not in str(reply["Cc"])

    desk.send(reply.as_bytes(), DESK, DESK)  # info@ was in somebody's Cc all the same
    wait_until(lambda: "came_back" in desk.log(), "our own mail has come back")
    assert all(row["sender"] != DESK for row in desk.quarantine())
    assert [m for m in inbox.left() if "info@desk.example" in m.rcpt_to] == []


def test_who_had_a_mail_openly_hears_nothing_of_the_desk_in_bcc(
    desk: RunningDesk, inbox: Inbox
) -> None:
    zoe, partner = "zoe@blind.example", "partner@third.example"
    offer = write(zoe, f"Partner <{partner}>", "Our offer", "For your information.")
    desk.send(offer, zoe, DESK)
    notice = inbox.take("ben@desk.example", subject="Our offer")
    assert f"#cc +{partner}" in text_of(notice)
    to = address_in(notice["Reply-To"])
    inbox.take(zoe)
    desk.send(answer(notice, BEN, "Thank you for it."), "ben@desk.example", to)
    assert "Thank you for it." in text_of(inbox.take(zoe))
    assert inbox.to(partner) == []


@pytest.mark.parametrize("to", ["postmaster@desk.example", "ABUSE@Desk.example", "PostMaster"])
def test_the_postmaster_is_taken_at_the_door_and_the_admins_have_the_mail(
    desk: RunningDesk, inbox: Inbox, to: str
) -> None:
    desk.send(write("ed@far.example", to, f"To {to}", "You send us spam."), "ed@far.example", to)
    told = inbox.take("ana@desk.example", subject=f"To {to}")
    assert told["Reply-To"] == "ed@far.example"
    assert "You send us spam." in str(told)
    assert desk.tickets_of("ed@far.example") == []


def test_both_spellings_of_a_domain_are_one_person(desk: RunningDesk, inbox: Inbox) -> None:
    ascii_form, other = "info@xn--exmple-cua.example", "info@exämple.example"
    desk.send(write(ascii_form, DESK, "Two spellings", "One."), ascii_form, DESK)
    ack = inbox.take(ascii_form)
    raw = answer(ack, ascii_form, "Two.").as_bytes().replace(ascii_form.encode(), other.encode())
    desk.send(raw, ascii_form, address_in(ack["Reply-To"]))
    reference = str(ack["X-Maildesk-Ticket"])
    wait_until(
        lambda: desk.ask("ticket", "show", reference)["message_count"] == 2, "the answer is there"
    )
    (person,) = desk.ask("ticket", "show", reference)["participants"]
    assert person["address"] == ascii_form
