"""Delivery reports in prose: whom and why, read from the words of many kinds of mail server."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.reports import (
    action_of,
    json_kind,
    notice_of,
    read,
    sharpened,
    status_of,
)
from maildesk.mail.message import Report

BO = "bo@far.example"
BACK = "\n\nReceived: from desk\nMessage-ID: <1@desk.example>\nTo: bo@far.example\n\nhello 5.2.2"


def the_report(text: str, subject: str = "failure notice") -> tuple[str, str, str]:
    (report,) = read(
        text + BACK, subject=subject, failed="", returned_to=(), own=["me@desk.example"]
    )
    return report.final_recipient, report.action, report.status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (
            (
                "failed:\n\n  bo@far.example\n    SMTP error after RCPT TO:<bo@far.example>:\n"
                "    host mx: 550 5.1.1 unknown"
            ),
            "5.1.1",
        ),
        (
            (
                "-------server message\n550 5.1.1 unknown user <bo@far.example>\n\n"
                "-------SMTP command\nRCPT TO"
            ),
            "5.1.1",
        ),
        (
            (
                "Unable to deliver to the following.\n\n<bo@far.example>:\n"
                "This user doesn't have a far.example account [0]"
            ),
            "5.1.1",
        ),
        (
            (
                "Delivery failed permanently:\n\n  * bo@far.example\n\nTechnical details:\n"
                "SMTP:RCPT host 192.0.2.8: 553 5.3.0 no"
            ),
            "5.3.0",
        ),
        (
            (
                "Could not be delivered because of\n\n550 5.2.2 full\n\n"
                "These recipients were affected:\n    bo@far.example"
            ),
            "5.2.2",
        ),
        (
            (
                "Unable to deliver message to: <bo@far.example>\n"
                "Server mx[192.0.2.2] failed with: 550 No such user here"
            ),
            "5.1.1",
        ),
        (
            (
                ">>> bo@far.example <bo@far.example>\n\n"
                "550 sorry, no mailbox here by that name (#5.1.1 - chkusr)"
            ),
            "5.1.1",
        ),
        ("    Could not be delivered to: <bo@far.example>\n    As their mailbox is full.", "5.2.2"),
        (">>> RCPT To:<bo@far.example>\n<<< 550 no\n550 <bo@far.example>... Host unknown", "5.1.2"),
        ("bo@far.example: 552 Message size exceeds the limit", "5.3.4"),
        ("<bo@far.example>: connect to mx[192.0.2.1]:25: Connection refused", "5.4.1"),
        (
            (
                "Unknown user: bo@far.example\n\nRCPT TO generated following response:\n"
                "553 5.3.0 <bo@far.example>... no"
            ),
            "5.3.0",
        ),
        (
            (
                "c=US;a= ;p=FAR;o=Hub;dda:SMTP=bo@far.example; on Tue, 10 Nov 2026\n"
                "    The recipient name is not recognized"
            ),
            "5.1.1",
        ),
        (
            (
                "Your message\n\n  To: cats@list.example\n\ndid not reach\n\n"
                "bo@far.example on Tue\n"
                "    mailbox full"
            ),
            "5.2.2",
        ),
        ("<bo@far.example>: 450 4.7.1 grey", "4.7.1"),
        ("bo@far.example 550 no mailbox by that name", "5.1.1"),
        (
            (
                "<bo@far.example>: host mx said:\n    550-bo@far.example is not an active address\n"
                "    550 there"
            ),
            "5.2.1",
        ),
        ("<bo@far.example> (expanded from\n    <all@desk.example>): 550 5.2.2 full", "5.2.2"),
        ("<bo@far.example>: host mx[192.0.2.9] said: 452\n    mailbox is full", "4.2.2"),
        (
            (
                "Sender address: desk@desk.example\nRecipient address: bo@far.example\n"
                "Reason: 550 5.7.1 no"
            ),
            "5.7.1",
        ),
        ("<=?utf-8?q?bo?=@far.example>: 550 5.1.1 no", "5.1.1"),
        (
            (
                "not found, or refused by the server:\n<bo@far.example>\n"
                "<<< 550 too many unwanted messages"
            ),
            "5.7.1",
        ),
        ("<bo@far.example>: 552 sorry", "5.2.2"),
        ("<bo@far.example>: 551 sorry", "5.1.6"),
        ("<bo@far.example>: 554 sorry", "5.0.0"),
        ("<bo@far.example>: something nobody has a name for", "5.0.0"),
    ],
)
def test_a_failure_is_read_from_prose(text: str, status: str) -> None:
    assert the_report(text) == (BO, "failed", status)


def test_a_delay_is_no_failure() -> None:
    text = (
        "A message has not yet been delivered to\n  bo@far.example\n"
        "    451 4.7.1 Greylisting\nDelivery attempts will continue"
    )

    assert the_report(text, "Warning: message delayed 24 hours") == (BO, "delayed", "4.7.1")


def test_a_delay_that_came_to_its_end_is_a_failure() -> None:
    assert action_of("will be retried. message will be deleted from queue", "delay") == "failed"


def test_a_success_is_no_failure() -> None:
    assert the_report(
        "Your message was successfully delivered to\n<bo@far.example>: 250 2.0.0 Ok"
    ) == (BO, "delivered", "2.0.0")


def test_the_returned_message_is_no_part_of_the_notice() -> None:
    notice, returned = notice_of(
        "<bo@far.example>: no\n--- Below this line is a copy of the message." + BACK
    )

    assert "5.2.2" not in notice
    assert "<1@desk.example>" in returned


@pytest.mark.parametrize(
    "local", ["userone", "accounting", "another", "address.book", "mailbox7", "tobias", "annette"]
)
def test_a_word_that_names_a_recipient_is_no_part_of_the_address(local: str) -> None:
    text = f"Invalid final delivery userid: {local}@far.example"

    assert [
        r.final_recipient for r in read(text, subject="", failed="", returned_to=(), own=[])
    ] == [f"{local}@far.example"]


def test_the_senders_own_address_is_not_the_recipient() -> None:
    text = "Dear me@desk.example, your mail to bo@far.example was rejected"

    assert [
        r.final_recipient
        for r in read(text, subject="", failed="", returned_to=(), own=["me@desk.example"])
    ] == [BO]


def test_the_message_that_came_back_names_whom_the_notice_does_not() -> None:
    assert [
        r.final_recipient
        for r in read("It failed.", subject="", failed="", returned_to=[BO], own=[])
    ] == [BO]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("User <bo@far.example> unknown", "5.1.1"),
        ("Mailbox (bo@far.example) does not exist here", "5.1.1"),
        ("sorry, that user isn't here any more", "5.1.1"),
        ("unrecognized recipient", "5.1.1"),
        ("the recipient's account has been deleted", "5.1.1"),
        ("mailbox <bo@far.example> is full", "5.2.2"),
        ("no space left for this user", "5.2.2"),
        ("storage for the account has been exhausted", "5.2.2"),
        ("the mailbox was deactivated last year", "5.2.1"),
        ("account closed due to inactivity", "5.2.1"),
        ("the domain far.example couldn't be found", "5.1.2"),
        ("unresolvable domain", "5.1.2"),
        ("this domain has a null MX", "5.1.10"),
        ("attachment too big", "5.3.4"),
        ("refused, sender ip must resolve", "5.7.25"),
        ("message looks suspicious", "5.7.1"),
        ("unable to deliver this message after 3 days", "5.4.7"),
        ("no route to host", "5.4.1"),
        ("connection closed unexpectedly", "5.4.2"),
        ("the host said nothing that we know of", "5.0.0"),
    ],
)
def test_two_words_that_belong_together_are_a_reason(words: str, status: str) -> None:
    assert status_of(f"<bo@far.example>: 550 {words}", "failed") == status


def test_an_address_literal_is_no_status() -> None:
    assert status_of("host 5.2.2.1 said no", "failed") == "5.0.0"


@pytest.mark.parametrize(
    ("status", "diagnostic", "best"),
    [
        ("5.1.1", "smtp; 550 5.7.1 blocked", "5.7.1"),
        ("5.0.0", "smtp; 550 mailbox is full", "5.2.2"),
        ("4.4.7", "smtp; 450 4.2.2 full", "4.2.2"),
        ("4.4.7", "smtp; 550 4.4.7 expired", "4.4.7"),
        ("", "", "5.0.0"),
        ("5.1.1", "", "5.1.1"),
    ],
)
def test_the_most_telling_status_is_kept(status: str, diagnostic: str, best: str) -> None:
    assert sharpened(Report(BO, "failed", status, diagnostic), "").status == best


def test_the_address_that_led_to_the_recipient_is_kept() -> None:
    text = "failed:\nbo@inner.example\n    (expanded from: <bo@far.example>)\n550 5.1.1 no"
    (report,) = read(text, subject="", failed="", returned_to=(), own=[])

    assert (report.final_recipient, report.original_recipient) == ("bo@inner.example", BO)
    assert sharpened(Report("bo@inner.example", "failed", "5.1.1"), text).original_recipient == BO


def test_json_of_a_sending_service_is_known_by_its_event() -> None:
    assert json_kind('{"notificationType":"Complaint"}') == "complaint"
    assert json_kind('{"name":"Ana"}') == ""
