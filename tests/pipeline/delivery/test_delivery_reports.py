"""Delivery reports: what was really sent to that address is noted and told; anything
else changes nothing."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.place import SUPPORT, Place, mail


def report(
    message_id: str,
    recipient: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    words: str = "no such user",
    returned: str = "",
) -> bytes:
    """A delivery report (RFC 3464); `returned` are lines of the returned message beside its
    Message-ID."""
    machine = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
    )
    machine += f"Diagnostic-Code: smtp; 550 {words}\r\n"
    parts = f"--b\r\nContent-Type: text/plain\r\n\r\n<{recipient}>: {words}\r\n"
    parts += f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{machine}\r\n"
    parts += (
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n"
        f"{returned}\r\n--b--"
    )
    kind = "multipart/report; report-type=delivery-status; boundary=b"
    head = {
        "From": "MAILER-DAEMON@mx.example",
        "Subject": "Undelivered Mail",
        "Content_Type": kind,
        "MIME_Version": "1.0",
    }
    return mail(parts, **head)


def replied(place: Place) -> Any:
    """Ben's answer to Kim: its outbox row, sent."""
    place.receive(mail())
    place.answer("ben@desk.example", "Hello Kim.")
    place.deliver()
    (row,) = place.rows("outbox", purpose="reply")
    return row


def test_a_report_to_the_return_path_is_noted_and_its_writer_told(place: Place) -> None:
    row = replied(place)
    done = place.receive(report(row.message_id, row.recipient), "", row.mail_from)
    assert done.outcome == "failed"
    assert place.row("outbox", row.id).state == "failed"
    assert [line.detail["recipient"] for line in place.rows("history", what="bounced")] == [
        "kim@customer.example"
    ]
    assert [told.recipient for told in place.rows("outbox", purpose="agent_undelivered")] == [
        "ben@desk.example"
    ]
    assert [gone.address for gone in place.rows("suppressed")] == ["kim@customer.example"]
    assert len(place.rows("tickets")) == 1


def head_of(place: Place, row: Any) -> str:
    """The line of our mail that its recipient alone has, folded as gateways do it."""
    return (
        f"X-Maildesk-Recipient:\r\n "
        f"{message_from_bytes(place.raw_of(row))['X-Maildesk-Recipient']}\r\n"
    )


@pytest.mark.parametrize(
    "named",
    [
        "x-maildesk-recipient",
        "return-path",
        "diagnostic",
        "x-maildesk-recipient without message-id",
    ],
)
def test_a_report_that_came_elsewhere_proves_itself_by_the_mail_it_brings_back(
    place: Place, named: str
) -> None:
    row = replied(place)
    head, words = head_of(place, row), "no such user"
    if named == "return-path":
        head = f"Return-Path: <{row.mail_from}>\r\n"
    elif named == "diagnostic":
        head, words = "", f"no such user; MAIL FROM:<{row.mail_from.upper()}>"
    message_id = "rewritten@relay.example" if named.endswith("message-id") else row.message_id
    assert (
        place.receive(
            report(message_id, row.recipient, words=words, returned=head), "", SUPPORT
        ).outcome
        == "failed"
    )
    assert place.row("outbox", row.id).state == "failed"
    assert [gone.address for gone in place.rows("suppressed")] == [row.recipient]


