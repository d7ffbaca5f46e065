"""Copies of answers in the mailbox, and messages that are moved by what became of them: on a real
server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from maildesk.store.mailbox.mailboxes import Copy, Settled
from tests.ingress.imap.imap_desk import Desk, door_open, door_to, mail, running, settings
from tests.ingress.imap.test_door import flags_of, subjects_in, wait_for
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.imap_wire import ImapWire

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANSWER = (
    b"From: support@desk.example\r\nMessage-ID: <a1@desk.example>\r\nSubject: answer\r\n\r\nX\r\n"
)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.records.copies = [Copy(7, "a1@desk.example", AT)]
    desk.records.octets = {7: ANSWER}
    return desk


@pytest.fixture
def wire(dovecot_account: ImapAccount) -> Iterator[ImapWire]:
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    yield wire
    wire.remove()


@pytest.mark.parametrize(("made", "where"), [("Ausgang", "Ausgang"), ("", "Sent")])
def test_a_copy_lies_in_the_folder_for_sent_mail_once(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, made: str, where: str
) -> None:
    if made:
        with dovecot.logged_in(dovecot_account) as client:
            client.create_folder(made)
    for _ in range(2):  # the second time as after a crash between the two
        with door_open(settings(dovecot_account, sent="yes"), desk):
            desk.wait_until(lambda: desk.records.kept == {7: "kept"})
        desk.records.kept.clear()
    assert subjects_in(dovecot, dovecot_account, where) == [b"answer"]
    (flags,) = flags_of(dovecot, dovecot_account, where)
    assert b"\\Seen" in flags


def test_the_folder_that_was_made_takes_the_next_copy_as_well(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    more = {"sent": "yes", "idle": False, "poll": "0.05s"}
    with door_open(settings(dovecot_account, **more), desk):
        desk.wait_until(lambda: desk.records.kept == {7: "kept"})
        desk.records.octets[8] = ANSWER.replace(b"a1@", b"a2@")
        desk.records.copies.append(Copy(8, "a2@desk.example", AT))
        desk.wait_until(lambda: desk.records.kept == {7: "kept", 8: "kept"})
    assert len(subjects_in(dovecot, dovecot_account, "Sent")) == 2


def test_gmail_s_mailbox_keeps_what_another_relay_has_sent(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    wire.rewrite = lambda octets: octets.replace(
        b"CAPABILITY IMAP4rev1", b"CAPABILITY IMAP4rev1 X-GM-EXT-1"
    )
    with door_open(settings(dovecot_account, port=wire.port, sent="yes"), desk):
        desk.wait_until(lambda: desk.records.kept == {7: "kept"})
    assert subjects_in(dovecot, dovecot_account, "Sent") == [b"answer"]


def test_a_copy_that_the_provider_made_is_found_and_no_second_one_put_beside_it(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    with dovecot.logged_in(dovecot_account) as client:
        client.create_folder("Ausgang")
        client.append("Ausgang", ANSWER)
    with door_open(settings(dovecot_account, port=wire.port, sent="yes"), desk):
        desk.wait_until(lambda: desk.records.kept == {7: "kept"})
    assert not any("APPEND" in line for line in wire.heard)


def test_a_full_mailbox_takes_no_copy_and_is_read_all_the_same(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    full = "{tag} NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
    wire.intercept = lambda line: full if line.startswith("APPEND") else None
    more = {"sent": "yes", "idle": False, "poll": "0.05s", "alarm_after": "30s"}
    one = door_to(settings(dovecot_account, port=wire.port, **more), desk)
    with running(one):
        wait_for(lambda: bool(one.trouble))
        dovecot.append(dovecot_account, mail(1))
        desk.wait_for(1)
        desk.wait_until(lambda: bool(desk.alarms_of_parts))
        assert desk.records.kept == {}
        wire.intercept = lambda _line: None  # somebody has made room
        desk.wait_until(lambda: desk.records.kept == {7: "kept"})
        desk.wait_until(lambda: len(desk.alarms_of_parts) == 2)
    told, over = desk.alarms_of_parts
    assert told[:2] == ("support", False)
    assert "over_quota: copies of answers wait: the mailbox is full" in told[2]
    assert over == ("support", True, "Nothing of it waits any more.")
    assert desk.alarms == []


def test_what_is_answered_is_moved_by_its_fate(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    dovecot.append(dovecot_account, mail(1), mail(2))
    moves = {"after": "move", "move_to": {"answered": "Done"}, "poll": "1s"}
    with door_open(settings(dovecot_account, **moves), desk):
        desk.wait_for(2)
        at = desk.cursor
        fate = Settled(1, "answered", "INBOX", at.uidvalidity, 1, "INBOX", "")
        desk.records.fates = [fate]
        desk.wait_until(lambda: not desk.records.fates)
    assert subjects_in(dovecot, dovecot_account, "Done") == [b"question 1"]
    assert subjects_in(dovecot, dovecot_account, "INBOX") == [b"question 2"]


def test_where_messages_can_only_be_copied_a_full_mailbox_moves_none_and_that_is_told(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk, wire: ImapWire
) -> None:
    dovecot.append(dovecot_account, mail(1))
    wire.rewrite = lambda octets: octets.replace(b" MOVE", b"")
    full = "{tag} NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"
    wire.intercept = lambda line: full if line.startswith("UID COPY") else None
    moves = {"after": "move", "move_to": {"answered": "Done"}, "alarm_after": "30s"}
    more = {"port": wire.port, "idle": False, "poll": "0.05s"}
    with door_open(settings(dovecot_account, **moves, **more), desk):
        desk.wait_for(1)
        fate = Settled(1, "answered", "INBOX", desk.cursor.uidvalidity, 1, "INBOX", "")
        desk.records.fates = [fate]
        desk.wait_until(lambda: bool(desk.alarms_of_parts))
        assert "over_quota: moves wait: the mailbox is full" in desk.alarms_of_parts[0][2]
        assert subjects_in(dovecot, dovecot_account, "INBOX") == [b"question 1"]
        wire.intercept = lambda _line: None
        desk.wait_until(lambda: not desk.records.fates)
    assert subjects_in(dovecot, dovecot_account, "Done") == [b"question 1"]
