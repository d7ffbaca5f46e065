"""A customer with several addresses on the running desk: joined by an agent, by an answer of their
own, and taken apart again."""

from __future__ import annotations

from email.message import EmailMessage

from tests.stories.running_desk import Inbox, RunningDesk, address_in, answer, text_of, write

DESK, BEN = "support@desk.example", "Ben <ben@desk.example>"


def proof(address: str) -> str:
    """The word of the server that desk.yaml names."""
    return f"mx.desk.example; dkim=pass header.d={address.partition('@')[2]}"


def says(desk: RunningDesk, notice: EmailMessage, text: str) -> None:
    """Ben answers this notification."""
    ben = "ben@desk.example"
    mail = answer(notice, BEN, text, Authentication_Results=proof(ben))
    desk.send(mail, ben, address_in(notice["Reply-To"]))


def test_two_addresses_become_one_customer_and_two_again(desk: RunningDesk, inbox: Inbox) -> None:
    desk.edit("desk.yaml", "  # authserv_id: mx.desk.example", "  authserv_id: mx.desk.example")
    old, new = "eva@lund.example", "eva@home.example"
    desk.send(write(f"Eva Lund <{old}>", DESK, "The lamp", "It hums."), old, DESK)
    ack = inbox.take(old)
    inbox.take("ben@desk.example", subject="The lamp")
    reference = str(ack["X-Maildesk-Ticket"])

    text = "And it flickers."
    mail = answer(ack, f"Eva Lund <{new}>", text, Authentication_Results=proof(new))
    desk.send(mail, new, address_in(ack["Reply-To"]))
    notice = inbox.take("ben@desk.example", subject="The lamp")
    assert f"{new} has joined as another address of Eva Lund" in text_of(notice)
    assert desk.ask("ticket", "show", reference)["also"] == [new]

    says(desk, notice, "#all\nPull the plug.")
    assert "Pull the plug." in text_of(inbox.take(old))
    assert "Pull the plug." in text_of(inbox.take(new)), "nobody has said yet that it is she"
    inbox.take("ben@desk.example", subject="The lamp")  # what the mail did
    says(desk, notice, f"#also {new}")
    assert f"#also -{new}" in text_of(inbox.take("ben@desk.example", subject="The lamp"))
    says(desk, notice, "#all\nPlug it in.")
    assert "Plug it in." in text_of(inbox.take(old))
    inbox.take("ben@desk.example", subject="The lamp")
    assert inbox.to(new) == []
    learnt = desk.json("contacts")["addresses"]
    assert [(one["address"], one["how"]) for one in learnt] == [(old, "first"), (new, "agent")]

    says(desk, notice, f"#also -{new}")
    inbox.take("ben@desk.example", subject="The lamp")
    assert desk.json("contacts")["addresses"] == []
