"""Where the door begins in a mailbox, and what it makes of UIDs that mean nothing any more: on a
real server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maildesk.errors import TransientFailure
from tests.ingress.imap.imap_desk import Desk, door_open, mail, settings
from tests.ingress.imap.test_door import flags_of, wait_for
from tests.servers.dovecot import Dovecot
from tests.servers.imap import Imap, ImapAccount
from tests.servers.imap_wire import ImapWire


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.records.time = datetime.now(UTC) + timedelta(seconds=10)  # later than what lies there
    return desk


def put(
    server: Imap, account: ImapAccount, *numbers: int, days: int = 0, seen: bool = False
) -> None:
    """Messages that came so many days ago."""
    with server.logged_in(account) as client:
        for number in numbers:
            head = b"Message-ID: <%d@example.org>\r\n" % number
            at = datetime.now(UTC) - timedelta(days=days)
            flags = (b"\\Seen",) if seen else ()
            client.append(account.folder, mail(number, head=head), flags, at)


def begin(desk: Desk, account: ImapAccount, start: str) -> None:
    """Let the door look once, and close it."""
    with door_open(settings(account, start=start), desk):
        desk.wait_until(lambda: has_begun(desk, start))


def has_begun(desk: Desk, start: str) -> bool:
    """Whether the only folder is begun so, and none of its old mail is still to be taken or
    remembered."""
    found = list(desk.records.cursors.values())
    if not found or found[0].start != start or found[0].backlog:
        return False
    return found[0].known_before is None or found[0].known_before < desk.records.time


def test_what_is_there_stays_untouched(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    put(imap_server, imap_account, 1, 2)
    put(imap_server, imap_account, 3, seen=True)
    before = flags_of(imap_server, imap_account)
    with door_open(settings(imap_account, start="now"), desk):
        desk.wait_until(lambda: bool(desk.records.cursors))
        put(imap_server, imap_account, 4)
        desk.wait_for(1)
        wait_for(lambda: b"\\Seen" in flags_of(imap_server, imap_account)[3])
    assert desk.subjects == ["question 4"]
    assert desk.cursor.left_alone == 3
    assert [flags - {b"\\Recent"} for flags in flags_of(imap_server, imap_account)[:3]] == [
        flags - {b"\\Recent"} for flags in before
    ]


def test_nor_is_it_marked_when_the_desk_comes_back(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1, 2)
    begin(desk, dovecot_account, "now")
    put(dovecot, dovecot_account, 3)
    with door_open(settings(dovecot_account, start="now"), desk):
        desk.wait_for(1)
        wait_for(lambda: b"\\Seen" in flags_of(dovecot, dovecot_account)[2])
    assert not any(b"\\Seen" in flags for flags in flags_of(dovecot, dovecot_account)[:2])


def test_unread_takes_in_what_nobody_has_read(
    imap_server: Imap, imap_account: ImapAccount, desk: Desk
) -> None:
    put(imap_server, imap_account, 1)
    put(imap_server, imap_account, 2, seen=True)
    put(imap_server, imap_account, 3)
    begin(desk, imap_account, "unread")
    assert desk.subjects == ["question 1", "question 3"]


def test_a_day_takes_in_what_came_since_by_the_servers_date(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1, days=20)
    put(dovecot, dovecot_account, 2, days=1, seen=True)
    put(dovecot, dovecot_account, 3)
    begin(desk, dovecot_account, f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%d}")
    assert desk.subjects == ["question 2", "question 3"]


def test_the_date_comes_along(dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk) -> None:
    put(dovecot, dovecot_account, 1, days=20)
    begin(desk, dovecot_account, "all")
    ((_, envelope, _),) = desk.accepted
    assert envelope.arrived_at is not None
    age = datetime.now(UTC) - envelope.arrived_at
    assert timedelta(days=19, hours=23) < age < timedelta(days=20, hours=1)


def test_another_start_later_takes_in_what_was_left_alone(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1)
    put(dovecot, dovecot_account, 2, seen=True)
    begin(desk, dovecot_account, "now")
    with door_open(settings(dovecot_account, start="now"), desk):
        put(dovecot, dovecot_account, 3)
        desk.wait_for(1)
    begin(desk, dovecot_account, "unread")
    assert desk.subjects == ["question 3", "question 1"]
    begin(desk, dovecot_account, "all")
    assert desk.subjects == ["question 3", "question 1", "question 2"]
    begin(desk, dovecot_account, "all")
    assert len(desk.accepted) == 3


def test_a_backlog_goes_on_where_it_was_broken_off(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1, 2, 3, 4)
    failed: list[bytes] = []

    def hinder(raw: bytes) -> None:
        if b"question 3" in raw and not failed:
            failed.append(raw)
            raise TransientFailure("the database is away")

    desk.hinder = hinder
    begin(desk, dovecot_account, "unread")
    assert desk.subjects == [f"question {n}" for n in (1, 2, 3, 4)]


def test_new_uids_bring_nothing_twice_and_miss_nothing_new(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1, days=30)
    put(dovecot, dovecot_account, 2, 3)
    begin(desk, dovecot_account, "now")
    with door_open(settings(dovecot_account, start="now"), desk):
        put(dovecot, dovecot_account, 4)
        desk.wait_for(1)
    dovecot.renumber(dovecot_account)
    put(dovecot, dovecot_account, 5)
    put(dovecot, dovecot_account, 6, days=90)  # old mail, moved there
    before = desk.cursor
    with door_open(settings(dovecot_account, start="now"), desk):
        desk.wait_for(2)
        desk.wait_until(lambda: not desk.cursor.backlog)
        put(dovecot, dovecot_account, 7)
        desk.wait_for(3)
    assert desk.subjects == ["question 4", "question 5", "question 7"]
    assert desk.cursor.uidvalidity != before.uidvalidity


def test_new_uids_in_the_midst_of_a_backlog_lose_none_of_it(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1, 2, 3)
    put(dovecot, dovecot_account, 4, seen=True)

    def hinder(raw: bytes) -> None:
        if b"question 2" in raw:
            raise TransientFailure("the database is away")

    desk.hinder = hinder
    with door_open(settings(dovecot_account, start="unread"), desk):
        desk.wait_for(1)
    dovecot.renumber(dovecot_account)
    desk.hinder = lambda _raw: None
    with door_open(settings(dovecot_account, start="unread"), desk):
        desk.wait_for(3)
        desk.wait_until(lambda: not desk.cursor.backlog)
    assert desk.subjects == ["question 1", "question 2", "question 3"]


def test_what_was_left_alone_is_remembered_behind_the_first_look_and_new_mail_does_not_wait(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, *range(1, 121))
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    asked: list[str] = []

    def intercept(line: str) -> str | None:
        if "HEADER.FIELDS" in line:
            asked.append(line)
            if len(asked) == 1:  # comes while the server looks for what the old ones are
                put(dovecot, dovecot_account, 121)
        return None

    wire.intercept = intercept
    with door_open(settings(dovecot_account, port=wire.port, start="now"), desk):
        desk.wait_until(lambda: has_begun(desk, "now") and len(desk.accepted) == 1)
    wire.remove()
    assert desk.subjects == ["question 121"]
    assert len(asked) == 3  # of fifty each
    left_alone = [seen.uid for _, seen, taken in desk.records.seen if not taken]
    assert sorted(left_alone) == list(range(1, 121))
    before_the_last = [taken for _, _, taken in desk.records.seen][:-1]
    assert True in before_the_last


def test_a_crash_before_anything_is_remembered_takes_nothing_in(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    desk.records.time -= timedelta(hours=1)
    put(dovecot, dovecot_account, 1, 2, days=1)
    wire = ImapWire(dovecot_account.host, dovecot_account.port)
    wire.intercept = lambda line: "" if "HEADER.FIELDS" in line else None
    with door_open(settings(dovecot_account, port=wire.port, start="now"), desk):
        desk.wait_until(lambda: bool(desk.records.cursors))
    wire.remove()
    assert not desk.records.seen
    dovecot.renumber(dovecot_account)
    put(dovecot, dovecot_account, 3)
    with door_open(settings(dovecot_account, start="now"), desk):
        desk.wait_for(1)
        desk.wait_until(lambda: not desk.cursor.backlog)
    assert desk.subjects == ["question 3"]


def test_uids_that_jump_are_no_trouble(
    dovecot: Dovecot, dovecot_account: ImapAccount, desk: Desk
) -> None:
    put(dovecot, dovecot_account, 1)
    begin(desk, dovecot_account, "all")
    file = dovecot.mail_folder / dovecot_account.username / "dovecot-uidlist"
    head, _, rest = file.read_text().partition("\n")
    fields = [f"N{2**32 - 9}" if one.startswith("N") else one for one in head.split(" ")]
    file.write_text("\n".join([" ".join(fields), rest]))
    for index in (dovecot.mail_folder / dovecot_account.username).glob("dovecot.index*"):
        index.unlink()
    put(dovecot, dovecot_account, 2, 3)
    with door_open(settings(dovecot_account), desk):
        desk.wait_for(3)
    assert desk.subjects == ["question 1", "question 2", "question 3"]
    assert desk.cursor.uid > 2**31
