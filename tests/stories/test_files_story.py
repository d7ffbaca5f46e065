"""A relay that takes small mails only: the running desk keeps below it, and sends an agent the
files in parts."""

from __future__ import annotations

import random
from email.message import EmailMessage

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM = "support@desk.example", "kim@customer.example"
BEN = "Ben <ben@desk.example>"
SIZE = 300_000
FILES = {f"plan{n}.pdf": random.Random(n).randbytes(90_000) for n in range(3)}


def files(mail: EmailMessage) -> dict[str, object]:
    """What hangs on it."""
    return {
        str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()
    }


def test_files_that_one_mail_cannot_carry_come_in_parts(desk: RunningDesk, inbox: Inbox) -> None:
    desk.relay.size = SIZE
    desk.send(write(KIM, DESK, "Good morning", "Hello."), KIM, DESK)
    inbox.take("ben@desk.example", subject="Good morning")
    inbox.take(KIM)

    question = write(KIM, DESK, "Plans", "Here they are.")
    for name, content in FILES.items():
        question.add_attachment(content, "application", "pdf", filename=name)
    desk.send(question, KIM, DESK)
    told = inbox.take("ben@desk.example", subject="Plans")
    assert [*files(told)] == ["plan0.pdf"]
    assert text_of(told).count("#send files") == 2
    inbox.take(KIM)

    desk.send(answer(told, BEN, "#send files"), "ben@desk.example", address_in(told["Reply-To"]))
    parts = [inbox.take("ben@desk.example", subject="Plans") for _ in FILES]
    assert {name: content for part in parts for name, content in files(part).items()} == FILES
    assert sorted("part 1 of 3" in text_of(part) for part in parts) == [False, False, True]
    assert max(len(mail.raw) for mail in desk.relay.messages) <= SIZE
    assert inbox.to(KIM) == []
    wait_until(lambda: desk.outbox() == [], "all of them count as sent, and none waits")
