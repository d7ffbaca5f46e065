"""Bad input on the running desk: each kind has a named outcome, nothing is lost, and nobody is
answered who may not be."""

from __future__ import annotations

import random
import smtplib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers.process import NEVER
from tests.servers.relay import Relay
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


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """One desk for all of them: what one bad mail does must not hurt the next."""
    relay = Relay()
    listener = "port: 0, max_message_size: 3000000"
    folder = tmp_path_factory.mktemp("bad") / "desk"
    running = RunningDesk(folder, relay, settings="pipeline: {tick: 0.2}\n", listener=listener)
    try:
        yield running.start()
    finally:
        codes = running.stop()
        relay.remove()
    assert codes == [0], running.log()[-3000:]


def test_an_unknown_recipient_is_refused_with_550(desk: RunningDesk) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        desk.send(
            write("a@unknown.example", "nobody@desk.example", "Hello", "Hi."),
            "a@unknown.example",
            "nobody@desk.example",
        )
    code, words = refused.value.recipients["nobody@desk.example"]
    assert (code, words.startswith(b"5.1.1")) == (550, True)


def test_a_mail_that_says_it_is_too_large_is_refused_at_once(desk: RunningDesk) -> None:
    with smtplib.SMTP("127.0.0.1", desk.port, timeout=NEVER) as link:
        link.ehlo()
        assert link.esmtp_features["size"] == "3000000"
        assert link.mail("a@large.example", ["SIZE=3000001"])[0] == 552


def test_a_mail_that_is_too_large_and_does_not_say_so_is_refused_after_the_dot(
    desk: RunningDesk,
) -> None:
    with smtplib.SMTP("127.0.0.1", desk.port, timeout=NEVER) as link:
        link.ehlo()
        link.mail("a@large.example")
        link.rcpt(DESK)
        assert (
            link.data(
                b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 43_000
            )[0]
            == 552
        )
    assert desk.tickets_of("a@large.example") == []


def test_binary_junk_becomes_a_ticket_of_its_envelope_sender(
    desk: RunningDesk, inbox: Inbox
) -> None:
    junk = random.Random(7).randbytes(20_000)
    desk.send(
        b"\xff\xfe\x00\x01" + junk.replace(b"\r", b"").replace(b"\n", b"\r\n"),
        "junk@binary.example",
        DESK,
    )
    notice = inbox.take("ana@desk.example")
    (ticket,) = desk.tickets_of("junk@binary.example")
    assert str(notice["X-Maildesk-Ticket"]) == ticket["reference"]


def test_ten_thousand_parts_become_one_ticket(desk: RunningDesk, inbox: Inbox) -> None:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\npart\r\n"
    head = (
        b"From: p@parts.example\r\nTo: support@desk.example\r\nSubject: Many parts\r\n"
        b"Message-ID: <p@parts.example>\r\n"
    )
    raw = (
        head
        + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + part * 10_000
        + b"--b--\r\n"
    )
    desk.send(raw, "p@parts.example", DESK)
    inbox.take("p@parts.example")
    (ticket,) = desk.tickets_of("p@parts.example")
    assert ticket["message_count"] == 1


def test_a_header_of_a_megabyte_becomes_a_ticket(desk: RunningDesk, inbox: Inbox) -> None:
    long = b"X-Long: " + b"\r\n ".join(b"word%06d" % n for n in range(90_000)) + b"\r\n"
    raw = long + (
        b"From: h@header.example\r\nTo: support@desk.example\r\nSubject: Long header\r\n"
        b"\r\nHello.\r\n"
    )
    assert len(long) > 1_000_000
    desk.send(raw, "h@header.example", DESK)
    inbox.take("h@header.example")
    (ticket,) = desk.tickets_of("h@header.example")
    assert ticket["subject"] == "Long header"


