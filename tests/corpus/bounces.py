"""Delivery reports: as machines write them, broken in the ways they break, and in the prose of many
mail servers."""

# ruff: noqa: E501 (one oddity a line reads better than ten)

from __future__ import annotations

from tests.corpus.odd import Odd, mixed, part, plain

REPORT = "delivery_report"
BACK = part(
    b"message/rfc822",
    b"Message-ID: <sent-7@desk.example>\nFrom: support@desk.example\nTo: bo@far.example\nSubject: Our reply\n\nwords",
)
BELOW = b"\n--- Below this line is a copy of the message.\n\nReceived: from desk\nMessage-ID: <sent-7@desk.example>\nTo: bo@far.example\n\nwords"


def _machine(status: bytes, prose: bytes = b"Sorry.", *more: bytes) -> bytes:
    raw = mixed(
        part(b"text/plain", prose), part(b"message/delivery-status", b"Reporting-MTA: dns; mx.example\n\n" + status), *more,
        subtype=b"report; report-type=delivery-status", subject=b"Undelivered Mail Returned to Sender",
    )  # fmt: skip
    return raw.replace(
        b"Ana Lind <ana@customer.example>", b"Mail Delivery System <MAILER-DAEMON@mx.example>"
    )


def _prose(
    body: bytes,
    *,
    sender: bytes = b"MAILER-DAEMON@mx.example",
    subject: bytes = b"failure notice",
    head: bytes = b"",
) -> bytes:
    return plain(body, subject=subject, head=head).replace(
        b"Ana Lind <ana@customer.example>", sender
    )


ONE = b"Final-Recipient: rfc822; bo@far.example\nAction: failed\nStatus: 5.1.1\n"
BO = "bo@far.example"

