"""The story through a mailbox: mail that lies in IMAP becomes tickets, once, and is answered like
any other."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.imap import Imap, ImapAccount
from tests.servers.relay import Relay
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


class MailboxDesk(RunningDesk):
    """A desk that reads a mailbox, and a pen to write into it."""

    def __init__(
        self, folder: Path, relay: Relay, imap: Imap, account: ImapAccount, more: str
    ) -> None:
        self.imap, self.account = imap, account
        mailbox = (
            f"name: support, host: {account.host}, port: {account.port}, tls: none, "
            f"username: {account.username!r}, "
        )
        mailbox += (
            f"password: {account.password}, folder: {account.folder}, poll: 1s, address: "
            f"{DESK}, {more}"
        )
        super().__init__(
            folder, relay, settings=f"imap: [{{{mailbox}}}]\npipeline: {{tick: 0.2}}\n"
        )

    def deliver(self, *mails: EmailMessage | bytes) -> None:
        """Put mails into the mailbox, as its server would."""
        raws = [
            mail if isinstance(mail, bytes) else mail.as_bytes(policy=policy.SMTP) for mail in mails
        ]
        self.imap.append(self.account, *raws)


@pytest.fixture
def more(request: pytest.FixtureRequest) -> str:
    """What else the mailbox's settings say."""
    return str(getattr(request, "param", "after: flag, max_message_size: 100000"))


@pytest.fixture
def desk(
    tmp_path: Path, relay: Relay, imap_server: Imap, imap_account: ImapAccount, more: str
) -> Iterator[MailboxDesk]:
    """The desk, reading a mailbox of its own."""
    running = MailboxDesk(tmp_path / "desk", relay, imap_server, imap_account, more)
    running.start()
    yield running
    assert running.stop() == [0], running.log()[-3000:]


def test_a_question_in_the_mailbox_is_answered_and_the_conversation_goes_on_there(
    desk: MailboxDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    question = write("Kim <kim@customer.example>", DESK, "By mailbox", "It lies in IMAP.")
    desk.deliver(question)
    acknowledgement = inbox.take("kim@customer.example")
    assert acknowledgement["In-Reply-To"] == question["Message-ID"]
    notice = inbox.take("ben@desk.example")
    assert "It lies in IMAP." in text_of(notice)

    desk.deliver(answer(notice, BEN, "Found it."))
    reply = inbox.take("kim@customer.example")
    assert "Found it." in text_of(reply)
    assert address_in(reply["From"]) == DESK

    desk.deliver(answer(reply, "Kim <kim@customer.example>", "Thanks, and one more thing."))
    assert "one more thing" in text_of(inbox.take("ben@desk.example", subject="TKT-0001"))
    ticket = desk.ticket("TKT-0001")
    assert [m["direction"] for m in ticket["messages"]] == ["in", "out", "in"]
    assert len(desk.tickets()) == 1
    seen_in_mailbox(desk, 3)


def test_the_same_mail_by_both_doors_is_one_ticket(desk: MailboxDesk, relay: Relay) -> None:
    inbox = Inbox(relay)
    mail = write("Kim <kim@customer.example>", DESK, "Both doors", "Hello.")
    desk.deliver(mail)
    desk.send(mail, "kim@customer.example", DESK)
    inbox.take("kim@customer.example")
    wait_until(lambda: desk.log().count(" duplicate spool=") == 1, "the second is known")
    assert len(desk.tickets()) == 1
    assert inbox.to("kim@customer.example") == []


def test_mail_that_came_while_the_desk_was_away_is_read_at_its_start_and_nothing_twice(
    desk: MailboxDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    desk.deliver(write("kim@one.example", DESK, "One", "Before."))
    inbox.take("kim@one.example")
    assert desk.stop() == [0]
    desk.deliver(write("kim@two.example", DESK, "Two", "Meanwhile."))
    desk.start()
    inbox.take("kim@two.example")
    seen_in_mailbox(desk, 2)
    assert sorted(t["subject"] for t in desk.tickets()) == ["One", "Two"]


def test_one_that_is_too_large_or_broken_holds_up_none_behind_it(
    desk: MailboxDesk, relay: Relay
) -> None:
    inbox = Inbox(relay)
    large = write("large@size.example", DESK, "Large", "x" * 70 + "\n" * 200_000)
    desk.deliver(
        large,
        b"\xff\x00 this is no mail at all \x00\xfe\r\n",
        write("kim@behind.example", DESK, "Behind", "Hello."),
    )
    inbox.take("kim@behind.example")
    wait_until(lambda: len(desk.quarantine()) == 2, "and what names nobody is held")
    reasons = [(row["reason"], row["sender"]) for row in desk.quarantine()]
    assert ("oversized", "imap:support") in reasons


@pytest.mark.parametrize("more", ["after: move, move_to: Processed"], indirect=True)
def test_a_mail_that_was_taken_is_moved_away(desk: MailboxDesk, relay: Relay) -> None:
    desk.deliver(write("kim@moved.example", DESK, "Moved", "Hello."))
    Inbox(relay).take("kim@moved.example")
    wait_until(lambda: in_folder(desk, desk.account.folder) == 0, "the mailbox is empty")
    assert in_folder(desk, "Processed") >= 1


def in_folder(desk: MailboxDesk, folder: str) -> int:
    """How many mails lie there."""
    with desk.imap.logged_in(desk.account) as client:
        client.select_folder(folder, readonly=True)
        return len(client.search())


def seen_in_mailbox(desk: MailboxDesk, number: int) -> None:
    """Wait until so many are marked as read."""

    def seen() -> int:
        with desk.imap.logged_in(desk.account) as client:
            client.select_folder(desk.account.folder, readonly=True)
            return len(client.search(["SEEN"]))

    wait_until(lambda: seen() == number, f"{number} mails are marked as read")