def test_a_line_of_a_megabyte_is_refused_with_a_word(desk: RunningDesk) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        desk.send(b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\nHello.\r\n", "l@line.example", DESK)
    assert (refused.value.smtp_code, b"line is too long" in refused.value.smtp_error) == (552, True)
    assert desk.tickets_of("l@line.example") == []


def test_nuls_are_kept_out_of_the_text_and_harm_nobody(desk: RunningDesk, inbox: Inbox) -> None:
    head = (
        b"From: n@nul.example\r\nTo: support@desk.example\r\nSubject: Nul\x00s\r\n"
        b"Message-ID: <n\x00@nul.example>\r\n"
    )
    raw = head + b"\r\nbe\x00fore\r\n"
    desk.send(raw, "n@nul.example", DESK)
    inbox.take("n@nul.example")
    (ticket,) = desk.tickets_of("n@nul.example")
    whole = desk.ask("ticket", "show", ticket["reference"])
    assert "\x00" not in str(whole)
    assert "fore" in whole["messages"][0]["text"]


def test_without_from_the_envelope_sender_is_the_requester_and_is_not_answered(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(
        b"Subject: No from\r\nTo: support@desk.example\r\n\r\nHello.\r\n",
        "env@nofrom.example",
        DESK,
    )
    inbox.take("ana@desk.example", subject="No from")
    (ticket,) = desk.tickets_of("env@nofrom.example")
    history = desk.ask("ticket", "show", ticket["reference"])["history"]
    assert [line["detail"]["why"] for line in history if line["what"] == "not_sent"] == [
        "no sender"
    ]


def test_without_from_and_envelope_sender_it_is_held(desk: RunningDesk) -> None:
    desk.send(b"Subject: Nobody wrote this\r\nTo: support@desk.example\r\n\r\nHello.\r\n", "", DESK)
    held = wait_for_held(desk, "no_sender")
    assert "nor the envelope names anybody" in held["why"]


def test_without_message_id_it_is_a_ticket_and_sent_again_still_one(
    desk: RunningDesk, inbox: Inbox
) -> None:
    raw = b"From: m@noid.example\r\nTo: support@desk.example\r\nSubject: No id\r\n\r\nHello.\r\n"
    desk.send(raw, "m@noid.example", DESK)
    inbox.take("m@noid.example")
    desk.send(raw, "m@noid.example", DESK)
    after(desk, inbox)
    assert len(desk.tickets_of("m@noid.example")) == 1
    assert inbox.to("m@noid.example") == []


def test_the_same_mail_twice_is_one_ticket_and_one_acknowledgement(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mail = write("t@twice.example", DESK, "Twice", "Hello.", Message_ID="<same@twice.example>")
    desk.send(mail, "t@twice.example", DESK)
    desk.send(mail, "t@twice.example", "billing@desk.example")
    inbox.take("t@twice.example")
    after(desk, inbox)
    assert len(desk.tickets_of("t@twice.example")) == 1
    assert inbox.to("t@twice.example") == []


def test_the_same_message_id_with_another_body_is_new_mail(desk: RunningDesk, inbox: Inbox) -> None:
    for text in ("One.", "Two."):
        mail = write(
            "r@reuse.example", DESK, f"Reuse {text}", text, Message_ID="<same@reuse.example>"
        )
        desk.send(mail, "r@reuse.example", DESK)
        inbox.take("r@reuse.example")
    found = [desk.ask("ticket", "show", t["reference"]) for t in desk.tickets_of("r@reuse.example")]
    assert sorted(m["reply"].strip() for t in found for m in t["messages"]) == ["One.", "Two."]


def test_two_of_our_addresses_at_once_are_one_ticket_and_one_acknowledgement(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mail = write("b@both.example", f"{DESK}, billing@desk.example", "Both", "Hello.")
    desk.send(mail, "b@both.example", DESK, "billing@desk.example")
    inbox.take("b@both.example")
    after(desk, inbox)
    assert len(desk.tickets_of("b@both.example")) == 1
    assert inbox.to("b@both.example") == []


def test_a_mail_from_ourselves_is_held_and_never_answered(desk: RunningDesk, inbox: Inbox) -> None:
    desk.send(
        write(f"Desk <{DESK}>", DESK, "From ourselves", "Hello."), "x@elsewhere.example", DESK
    )
    assert wait_for_held(desk, "own_address")["sender"] == DESK
    after(desk, inbox)
    assert inbox.to(DESK) == inbox.to("x@elsewhere.example") == []


def test_a_large_mail_lies_in_a_file_and_its_attachment_in_the_ticket(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mail = write("f@file.example", DESK, "Large", "See the file.")
    mail.add_attachment(
        random.Random(3).randbytes(1_500_000),
        maintype="application",
        subtype="octet-stream",
        filename="dump.bin",
    )
    desk.send(mail, "f@file.example", DESK)
    inbox.take("f@file.example")
    (ticket,) = desk.tickets_of("f@file.example")
    (message,) = desk.ask("ticket", "show", ticket["reference"])["messages"]
    assert [a["filename"] for a in message["attachments"]] == ["dump.bin"]
    assert any(
        p.stat().st_size > 1_500_000
        for p in (desk.folder / "var" / "blobs").rglob("*")
        if p.is_file()
    )


def test_people_in_copy_take_part_and_hear_the_answer(desk: RunningDesk, inbox: Inbox) -> None:
    mail = write(
        "Kim <kim@copy.example>", DESK, "With a copy", "Hello.", Cc="Lee <lee@copy.example>"
    )
    desk.send(mail, "kim@copy.example", DESK)
    acknowledgement = inbox.take("kim@copy.example")
    reference = str(acknowledgement["X-Maildesk-Ticket"])
    notice = inbox.take("ben@desk.example", subject=reference)
    desk.send(
        answer(notice, BEN, "To you both."), "ben@desk.example", address_in(notice["Reply-To"])
    )
    for person in ("kim@copy.example", "lee@copy.example"):
        assert "To you both." in text_of(inbox.take(person))
    also = write(
        "Lee <lee@copy.example>",
        DESK,
        "Re: With a copy",
        "Me too.",
        In_Reply_To=str(mail["Message-ID"]),
    )
    desk.send(also, "lee@copy.example", DESK)
    assert "Me too." in text_of(inbox.take("ben@desk.example", subject=reference))
    assert desk.tickets_of("lee@copy.example") == []


def test_a_reply_to_a_closed_ticket_reopens_it_and_after_the_period_opens_a_follow_up(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(write("c@closed.example", DESK, "Closed", "Hello."), "c@closed.example", DESK)
    acknowledgement = inbox.take("c@closed.example")
    reference = str(acknowledgement["X-Maildesk-Ticket"])
    close(desk, inbox, reference)
    desk.send(
        answer(acknowledgement, "c@closed.example", "Not quite."),
        "c@closed.example",
        address_in(acknowledgement["Reply-To"]),
    )
    wait_until(
        lambda: desk.ask("ticket", "show", reference)["status"] in ("open", "in_progress"),
        "it is open again",
    )

    close(desk, inbox, reference)
    desk.edit("desk.yaml", "reopen_within: 7d", "reopen_within: 0s")
    desk.send(
        answer(acknowledgement, "c@closed.example", "Again."),
        "c@closed.example",
        address_in(acknowledgement["Reply-To"]),
    )
    wait_until(lambda: len(desk.tickets_of("c@closed.example")) == 2, "a follow-up is opened")
    desk.edit("desk.yaml", "reopen_within: 0s", "reopen_within: 7d")
    newest = desk.ask("ticket", "show", desk.tickets_of("c@closed.example")[0]["reference"])
    assert newest["follows"] == reference
    assert desk.ask("ticket", "show", reference)["status"] == "closed"


def test_a_broken_edit_leaves_the_last_good_policy_in_force_and_tells_the_admin(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.edit("desk.yaml", "queues:", "queues: [this is\n  no: {mapping")
    alarm = inbox.take("ana@desk.example", subject="mistake")
    assert "desk.yaml:" in text_of(alarm)
    desk.send(write("w@works.example", DESK, "Still works?", "Hello."), "w@works.example", DESK)
    inbox.take("w@works.example")
    desk.edit("desk.yaml", "queues: [this is\n  no: {mapping", "queues:")
    desk.send(write("v@works.example", DESK, "Works again?", "Hello."), "v@works.example", DESK)
    inbox.take("v@works.example")


def close(desk: RunningDesk, inbox: Inbox, reference: str) -> None:
    """Ben closes the ticket by mail."""
    notice = inbox.take("ben@desk.example", subject=reference)
    desk.send(
        answer(notice, BEN, "#close\nDone."), "ben@desk.example", address_in(notice["Reply-To"])
    )
    wait_until(lambda: desk.ask("ticket", "show", reference)["status"] == "closed", "it is closed")
    inbox.take(
        "ben@desk.example", subject=reference
    )  # the receipt: a later answer is to no old mail
    inbox.forget()


def after(desk: RunningDesk, inbox: Inbox) -> None:
    """Wait until a later mail has gone through: what came before it has been processed, too."""
    number = len(desk.tickets())
    desk.send(
        write(f"later{number}@after.example", DESK, f"Later {number}", f"{number}"),
        f"later{number}@after.example",
        DESK,
    )
    inbox.take(f"later{number}@after.example")
    wait_until(
        lambda: not [row for row in desk.outbox() if row["state"] in ("due", "claimed")],
        "all is sent",
    )
    assert [as_mail(m)["From"] for m in inbox.left()]


def wait_for_held(desk: RunningDesk, reason: str) -> Any:
    """The message that is held for this reason."""

    def held() -> list[Any]:
        return [row for row in desk.quarantine() if row["reason"] == reason]

    wait_until(held, f"something is held: {reason}")
    return held()[0]