BOUNCES: tuple[Odd, ...] = (
    Odd("bounce-as-the-standard-says", _machine(ONE, b"Sorry.", BACK), kind=REPORT, may_answer=False, reports=((BO, "failed", "5.1.1"),), original="sent-7@desk.example"),
    Odd("bounce-of-two-recipients", _machine(ONE + b"\nFinal-Recipient: rfc822; cy@far.example\nAction: failed\nStatus: 5.2.2\n"), reports=((BO, "failed", "5.1.1"), ("cy@far.example", "failed", "5.2.2"))),
    Odd("bounce-delayed-only", _machine(ONE.replace(b"failed", b"delayed").replace(b"5.1.1", b"4.4.1")), kind=REPORT, reports=((BO, "delayed", "4.4.1"),)),
    Odd("bounce-that-is-a-success", _machine(ONE.replace(b"failed", b"delivered").replace(b"5.1.1", b"2.1.5")), kind=REPORT, reports=((BO, "delivered", "2.1.5"),)),
    Odd("bounce-relayed", _machine(ONE.replace(b"failed", b"relayed").replace(b"5.1.1", b"2.0.0")), reports=((BO, "relayed", "2.0.0"),)),
    Odd("bounce-without-action", _machine(ONE.replace(b"Action: failed\n", b"")), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-without-status", _machine(b"Final-Recipient: rfc822; bo@far.example\nAction: failed\nDiagnostic-Code: smtp; 552 Mailbox is full\n"), reports=((BO, "failed", "5.2.2"),)),
    Odd("bounce-status-with-comment", _machine(ONE.replace(b"5.1.1", b"5.1.1 (bad destination mailbox)")), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-vague-status-sharp-diagnostic", _machine(ONE.replace(b"5.1.1", b"5.0.0") + b"Diagnostic-Code: smtp; 550 5.7.1 Blocked by policy\n"), reports=((BO, "failed", "5.7.1"),)),
    Odd("bounce-expired-for-a-reason", _machine(ONE.replace(b"5.1.1", b"4.4.7") + b"Diagnostic-Code: smtp; 450 4.2.2 Mailbox full\n"), reports=((BO, "failed", "4.2.2"),)),
    Odd("bounce-blank-lines-between-fields", _machine(b"Final-Recipient: rfc822; bo@far.example\n\nAction: failed\n\nStatus: 5.1.1\n"), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-recipient-in-brackets", _machine(ONE.replace(b"bo@far.example", b"<bo@far.example>")), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-with-the-last-boundary-lost", _machine(ONE + b"\n--other\nContent-Type: text/rfc822-headers\n\nMessage-ID: <sent-7@desk.example>\n"), reports=((BO, "failed", "5.1.1"),), original="sent-7@desk.example"),
    Odd("bounce-only-original-recipient", _machine(ONE.replace(b"Final", b"Original")), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-recipient-without-domain", _machine(ONE.replace(b"bo@far.example", b"bo"), b"Sorry.", BACK), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-status-part-alone", ONE.join((b"From: MAILER-DAEMON@mx.example\nContent-Type: message/delivery-status\n\n", b"")), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-status-part-misnamed", _prose(b"Your mail failed.\n\n" + ONE), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-from-nobody", _prose(b"Error delivering your mail to <bo@far.example>.\n550 5.1.1 no such user", sender=b"MAILER-DAEMON <>"), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-qmail", _prose(b"Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message.\n\n<bo@far.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n" + BELOW), kind=REPORT, reports=((BO, "failed", "5.1.1"),), original="sent-7@desk.example"),
    Odd("bounce-exim-header", _prose(b"A message that you sent could not be delivered.\n\n  bo@far.example\n    mailbox is full\n", head=b"X-Failed-Recipients: bo@far.example\n"), reports=((BO, "failed", "5.2.2"),)),
    Odd("bounce-exchange-words", _prose(b"Your message did not reach the following recipient(s):\n\nbo@far.example on Tue, 10 Nov 2026 09:30\n    The recipient name is not recognized\n", sender=b"postmaster@mx.example", subject=b"Undeliverable: Our reply"), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-domino", _prose(b"Your message was not delivered to:\n\n  bo@far.example\n\nbecause:\n\n  User bo (bo@far.example) not listed in Domino Directory\n", sender=b"Postmaster@mx.example", subject=b"DELIVERY FAILURE"), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-enhanced-status-with-hash", _prose(b"bo@far.example: #5.2.2 smtp; 552 too much"), reports=((BO, "failed", "5.2.2"),)),
    Odd("bounce-address-literal-is-no-status", _prose(b"<bo@far.example>: host 5.2.2.1 said: user unknown"), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-warning-in-prose", _prose(b"THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n<bo@far.example>: connection timed out\nWill keep trying", subject=b"Warning: could not send message for past 4 hours"), reports=((BO, "delayed", "4.4.1"),)),
    Odd("bounce-success-in-prose", _prose(b"Your message was successfully delivered to\n<bo@far.example>", subject=b"Delivery report"), kind=REPORT, more={"not_failed": True}),
    Odd("bounce-german", _prose("Ihre Nachricht konnte nicht zugestellt werden.\n<bo@far.example>: Empfänger unbekannt".encode(), sender=b"postmaster@mx.example", subject=b"Unzustellbar: Frage"), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-japanese", _prose("メールを配信できません。\n<bo@far.example>\n宛先不明".encode(), sender=b"postmaster@mx.example", subject="配信できません".encode()), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-as-json", _prose(b'{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"bo@far.example","action":"failed","status":"5.1.1"}]}}', sender=b"no-reply@notify.example", subject=b"Notification"), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-from-an-administrator", _prose(b"Your message did not reach the following recipient(s):\n\n'bo@far.example' on 10/11/2026\n  550 5.1.1 no such user", sender=b"System Administrator <administrator@mx.example>", subject=b"Undeliverable: Our reply"), kind=REPORT, reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-says-it-twice", _machine(ONE + b"\n" + ONE), reports=((BO, "failed", "5.1.1"),)),
    Odd("bounce-status-in-words", _machine(ONE.replace(b"5.1.1", b"553 Exceeded maximum inbound message size")), reports=((BO, "failed", "5.3.4"),)),
    Odd("bounce-wrapped-by-a-filter", mixed(part(b"message/rfc822", _machine(ONE, b"Sorry.", BACK).replace(b"cut", b"inner")), subject=b"Delivery Status Notification (Failure)", head=b"Return-Path: <>\n"), kind=REPORT, reports=((BO, "failed", "5.1.1"),), original="sent-7@desk.example"),
    Odd(
        "bounce-as-a-refusing-receipt",
        mixed(
            part(b"text/plain", b"Your message to <bo@far.example> was automatically rejected:\nQuota exceeded"),
            part(b"message/disposition-notification", b"Final-Recipient: rfc822; bo@far.example\nOriginal-Message-ID: <sent-7@desk.example>\nDisposition: automatic-action/MDN-sent-automatically; deleted"),
            subtype=b"report; report-type=disposition-notification", subject=b"Automatically rejected mail", head=b"Auto-Submitted: auto-replied (rejected)\n",
        ),
        kind=REPORT, may_answer=False, reports=((BO, "failed", "5.2.2"),), original="sent-7@desk.example",
    ),
    Odd("bounce-vacation-from-null-path-is-none", b"Return-Path: <>\n" + plain(b"I could not be reached. My mail could not be delivered to me on holiday", subject=b"Out of office"), kind="automatic", reports=()),
)  # fmt: skip
