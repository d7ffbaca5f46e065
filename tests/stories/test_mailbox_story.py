"""The mailbox stays the company's: copies of answers, messages moved by what becomes of them, a
spam folder, a folder that goes away, a mailbox that is full. On a real Dovecot, in one process on
SQLite and in several on PostgreSQL and Redis."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient.exceptions import IMAPClientError

from tests.servers.dovecot import Dovecot, find_dovecot
from tests.servers.relay import Relay
from tests.stories.running_desk import (
    ALL_ROLES,
    Inbox,
    RunningDesk,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM = "support@desk.example", "kim@customer.example"
BEN = "Ben <ben@desk.example>"
SEPARATE = ("smtp", "imap", "work", "tick")
MODES = ("embedded", "distributed")
ADMIN = "ana@desk.example"


class Box:
    """A mailbox in Dovecot, and desks that read it."""

    def __init__(self, dovecot: Dovecot, folder: Path, relay: Relay, where: str) -> None:
        self.dovecot, self.account = dovecot, dovecot.new_account()
        self._folder, self._relay, self._where = folder, relay, where
        self.desk: RunningDesk | None = None

    def read_by(self, more: str) -> RunningDesk:
        """A desk that runs and reads it, with these settings of the mailbox."""
        at = self.account
        words = f"name: support, host: {at.host}, port: {at.port}, tls: none, poll: 1s, "
        words += f"username: {at.username!r}, password: {at.password}, address: {DESK}, {more}"
        roles = SEPARATE if self._where else ALL_ROLES
        settings = f"imap: [{{{words}}}]\npipeline: {{tick: 0.2}}\n{self._where}"
        self.desk = RunningDesk(self._folder, self._relay, settings=settings, roles=roles).start()
        wait_until(lambda: " connected mailbox=support" in self.log(), "the mailbox is open")
        return self.desk

    def log(self) -> str:
        return self.desk.log() if self.desk else ""

    def put(self, *mails: EmailMessage, folder: str = "INBOX") -> None:
        """As its server would."""
        with self.dovecot.logged_in(self.account) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail.as_bytes(policy=policy.SMTP))

    def mails_in(self, folder: str) -> list[EmailMessage]:
        """What lies there, oldest first; nothing where there is no such folder."""
        with self.dovecot.logged_in(self.account) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            raws = [one[b"BODY[]"] for _, one in sorted(found.items())]
            return [email.message_from_bytes(raw, policy=policy.default) for raw in raws]

    def subjects_in(self, folder: str) -> list[str]:
        return [str(one["Subject"]) for one in self.mails_in(folder)]

    def end(self) -> None:
        assert self.desk is not None
        codes = self.desk.stop()
        assert set(codes) == {0}, self.desk.log()[-3000:]


@pytest.fixture(params=MODES)
def where(request: pytest.FixtureRequest) -> str:
    """Where the desk keeps things, as settings.yaml says it."""
    if request.param == "embedded":
        return ""
    database = request.getfixturevalue("postgres_url")
    return f"database: {database}\nbroker: {request.getfixturevalue('redis_url')}\n"


@pytest.fixture
def box(dovecot: Dovecot, tmp_path: Path, relay: Relay, where: str) -> Iterator[Box]:
    one = Box(dovecot, tmp_path / "desk", relay, where)
    yield one
    one.end()


def question(subject: str, text: str = "It prints nothing.", sender: str = KIM) -> EmailMessage:
    return write(sender, DESK, subject, text)


def test_the_mailbox_shows_the_whole_conversation_also_after_a_restart(
    box: Box, relay: Relay
) -> None:
    with box.dovecot.logged_in(box.account) as client:
        client.create_folder("Ausgang")  # the server gives it the attribute \Sent
    desk, inbox = box.read_by("sent: yes"), Inbox(relay)
    box.put(question("Printer broken"))
    acknowledgement = inbox.take(KIM)
    notice = inbox.take("ben@desk.example")
    box.put(answer(notice, BEN, "Switch it on."))
    reply = inbox.take(KIM)
    wait_until(lambda: len(box.mails_in("Ausgang")) == 1, "a copy is kept")
    (copy,) = box.mails_in("Ausgang")
    assert copy["Message-ID"] == reply["Message-ID"]
    assert copy["Message-ID"] != acknowledgement["Message-ID"]
    assert "Switch it on." in text_of(copy)
    with box.dovecot.logged_in(box.account) as client:
        client.select_folder("Ausgang", readonly=True)
        assert client.search(["UNSEEN"]) == []

    assert set(desk.stop()) == {0}
    desk.start()
    box.put(answer(reply, KIM, "Thank you. And the scanner?"))
    box.put(answer(inbox.take("ben@desk.example", subject="TKT-0001"), BEN, "That, too."))
    second = inbox.take(KIM)
    wait_until(lambda: len(box.mails_in("Ausgang")) == 2, "the second is kept, too")
    ids = [one["Message-ID"] for one in box.mails_in("Ausgang")]
    assert ids == [reply["Message-ID"], second["Message-ID"]]


def test_each_message_is_moved_by_what_becomes_of_it(box: Box, relay: Relay) -> None:
    moves = "after: move, move_to: {answered: Answered, spam: Verdacht, quarantined: Held}"
    desk, inbox = box.read_by(moves), Inbox(relay)
    box.put(
        question("Printer broken"),
        question("Not yet"),
        question("Buy cheap watches", sender="ad@watches.example"),
        write(DESK, DESK, "From ourselves", "A forged From."),
    )
    for _ in range(2):
        inbox.take(KIM)
    inbox.take("ad@watches.example")
    wait_until(lambda: box.subjects_in("Held") == ["From ourselves"], "what is held is moved")
    box.put(answer(inbox.take("ben@desk.example", subject="Printer"), BEN, "Switch it on."))
    box.put(answer(inbox.take("ben@desk.example", subject="watches"), BEN, "#spam", quote=False))
    wait_until(lambda: "Printer broken" in box.subjects_in("Answered"), "what is answered is moved")
    wait_until(lambda: "Buy cheap watches" in box.subjects_in("Verdacht"), "and what is spam")
    assert "Not yet" in box.subjects_in("INBOX")
    assert len(desk.tickets()) == 3


def test_what_lies_in_the_spam_folder_is_suspected_and_never_acknowledged(
    box: Box, relay: Relay
) -> None:
    box.put(question("An old one"), folder="Verdacht")
    desk, inbox = box.read_by('folders: [INBOX, "\\\\Junk"]'), Inbox(relay)
    box.put(question("You have won", sender="ad@prizes.example"), folder="Verdacht")
    wait_until(lambda: len(desk.quarantine()) == 1, "it is held")
    (held,) = desk.quarantine()
    assert (held["reason"], held["sender"]) == ("spam", "ad@prizes.example")
    real = question("A real one")
    box.put(real)
    assert inbox.take(KIM)["In-Reply-To"] == real["Message-ID"]
    # an agent's answer that landed there proves itself
    box.put(answer(inbox.take("ben@desk.example"), BEN, "Found it."), folder="Verdacht")
    assert "Found it." in text_of(inbox.take(KIM))
    assert inbox.to("ad@prizes.example") == []
    assert [ticket["subject"] for ticket in desk.tickets()] == ["A real one"]


def delete(client: object, folder: str) -> None:
    client.delete_folder(folder)  # type: ignore[attr-defined]


def rename(client: object, folder: str) -> None:
    client.rename_folder(folder, "Elsewhere")  # type: ignore[attr-defined]


@pytest.mark.parametrize("lose", [delete, rename])
def test_a_folder_that_goes_while_it_is_selected_is_told_and_read_again_when_it_is_back(
    box: Box, relay: Relay, lose: Callable[[object, str], None]
) -> None:
    box.put(question("Before"), folder="Support")
    desk, inbox = box.read_by("folder: Support, start: all, alarm_after: 1s"), Inbox(relay)
    inbox.take(KIM)
    with box.dovecot.logged_in(box.account) as client:
        lose(client, "Support")
    alarm = text_of(inbox.take(ADMIN, subject="Mailbox support cannot be read"))
    assert 'the folder "Support" is not there' in alarm
    assert "INBOX" in alarm
    health = desk.run("health").stdout.decode()
    assert "folder_missing" in health
    # whoever sees to it makes it anew, or gives it its name again; the desk is started again
    assert set(desk.stop()) == {0}
    with box.dovecot.logged_in(box.account) as client, suppress(IMAPClientError):
        client.rename_folder("Elsewhere", "Support")
    afterwards = question("Afterwards")
    box.put(afterwards, folder="Support")
    desk.start()
    assert inbox.take(KIM)["In-Reply-To"] == afterwards["Message-ID"]
    assert sorted(t["subject"] for t in desk.tickets()) == ["Afterwards", "Before"]


def test_a_full_mailbox_keeps_no_copy_and_the_admins_hear_of_it_once(
    full_box: Box, relay: Relay
) -> None:
    box = full_box
    more = "sent: yes, after: move, move_to: {answered: Answered}, alarm_after: 1s"
    desk, inbox = box.read_by(more), Inbox(relay)
    box.put(question("Printer broken"))
    inbox.take(KIM)
    notice = inbox.take("ben@desk.example")
    fill(box)
    # the mailbox takes nothing any more: the answer comes by the other door
    reply = answer(notice, BEN, "Switch it on.")
    desk.send(reply, "ben@desk.example", str(reply["To"]))
    sent = inbox.take(KIM)
    told = text_of(inbox.take(ADMIN, subject="A part of the mailbox support"))
    assert "over_quota: copies of answers wait: the mailbox is full" in told
    assert "over_quota" in desk.run("health").stdout.decode()
    assert set(desk.stop()) == {0}
    with box.dovecot.logged_in(box.account) as client:
        client.delete_folder("Heap")
    desk.start()
    wait_until(lambda: len(box.mails_in("Sent")) == 1, "the copy is kept")
    assert box.mails_in("Sent")[0]["Message-ID"] == sent["Message-ID"]
    wait_until(
        lambda: box.subjects_in("Answered") == ["Printer broken"], "and the message is moved"
    )
    assert box.subjects_in("INBOX") == []


@pytest.fixture(scope="module")
def small_dovecot() -> Iterator[Dovecot]:
    """A server whose mailboxes hold 60,000 octets."""
    server = find_dovecot(quota=60_000)
    yield server
    server.remove()


@pytest.fixture
def full_box(small_dovecot: Dovecot, tmp_path: Path, relay: Relay, where: str) -> Iterator[Box]:
    one = Box(small_dovecot, tmp_path / "desk", relay, where)
    yield one
    one.end()


def fill(box: Box) -> None:
    """Until there is no room for another mail."""
    with box.dovecot.logged_in(box.account) as client:
        client.create_folder("Heap")
        for size in (20_000, 2_000, 200):
            with suppress(IMAPClientError):
                while True:
                    client.append("Heap", b"Subject: heap\r\n\r\n" + b"x" * size + b"\r\n")
