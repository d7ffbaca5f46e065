"""The IMAP door, against a real server."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from maildesk.errors import BadMessage, PermanentFailure, TransientFailure
from maildesk.ingress.imap.reading import TRIES
from maildesk.store.mailbox.mailboxes import Cursor
from tests.ingress.imap.imap_desk import Desk, door_open, mail, settings
from tests.servers.dovecot import Dovecot
from tests.servers.imap import Imap, ImapAccount
from tests.servers.wire import Wire


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def wire(imap_account: ImapAccount) -> Iterator[Wire]:
    wire = Wire(imap_account.host, imap_account.port)
    yield wire
    wire.remove()


def wait_for(is_so: Callable[[], bool], timeout: float = 60.0) -> None:
    """What another client of the server sees has no event to wait for, so it is
    asked again and again."""
    until = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < until
        threading.Event().wait(0.02)


def flags_of(imap_server: Imap, account: ImapAccount, folder: str = "") -> list[set[bytes]]:
    with imap_server.logged_in(account) as client:
        client.select_folder(folder or account.folder, readonly=True)
        return [set(items[b"FLAGS"]) for items in client.fetch(client.search(), ["FLAGS"]).values()]


def seen_in(imap_server: Imap, account: ImapAccount) -> int:
    return sum(b"\\Seen" in flags for flags in flags_of(imap_server, account))


def subjects_in(imap_server: Imap, account: ImapAccount, folder: str) -> list[bytes]:
    with imap_server.logged_in(account) as client:
        if not client.folder_exists(folder):
            return []
        client.select_folder(folder, readonly=True)
        return [
            items[b"ENVELOPE"].subject
            for items in client.fetch(client.search(), ["ENVELOPE"]).values()
        ]


def test_mail_that_lies_there_is_taken_in_order_and_marked(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    # another program read it: that must not matter
    imap_server.append(imap_account, mail(3), seen=True)
    with door_open(settings(imap_account), desk):
        desk.wait_for(3)
        wait_for(lambda: seen_in(imap_server, imap_account) == 3)
    assert desk.subjects == ["question 1", "question 2", "question 3"]
    assert desk.accepted[0][0] == mail(1)
    assert [cursor.backlog_uid for _, _, cursor in desk.accepted] == [1, 2, 3]


def test_mail_that_comes_while_idle_is_taken_at_once(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1))
    with door_open(settings(imap_account), desk):  # the next poll is five minutes away
        desk.wait_for(1)
        for number in (2, 3, 4):
            imap_server.append(imap_account, mail(number))
            desk.wait_for(number)
    assert desk.subjects == ["question 1", "question 2", "question 3", "question 4"]


def test_mail_is_found_by_polling_where_idle_is_off(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1))
    with door_open(settings(imap_account, idle=False, poll="1s"), desk):
        desk.wait_for(1)
        imap_server.append(imap_account, mail(2))
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]


def test_nothing_is_taken_twice_by_a_second_start(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    with door_open(settings(imap_account), desk):
        desk.wait_for(2)
    imap_server.append(imap_account, mail(3))
    with door_open(settings(imap_account), desk):
        desk.wait_for(3)
    assert desk.subjects == ["question 1", "question 2", "question 3"]


def test_what_was_taken_is_moved_when_the_admin_wants_that(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    with door_open(settings(imap_account, after="move", move_to="Done by désk"), desk):
        desk.wait_for(2)
        wait_for(lambda: len(subjects_in(imap_server, imap_account, "Done by désk")) == 2)
    assert subjects_in(imap_server, imap_account, imap_account.folder) == []


@pytest.mark.parametrize("after", ["move", "flag"])
def test_a_crash_between_commit_and_mark_is_made_up_for(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, after: str
) -> None:
    dovecot.append(dovecot_account, mail(1), mail(2))
    with dovecot.logged_in(dovecot_account) as client:
        uidvalidity = client.select_folder(dovecot_account.folder)[b"UIDVALIDITY"]
        first = client.search()[0]
    desk.cursor = Cursor("support", uidvalidity, first)  # committed, and then the power went
    with door_open(settings(dovecot_account, after=after), desk):
        desk.wait_for(1)
        if after == "move":
            wait_for(lambda: len(subjects_in(dovecot, dovecot_account, "Processed")) == 2)
        else:
            wait_for(lambda: seen_in(dovecot, dovecot_account) == 2)
    assert desk.subjects == ["question 2"]


def test_everything_is_read_again_when_uids_lose_their_meaning(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    desk.cursor = Cursor("support", 12345, 99)
    with door_open(settings(imap_account), desk):
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]
    assert desk.cursor.uidvalidity != 12345


def test_everything_is_read_again_in_a_mailbox_restored_from_a_backup(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    with imap_server.logged_in(imap_account) as client:
        uidvalidity = client.select_folder(imap_account.folder)[b"UIDVALIDITY"]
    desk.cursor = Cursor("support", uidvalidity, 5000)  # a UID this server has not given out yet
    with door_open(settings(imap_account), desk):
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]


def test_a_message_that_is_too_large_is_refused_by_its_head(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    imap_server.append(imap_account, mail(1), mail(2, size=5000), mail(3))
    with door_open(settings(imap_account, max_message_size=1000), desk):
        desk.wait_for(2)
        wait_for(lambda: seen_in(imap_server, imap_account) == 3)
    assert desk.subjects == ["question 1", "question 3"]
    [(head, cursor, words)] = desk.refused
    assert head == b"From: ana@example.org\r\nSubject: question 2\r\n\r\n"
    assert cursor.backlog_uid == desk.accepted[0][2].backlog_uid + 1
    assert words.startswith("too large: 50")
    assert [b"\\Flagged" in flags for flags in flags_of(imap_server, imap_account)] == [
        False,
        True,
        False,
    ]


def test_a_message_the_desk_cannot_take_does_not_block_the_next(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    def hinder(raw: bytes) -> None:
        if b"question 1" in raw:
            raise BadMessage("no message at all")

    desk.hinder = hinder
    imap_server.append(imap_account, mail(1), mail(2))
    with door_open(settings(imap_account), desk):
        desk.wait_for(1)
    assert desk.subjects == ["question 2"]
    assert [(head.splitlines()[1], words) for head, _, words in desk.refused] == [
        (b"Subject: question 1", "unreadable: no message at all")
    ]


def test_a_message_that_meets_a_mistake_of_ours_is_refused_after_a_few_tries(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    tries: list[bytes] = []

    def hinder(raw: bytes) -> None:
        if b"question 2" in raw:
            tries.append(raw)
            raise ValueError("nobody thought of this")

    desk.hinder = hinder
    imap_server.append(imap_account, mail(1), mail(2), mail(3))
    with door_open(settings(imap_account), desk):
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 3"]
    assert len(tries) == TRIES
    assert [words for _, _, words in desk.refused] == [
        "unreadable: ValueError: nobody thought of this"
    ]


def test_what_the_operator_has_to_mend_refuses_no_mail(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    def hinder(_raw: bytes) -> None:
        if not desk.alarms:
            raise PermanentFailure("the folder for large messages may not be written")

    desk.hinder = hinder
    imap_server.append(imap_account, mail(1))
    with door_open(settings(imap_account, alarm_after="5m"), desk):
        desk.wait_for(1)
        desk.wait_until(lambda: len(desk.alarms) == 2)
    assert desk.refused == []
    assert "the folder for large messages may not be written" in desk.alarms[0][2]


def test_mail_waits_in_the_mailbox_while_the_store_is_away(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    attempts: list[bytes] = []

    def hinder(raw: bytes) -> None:
        attempts.append(raw)
        if len(attempts) in (2, 3, 4):
            raise TransientFailure("the database is away")

    desk.hinder = hinder
    imap_server.append(imap_account, mail(1), mail(2), mail(3))
    with door_open(settings(imap_account), desk):
        desk.wait_for(3)
        wait_for(lambda: seen_in(imap_server, imap_account) == 3)
    assert desk.subjects == ["question 1", "question 2", "question 3"]
    assert desk.refused == []
    assert desk.alarms == []


def test_a_message_the_server_cannot_read_does_not_block_the_next(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    for number in (1, 2, 3):
        dovecot.append(dovecot_account, mail(number))
    dovecot.spoil(dovecot_account, 1)
    with door_open(settings(dovecot_account), desk):
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 3"]
    [(_, cursor, words)] = desk.refused
    assert cursor.backlog_uid == desk.accepted[0][2].backlog_uid + 1
    assert words.startswith("unreadable: ")


def test_a_message_the_server_cannot_read_for_a_moment_is_not_refused(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    dovecot.append(dovecot_account, mail(1))
    dovecot.spoil(dovecot_account, 0)
    with door_open(settings(dovecot_account), desk, back_off=(0.3, 0.3)):
        desk.wait_until(lambda: desk.now > 0)  # the first failure
        dovecot.mend(dovecot_account)
        desk.wait_for(1)
    assert desk.refused == []


def test_the_envelope_is_what_the_last_server_wrote(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    head = b"Return-Path: <ana@example.org>\r\nDelivered-To: support+abc@desk.example\r\n"
    imap_server.append(imap_account, mail(1, head=head), mail(2))
    with door_open(settings(imap_account), desk):
        desk.wait_for(2)
    first, second = (envelope for _, envelope, _ in desk.accepted)
    assert (first.mail_from, first.rcpt_to, first.via) == (
        "ana@example.org",
        ("support+abc@desk.example",),
        "imap:support",
    )
    assert (second.mail_from, second.rcpt_to, second.via) == (
        None,
        ("support@desk.example",),
        "imap:support",
    )


def test_the_envelope_survives_lmtp_and_the_mailbox(
    dovecot_account: ImapAccount, desk: Desk
) -> None:
    with smtplib.LMTP(dovecot_account.host, dovecot_account.lmtp_port) as lmtp:
        lmtp.sendmail("ana@example.org", [dovecot_account.username], mail(1))
        lmtp.sendmail("", [dovecot_account.username], mail(2))
    with door_open(settings(dovecot_account), desk):
        desk.wait_for(2)
    assert [envelope.mail_from for _, envelope, _ in desk.accepted] == ["ana@example.org", ""]
    assert {envelope.rcpt_to for _, envelope, _ in desk.accepted} == {(dovecot_account.username,)}


def test_the_door_finds_the_server_again(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk, wire: Wire
) -> None:
    imap_server.append(imap_account, mail(1))
    with door_open(settings(imap_account, port=wire.port), desk):
        desk.wait_for(1)
        wire.cut()
        imap_server.append(imap_account, mail(2))
        wire.mend()
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]


def test_a_link_that_died_without_a_word_is_noticed(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk, wire: Wire
) -> None:
    with door_open(settings(imap_account, port=wire.port, poll="1s", timeout="1s"), desk):
        imap_server.append(imap_account, mail(1))
        desk.wait_for(1)
        wire.freeze()
        imap_server.append(imap_account, mail(2))
        desk.wait_until(lambda: desk.now > 0)  # the renewal of IDLE was not answered
        wire.mend()
        desk.wait_for(2)
    assert desk.subjects == ["question 1", "question 2"]


def test_stopping_does_not_wait_for_a_dead_link(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk, wire: Wire
) -> None:
    imap_server.append(imap_account, mail(1), mail(2))
    # so that the question for the second message is never answered
    desk.hinder = lambda _raw: wire.freeze()
    with door_open(settings(imap_account, port=wire.port), desk):  # at its end it must stop
        desk.wait_for(1)
    assert desk.subjects == ["question 1"]


def test_an_unreadable_mailbox_is_told_once_and_so_is_its_recovery(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk, wire: Wire
) -> None:
    imap_server.append(imap_account, mail(1))
    wire.cut()
    with door_open(settings(imap_account, port=wire.port, alarm_after="5m"), desk):
        desk.wait_until(lambda: len(desk.alarms) == 1)
        told_at = desk.now
        desk.wait_until(lambda: desk.now > told_at + 60)
        wire.mend()
        desk.wait_until(lambda: len(desk.alarms) == 2)
        desk.wait_for(1)
    assert [(name, is_readable) for name, is_readable, _ in desk.alarms] == [
        ("support", False),
        ("support", True),
    ]
    assert 300 <= told_at <= 350
    assert "could not be read for 5 min: ConnectionRefusedError" in desk.alarms[0][2]
    assert imap_account.password not in desk.alarms[0][2]


def test_a_wrong_password_is_told_without_the_password(
    imap_account: ImapAccount, desk: Desk
) -> None:
    with door_open(settings(imap_account, password="wrong-secret", alarm_after="10s"), desk):
        desk.wait_until(lambda: len(desk.alarms) == 1)
    assert "the log-in is refused" in desk.alarms[0][2]
    assert "wrong-secret" not in desk.alarms[0][2]


def test_an_alarm_that_cannot_be_given_is_tried_again(
    imap_account: ImapAccount, desk: Desk
) -> None:
    class DeafDesk(Desk):
        deaf = 3

        def alarm(self, name: str, is_readable: bool, words: str) -> None:
            self.deaf -= 1
            if self.deaf >= 0:
                raise TransientFailure("the database is away")
            super().alarm(name, is_readable, words)

    deaf = DeafDesk()
    with door_open(settings(imap_account, password="wrong", alarm_after="10s"), deaf):
        deaf.wait_until(lambda: len(deaf.alarms) == 1)
    assert deaf.accepted == []


def test_stopping_does_not_wait_for_a_server_that_fell_silent(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # listens, and never says a word
        account = ImapAccount("127.0.0.1", silent.getsockname()[1], "desk", "secret")
        with door_open(settings(account), desk):  # at its end it must stop
            silent.settimeout(10)
            link, _ = silent.accept()
        link.close()
    assert desk.alarms == []