def words_of(letter: EmailMessage) -> str:
    """Its text."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def conversation(place: Place) -> tuple[Any, Any]:
    """Ben's answer to Kim, and to Lee, who stands in Cc and knows Kim's Message-ID from
    References."""
    place.receive(mail(Cc="lee@customer.example"))
    place.answer("ben@desk.example", "Hello Kim.")
    place.deliver()
    kim, lee = place.rows("outbox", purpose="reply")
    return kim, lee


def test_a_message_id_proves_nothing_for_everybody_in_the_conversation_knows_it(
    place: Place,
) -> None:
    kim, lee = conversation(place)
    forged = report(kim.message_id, kim.recipient, returned=head_of(place, lee))
    for number, to in enumerate((SUPPORT, lee.mail_from)):
        place.receive(forged.replace(b"Message-ID: <", b"Message-ID: <%d" % number, 1), "", to)
    assert place.row("outbox", kim.id).state == "sent"
    assert "kim@customer.example" not in [gone.address for gone in place.rows("suppressed")]
    assert [held.reason for held in place.rows("quarantine")] == ["unproved_report"]


def test_what_a_report_proves_not_is_told_once_and_can_be_released(place: Place) -> None:
    row = replied(place)
    for number in (1, 2):
        assert (
            place.receive(
                report(row.message_id, row.recipient, words=f"said {number}"), "", SUPPORT
            ).outcome
            == "unproved_report"
        )
    assert "Anybody in the conversation could have" in words_of(
        place.letters("ben@desk.example")[-1]
    )
    assert len(place.rows("outbox", purpose="agent_undelivered")) == 1
    assert [line.detail["recipient"] for line in place.rows("history", what="unproved_report")] == [
        "kim@customer.example"
    ]
    held = place.rows("quarantine")[0]
    with place.services.db.write() as conn:
        spool.release(conn, held.spool_id, "Ana", place.now)
    receive(place.services)
    assert place.row("outbox", row.id).state == "failed"


def test_every_mail_names_its_own_recipient_in_its_head_and_nobody_elses(place: Place) -> None:
    conversation(place)
    rows = [row for row in place.rows("outbox") if row.mail_from]
    assert len(rows) > 4
    for row in rows:
        assert message_from_bytes(place.raw_of(row))["X-Maildesk-Recipient"] == row.mail_from
        assert all(
            other.mail_from.encode() not in place.raw_of(row)
            for other in rows
            if other.recipient != row.recipient
        )


def test_that_an_address_is_left_alone_is_told_and_lifted_by_one_tap(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient), "", row.mail_from)
    text = words_of(place.letters("ben@desk.example")[-1])
    assert "Their server does not know this address. Until 20 December 2026" in text
    found = re.search(r"mailto:(support\+w[^?\s]+)\?\S*body=%23lift", text)
    assert found
    for sender, outcome in (
        ("mallory@evil.example", "held spoofed"),
        ("ben@desk.example", "lifted"),
    ):
        tap = mail("#lift", From=sender, Message_ID=f"<tap.{sender}>")
        assert place.receive(tap, sender, found[1]).outcome == outcome
    assert place.rows("suppressed") == []
    assert [(line.who, line.detail) for line in place.rows("history", what="lifted")] == [
        ("ben@desk.example", {"address": row.recipient})
    ]
    assert "done    #lift" in words_of(place.letters("ben@desk.example")[-1]), (
        "who tapped hears that it is done"
    )


def test_a_report_from_behind_an_alias_names_the_one_we_wrote_to_beside_it(place: Place) -> None:
    row = replied(place)
    behind = report(
        row.message_id, "k.miller@mailboxes.example", returned=head_of(place, row)
    ).replace(
        b"Final-Recipient:",
        f"Original-Recipient: rfc822; {row.recipient}\r\nFinal-Recipient:".encode(),
    )
    assert place.receive(behind, "", SUPPORT).outcome == "failed"
    assert place.row("outbox", row.id).state == "failed"
    assert [gone.address for gone in place.rows("suppressed")] == [row.recipient]


def test_a_full_mailbox_suppresses_nobody(place: Place) -> None:
    row = replied(place)
    place.receive(
        report(row.message_id, row.recipient, status="5.2.2", words="mailbox full"),
        "",
        row.mail_from,
    )
    assert place.rows("suppressed") == []
    assert place.rows("history", what="bounced")


def test_delayed_is_not_failed(place: Place) -> None:
    row = replied(place)
    place.receive(
        report(row.message_id, row.recipient, status="4.4.1", action="delayed"), "", row.mail_from
    )
    assert place.row("outbox", row.id).state == "sent"
    assert place.rows("history", what="bounced") == []
    assert place.rows("suppressed") == []


def test_delivered_changes_nothing(place: Place) -> None:
    row = replied(place)
    place.receive(
        report(row.message_id, row.recipient, status="2.0.0", action="delivered"), "", row.mail_from
    )
    assert place.row("outbox", row.id).state == "sent"
    assert place.rows("outbox", purpose="agent_undelivered") == []


def test_a_report_about_another_address_than_we_wrote_to_changes_nothing(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, "victim@elsewhere.example"), "", SUPPORT)
    assert place.row("outbox", row.id).state == "sent"
    assert place.rows("suppressed") == []
    assert [held.reason for held in place.rows("quarantine")] == ["unmatched_report"]


def test_a_report_about_a_mail_we_never_sent_is_kept_aside(place: Place) -> None:
    replied(place)
    place.receive(report("never@desk.example", "kim@customer.example"), "", SUPPORT)
    assert place.rows("suppressed") == []
    assert [held.reason for held in place.rows("quarantine")] == ["unmatched_report"]


def test_the_same_report_twice_is_told_once(place: Place) -> None:
    row = replied(place)
    for number in (1, 2):
        place.receive(
            report(row.message_id, row.recipient, words=f"no such user, said {number}"),
            "",
            row.mail_from,
        )
    assert len(place.rows("outbox", purpose="agent_undelivered")) == 1
    assert len(place.rows("history", what="bounced")) == 1


def test_an_undelivered_notice_about_undelivered_mail_makes_no_more_of_them(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient), "", row.mail_from)
    place.deliver()
    (told,) = place.rows("outbox", purpose="agent_undelivered")
    before = len(place.rows("outbox"))
    place.receive(
        report(told.message_id, told.recipient, words="the agent is gone, too"), "", told.mail_from
    )
    assert len([r for r in place.rows("outbox")[before:] if r.purpose != "admin_alarm"]) == 0


def test_a_mail_sent_again_by_a_tap_stands_in_the_history_and_the_servers_words_without_their_type(
    place: Place,
) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient), "", row.mail_from)
    text = words_of(place.letters("ben@desk.example")[-1])
    assert "smtp;" not in text
    assert "550 no such user" in text
    found = re.search(r"mailto:(support\+[^?\s]+)\?\S*body=%23resend", text)
    assert found
    assert (
        place.receive(
            mail("#resend", From="ben@desk.example"), "ben@desk.example", found[1]
        ).outcome
        == "resent"
    )
    (line,) = place.rows("history", what="resent")
    assert (line.who, line.detail["recipient"]) == ("ben@desk.example", row.recipient)
    assert "done    #resend" in words_of(place.letters("ben@desk.example")[-1]), (
        "who tapped hears that it is done"
    )
