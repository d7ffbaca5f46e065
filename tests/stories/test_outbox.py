"""Outgoing mail on the running desk: what the relay says of it, what reports say
later, and who is told."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    as_mail,
    text_of,
    wait_until,
    write,
)

DESK = "support@desk.example"
BEN = "Ben <ben@desk.example>"
OTHERS = ("ana@desk.example", "carla@desk.example")


@pytest.fixture
def inbox(desk: RunningDesk) -> Inbox:
    """What the desk sends from now on; the relay takes everything until told otherwise."""
    desk.relay.reset()
    return Inbox(desk.relay)


def test_a_transient_refusal_is_tried_again_with_the_same_bytes(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.relay.answer("kim@later.example", "451 4.3.0 later, please", stage="data", times=2)
    desk.send(write("kim@later.example", DESK, "Later", "Hello."), "kim@later.example", DESK)
    wait_until(lambda: rows(desk, "kim@later.example", "due"), "it waits for its next try")
    acknowledgement = inbox.take("kim@later.example")
    wait_until(
        lambda: rows(desk, "kim@later.example", "sent"), "the desk has heard that it was taken"
    )
    (row,) = rows(desk, "kim@later.example", "sent")
    assert row["attempts"] == 3
    assert row["message_id"] == str(acknowledgement["Message-ID"]).strip("<>")


def test_a_permanent_refusal_is_told_to_the_agent_who_wrote_it_and_resend_works(
    desk: RunningDesk, inbox: Inbox
) -> None:
    _, notice = opened(desk, inbox, "kim@full.example")
    desk.relay.answer("kim@full.example", "552 5.2.2 the mailbox is full", times=1)
    say(desk, notice, "Here is the answer.")
    told = inbox.take("ben@desk.example")
    assert "the mailbox is full" in text_of(told)
    (row,) = rows(desk, "kim@full.example", "failed")
    assert inbox.to("kim@full.example") == []

    resend = resend_address(told)
    desk.send(write(BEN, resend, "Resend", "#resend"), "ben@desk.example", resend)
    reply = inbox.take("kim@full.example")
    assert "Here is the answer." in text_of(reply)
    assert str(reply["Message-ID"]).strip("<>") == row["message_id"]
    history = desk.ask("ticket", "show", str(reply["X-Maildesk-Ticket"]))["history"]
    assert [line["detail"]["recipient"] for line in history if line["what"] == "bounced"] == [
        "kim@full.example"
    ]


def test_a_link_lost_after_the_final_dot_is_tried_once_more_and_then_a_person_is_told(
    desk: RunningDesk, inbox: Inbox
) -> None:
    _, notice = opened(desk, inbox, "kim@lost.example")
    desk.relay.answer("kim@lost.example", "drop", stage="data")
    say(desk, notice, "Once or twice.")
    told = inbox.take("ben@desk.example")
    assert "kim@lost.example" in text_of(told)
    assert len(rows(desk, "kim@lost.example", "uncertain")) == 1
    copies = [
        mail
        for mail in desk.relay.messages
        if mail.rcpt_to == ("kim@lost.example",) and mail.reply == "drop"
    ]
    assert len(copies) == 2
    assert len({mail.raw for mail in copies}) == 1


def test_a_link_lost_once_is_made_up_for_with_the_same_message_id(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.relay.answer("kim@once.example", "drop", stage="data", times=1)
    desk.send(write("kim@once.example", DESK, "Once", "Hello."), "kim@once.example", DESK)
    first, second = inbox.take("kim@once.example"), inbox.take("kim@once.example")
    assert first["Message-ID"] == second["Message-ID"]
    wait_until(lambda: rows(desk, "kim@once.example", "sent"), "it counts as sent")


def test_a_relay_that_was_away_gets_everything_afterwards(desk: RunningDesk, inbox: Inbox) -> None:
    desk.relay.stop()
    try:
        desk.send(write("kim@away.example", DESK, "Away", "Hello."), "kim@away.example", DESK)
        wait_until(
            lambda: [row for row in rows(desk, "kim@away.example", "due") if row["error"]],
            "it waits for the relay, which it says",
        )
    finally:
        desk.relay.start()
    inbox.take("kim@away.example")
    for agent in ("ben@desk.example", *OTHERS):
        inbox.take(agent)


def test_a_report_about_a_reply_is_noted_and_its_writer_told_and_the_address_left_alone(
    desk: RunningDesk, inbox: Inbox
) -> None:
    _, notice = opened(desk, inbox, "kim@gone.example")
    say(desk, notice, "An answer that comes back.")
    reply = inbox.take("kim@gone.example")
    reference = str(reply["X-Maildesk-Ticket"])
    inbox.forget()
    bounce(desk, reply, "kim@gone.example", "5.1.1", "no such user here")
    told = inbox.take("ben@desk.example")
    assert "no such user here" in text_of(told)
    ticket = desk.ask("ticket", "show", reference)
    assert [
        line["detail"]["status"] for line in ticket["history"] if line["what"] == "bounced"
    ] == ["5.1.1"]
    assert ticket["message_count"] == 2

    desk.send(write("kim@gone.example", DESK, "Another matter", "Hello?"), "kim@gone.example", DESK)
    for agent in ("ben@desk.example", *OTHERS):
        inbox.take(agent, subject="Another matter")
    assert inbox.to("kim@gone.example") == []


def test_a_report_about_an_acknowledgement_opens_no_ticket_and_answers_nobody(
    desk: RunningDesk, inbox: Inbox
) -> None:
    acknowledgement, _ = opened(desk, inbox, "kim@typo.example")
    before = len(desk.tickets())
    bounce(desk, acknowledgement, "kim@typo.example", "5.4.4", "no way to that host")
    told = inbox.take("ben@desk.example")
    assert "no way to that host" in text_of(told)
    assert len(desk.tickets()) == before
    assert [m for m in inbox.left() if "mailer-daemon" in str(m.rcpt_to).lower()] == []


def test_a_forged_report_changes_nothing(desk: RunningDesk, inbox: Inbox) -> None:
    acknowledgement, _ = opened(desk, inbox, "kim@forged.example")
    reference = str(acknowledgement["X-Maildesk-Ticket"])
    held = len(desk.quarantine())
    report = dsn("nobody-wrote-this@forged.example", "kim@forged.example", "5.1.1", "ha")
    desk.send(report, "", DESK)
    wait_until(lambda: len(desk.quarantine()) > held, "it is kept aside")
    assert "bounced" not in [
        line["what"] for line in desk.ask("ticket", "show", reference)["history"]
    ]
    desk.send(
        write("kim@forged.example", DESK, "Still answered", "Hello?"), "kim@forged.example", DESK
    )
    inbox.take("kim@forged.example", subject="We have your message")


def opened(desk: RunningDesk, inbox: Inbox, customer: str) -> tuple[EmailMessage, EmailMessage]:
    """A ticket of this customer: the acknowledgement, and Ben's notification; the others' are out
    of the way."""
    desk.send(write(customer, DESK, f"Matter of {customer}", "Hello."), customer, DESK)
    acknowledgement, notice = inbox.take(customer), inbox.take("ben@desk.example")
    for agent in OTHERS:
        inbox.take(agent)
    return acknowledgement, notice


def say(desk: RunningDesk, notice: EmailMessage, text: str) -> None:
    """Ben answers."""
    desk.send(answer(notice, BEN, text), "ben@desk.example", address_in(notice["Reply-To"]))


def bounce(desk: RunningDesk, mail: EmailMessage, recipient: str, status: str, words: str) -> None:
    """A delivery report comes back to the return path of this mail."""
    sent = next(m for m in desk.relay.messages if as_mail(m)["Message-ID"] == mail["Message-ID"])
    desk.send(
        dsn(str(mail["Message-ID"]).strip("<>"), recipient, status, words), "", sent.mail_from
    )


def dsn(message_id: str, recipient: str, status: str, words: str) -> bytes:
    """A delivery report as mail servers write it (RFC 3464)."""
    domain = recipient.rpartition("@")[2]
    text = f"""From: Mail Delivery System <MAILER-DAEMON@{domain}>
To: {DESK}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report.{abs(hash((message_id, words)))}@{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

<{recipient}>: {words}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} {words}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: what we sent

--b--
"""
    return text.replace("\n", "\r\n").encode()


def rows(desk: RunningDesk, recipient: str, state: str) -> list[Any]:
    """The outbox's rows for this address that stand so."""
    return [row for row in desk.outbox("--state", state) if row["recipient"] == recipient]


def resend_address(told: EmailMessage) -> str:
    """Where one writes to have the mail sent again: the link in the text, else the
    address in the HTML."""
    links = [word.strip("<>()") for word in text_of(told).split() if "mailto:" in word]
    assert links, text_of(told)
    return links[0].partition("mailto:")[2].partition("?")[0].replace("%40", "@")
