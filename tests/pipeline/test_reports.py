"""Delivery reports: what was really sent to that address is noted and told; anything else changes nothing."""

from __future__ import annotations

from typing import Any

from tests.pipeline.place import SUPPORT, Place, mail


def report(message_id: str, recipient: str, *, status: str = "5.1.1", action: str = "failed", words: str = "no such user") -> bytes:
    """A delivery report (RFC 3464)."""
    machine = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
    )
    machine += f"Diagnostic-Code: smtp; 550 {words}\r\n"
    parts = f"--b\r\nContent-Type: text/plain\r\n\r\n<{recipient}>: {words}\r\n"
    parts += f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{machine}\r\n"
    parts += f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n--b--"
    kind = "multipart/report; report-type=delivery-status; boundary=b"
    head = {"From": "MAILER-DAEMON@mx.example", "Subject": "Undelivered Mail", "Content_Type": kind, "MIME_Version": "1.0"}
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
    assert [line.detail["recipient"] for line in place.rows("history", what="bounced")] == ["kim@customer.example"]
    assert [told.recipient for told in place.rows("outbox", purpose="agent_undelivered")] == ["ben@desk.example"]
    assert [gone.address for gone in place.rows("suppressed")] == ["kim@customer.example"]
    assert len(place.rows("tickets")) == 1


def test_a_report_that_came_elsewhere_is_found_by_the_message_id(place: Place) -> None:
    row = replied(place)
    assert place.receive(report(row.message_id, row.recipient), "", SUPPORT).outcome == "failed"
    assert place.row("outbox", row.id).state == "failed"


def test_a_report_from_behind_an_alias_names_the_one_we_wrote_to_beside_it(place: Place) -> None:
    row = replied(place)
    behind = report(row.message_id, "k.miller@mailboxes.example").replace(
        b"Final-Recipient:", f"Original-Recipient: rfc822; {row.recipient}\r\nFinal-Recipient:".encode()
    )
    assert place.receive(behind, "", SUPPORT).outcome == "failed"
    assert place.row("outbox", row.id).state == "failed"
    assert [gone.address for gone in place.rows("suppressed")] == [row.recipient]


def test_a_full_mailbox_suppresses_nobody(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient, status="5.2.2", words="mailbox full"), "", row.mail_from)
    assert place.rows("suppressed") == []
    assert place.rows("history", what="bounced")


def test_delayed_is_not_failed(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient, status="4.4.1", action="delayed"), "", row.mail_from)
    assert place.row("outbox", row.id).state == "sent"
    assert place.rows("history", what="bounced") == []
    assert place.rows("suppressed") == []


def test_delivered_changes_nothing(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient, status="2.0.0", action="delivered"), "", row.mail_from)
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
        place.receive(report(row.message_id, row.recipient, words=f"no such user, said {number}"), "", row.mail_from)
    assert len(place.rows("outbox", purpose="agent_undelivered")) == 1
    assert len(place.rows("history", what="bounced")) == 1


def test_an_undelivered_notice_about_undelivered_mail_makes_no_more_of_them(place: Place) -> None:
    row = replied(place)
    place.receive(report(row.message_id, row.recipient), "", row.mail_from)
    place.deliver()
    (told,) = place.rows("outbox", purpose="agent_undelivered")
    before = len(place.rows("outbox"))
    place.receive(report(told.message_id, told.recipient, words="the agent is gone, too"), "", told.mail_from)
    assert len([r for r in place.rows("outbox")[before:] if r.purpose != "admin"]) == 0
