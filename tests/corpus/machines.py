"""Oddities of machines that are no bounces: vacations, lists, robots, challenges, receipts,
complaints, and people who look like them."""

# ruff: noqa: E501 (one oddity a line reads better than ten)

from __future__ import annotations

from tests.corpus.odd import HELLO, Odd, mixed, part, plain

AUTOMATIC, ORDINARY = "automatic", "ordinary"
RETURNED = part(
    b"message/rfc822",
    b"From: support@desk.example\nMessage-ID: <sent@desk.example>\nSubject: Our reply\n\nwords",
)


def _marked(head: bytes, body: bytes = b"I am away", subject: bytes = b"Re: A question") -> bytes:
    return plain(body, subject=subject, head=head)


MACHINES: tuple[Odd, ...] = (
    Odd("vacation-by-auto-submitted", _marked(b"Auto-Submitted: auto-replied\n"), kind=AUTOMATIC, may_answer=False),
    Odd("auto-submitted-no-is-a-person", _marked(b"Auto-Submitted: no\n"), kind=ORDINARY, may_answer=True),
    Odd("vacation-by-subject-english", _marked(b"", subject=b"Out of Office: back Monday"), kind=AUTOMATIC),
    Odd("vacation-by-subject-german", _marked(b"", subject=b"Automatische Antwort: Frage"), kind=AUTOMATIC),
    Odd("vacation-by-subject-french", _marked(b"", subject="Réponse automatique : question".encode()), kind=AUTOMATIC),
    Odd("vacation-by-subject-japanese", _marked(b"", subject="自動返信：お問い合わせ".encode()), kind=AUTOMATIC),
    Odd("vacation-by-null-return-path", b"Return-Path: <>\n" + _marked(b""), kind=AUTOMATIC, may_answer=False),
    Odd("vacation-by-x-autoreply", _marked(b"X-Autoreply: yes\n"), kind=AUTOMATIC),
    Odd("vacation-by-exchange-rule", _marked(b"X-MS-Exchange-Inbox-Rules-Loop: a@x.example\n"), kind=AUTOMATIC),
    Odd("vacation-by-apple", _marked(b"X-Apple-Action: VACATION\n"), kind=AUTOMATIC),
    Odd("vacation-by-its-program", _marked(b"X-Mailer: vacation 1.2\n"), kind=AUTOMATIC),
    Odd("administrator-writes-a-letter", plain(b"The printer of user unknown could not be delivered").replace(b"Ana Lind", b"System Administrator"), kind=ORDINARY, may_answer=True),
    Odd("robot-by-precedence-bulk", _marked(b"Precedence: bulk\n"), kind=AUTOMATIC),
    Odd("list-by-list-id", _marked(b"List-Id: Cats <cats.lists.example>\n"), kind=AUTOMATIC),
    Odd("noreply-sender-is-not-answered", plain(b"x").replace(b"ana@customer", b"no-reply@customer"), kind=ORDINARY, may_answer=False),
    Odd("bounces-address-is-not-answered", plain(b"x").replace(b"ana@customer", b"cats-bounces@customer"), may_answer=False),
    Odd("person-asks-about-a-bounce", plain(b"My mail was returned: user unknown. What is wrong?", subject=b"Undelivered mail"), kind=ORDINARY, may_answer=True),
    Odd("person-forwards-a-bounce", plain(b"Look at this\n> 550 5.1.1 User unknown", subject=b"Fwd: Returned mail: see transcript"), kind=ORDINARY),
    Odd("person-passes-on-a-notice", plain(b"Hello, what does this mean?\n\nYour message could not be delivered to the following recipient(s):\n\n  bo@far.example\n  550 5.1.1 User unknown\n\nAna", subject=b"Undeliverable: Order 12"), kind=ORDINARY, may_answer=True),
    Odd("person-answers-with-a-notice", plain(b"Your message could not be delivered to bo@far.example, it says. Why?", subject=b"Re: Delivery failure", head=b"In-Reply-To: <sent-7@desk.example>\n"), kind=ORDINARY, may_answer=True),
    Odd("newsletter-about-undelivered-parcels", _marked(b"List-Id: Post <post.example>\nPrecedence: bulk\n", b"Delivery to the following recipients failed? Track your undelivered parcels with us.", subject=b"Your parcel news"), kind=AUTOMATIC),
    Odd("postmaster-asks-for-help", plain(b"Hello,\n\nyour server says 550 user unknown to all our mail, it could not be delivered since Monday. Please look.\n", subject=b"Trouble with your server").replace(b"ana@customer", b"postmaster@customer"), kind=ORDINARY, may_answer=False),
    Odd("ticket-system-acknowledges-a-bounce", _marked(b"Auto-Submitted: auto-replied\n", b"We have received your request. You wrote:\n> This message was created automatically.\n> bo@far.example\n> 550 5.1.1 user unknown, recipient could not be delivered", subject=b"[#123] Mail delivery failed: returning message"), kind=AUTOMATIC, may_answer=False, reports=()),
    Odd("parcel-could-not-be-delivered", _marked(b"Auto-Submitted: auto-generated\n", b"Your parcel 7741 could not be delivered today. Choose another day at parcels.example", subject=b"Your parcel could not be delivered"), kind=AUTOMATIC, reports=()),
    Odd("person-on-vacation-in-the-text", plain(b"I was on vacation, sorry for the delay"), kind=ORDINARY, may_answer=True),
    Odd("challenge-by-its-field", _marked(b"X-Bluebottle-Request: <1>\n"), kind=AUTOMATIC, may_answer=False),
    Odd("challenge-by-its-words", b"Return-Path: <>\n" + _marked(b"", b"This account is protected by a filter. Please click below"), kind=AUTOMATIC),
    Odd(
        "feedback-report",
        mixed(HELLO, part(b"message/feedback-report", b"Feedback-Type: abuse\nVersion: 1"), RETURNED, subtype=b"report; report-type=feedback-report"),
        kind="feedback_report", may_answer=False,
    ),
    Odd("feedback-without-its-report-part", mixed(RETURNED, subject=b"complaint about message from 192.0.2.1"), kind="feedback_report"),
    Odd(
        "read-receipt",
        mixed(HELLO, part(b"message/disposition-notification", b"Disposition: manual-action/MDN-sent-manually; displayed"), subtype=b"report; report-type=disposition-notification"),
        kind="disposition_report", may_answer=False,
    ),
    Odd(
        "read-receipt-deleted-unread",
        mixed(part(b"text/plain", b"Your message was deleted without being read on Tuesday"), part(b"message/disposition-notification", b"Final-Recipient: rfc822; bo@far.example\nDisposition: automatic-action/MDN-sent-automatically; deleted"), subtype=b"report; report-type=disposition-notification"),
        kind="disposition_report", may_answer=False, reports=(),
    ),
    Odd("read-receipt-as-plain-text", plain(b"Your message was read on Tuesday", subject=b"Read: A question"), kind="disposition_report"),
)  # fmt: skip
