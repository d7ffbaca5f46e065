"""One folder of a real server: what is new in it, and how it is marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import folder as imap_folder
from maildesk.ingress.imap.folder import DONE, Folder
from maildesk.ingress.imap.login import Client, close, connect
from tests.ingress.imap.imap_desk import mail, settings
from tests.servers.imap import Imap, ImapAccount


class Without:
    """A client whose server has some capabilities less."""

    def __init__(self, client: Client, *missing: str) -> None:
        self._client = client
        self._missing = missing

    def has_capability(self, name: str) -> bool:
        return name not in self._missing and bool(self._client.has_capability(name))  # type: ignore[no-untyped-call, unused-ignore]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.fixture
def mailbox(dovecot: Imap, dovecot_account: ImapAccount) -> ImapMailbox:
    dovecot.append(dovecot_account, mail(1), mail(2), mail(3))
    return settings(dovecot_account, after="move")


@pytest.fixture
def client(mailbox: ImapMailbox) -> Iterator[Client]:
    client = connect(mailbox)
    yield client
    close(client)


def uids_in(client: Any, folder: str, criteria: str = "ALL") -> list[int]:
    client.select_folder(folder)
    return list(client.search(criteria))


def test_only_what_is_above_the_cursor_is_new(client: Client, mailbox: ImapMailbox) -> None:
    folder = Folder(client, mailbox)
    first, second, third = folder.uids_after(0)
    assert folder.uids_after(first) == [second, third]
    assert folder.uids_after(third) == []  # "4:*" has 3 in it all the same


def test_a_large_folder_is_searched_piece_by_piece(client: Client, mailbox: ImapMailbox) -> None:
    whole = Folder(client, mailbox)
    pieces = Folder(client, mailbox, window=2)
    assert pieces.uids_after(0) == whole.uids_after(0)
    assert len(pieces.uids_after(0)) == 3


def test_reading_a_message_leaves_no_trace(client: Client, mailbox: ImapMailbox) -> None:
    folder = Folder(client, mailbox)
    uids = folder.uids_after(0)
    assert {uid: look.size for uid, look in folder.looks(uids).items()} == {
        uid: len(mail(1)) for uid in uids
    }
    assert folder.raw(uids[1]) == mail(2)
    assert folder.head(uids[1]) == mail(2).partition(b"hello")[0]
    assert uids_in(client, mailbox.folder, "UNSEEN") == uids


def test_a_message_somebody_took_away_is_no_error(client: Client, mailbox: ImapMailbox) -> None:
    folder = Folder(client, mailbox)
    assert folder.raw(4711) is None
    assert folder.head(4711) == b""
    assert folder.looks([4711]) == {}


@pytest.mark.parametrize(
    ("missing", "left"),
    [
        ((), 0),
        (("MOVE",), 0),
        (("MOVE", "UIDPLUS"), 2),  # marked as deleted, for somebody else to expunge
    ],
)
def test_messages_move_whatever_the_server_knows(
    client: Client, mailbox: ImapMailbox, missing: tuple[str, ...], left: int
) -> None:
    folder = Folder(Without(client, *missing), mailbox)
    uids = folder.uids_after(0)
    folder.mark_done(uids[:2])
    assert uids_in(client, mailbox.folder, "DELETED") == uids[:left]
    assert uids_in(client, mailbox.folder, "UNDELETED") == uids[2:]
    assert len(uids_in(client, mailbox.move_to.taken)) == 2


def test_leftovers_are_not_copied_twice_without_uidplus(
    client: Client, mailbox: ImapMailbox
) -> None:
    folder = Folder(Without(client, "MOVE", "UIDPLUS"), mailbox)
    uids = folder.uids_after(0)
    folder.mark_done(uids[:1])
    folder.mark_done(folder.unmarked(uids[1]))
    assert len(uids_in(client, mailbox.move_to.taken)) == 2


def test_the_keyword_is_ours_and_seen_is_for_the_people(
    client: Client, mailbox: ImapMailbox
) -> None:
    folder = Folder(client, mailbox.model_copy(update={"after": "flag"}))
    uids = folder.uids_after(0)
    folder.mark_done(uids[:2], refused=uids[1:2])
    assert uids_in(client, mailbox.folder, f"KEYWORD {DONE} SEEN") == uids[:2]
    assert uids_in(client, mailbox.folder, "FLAGGED") == uids[1:2]


def test_a_folder_that_takes_no_mail_is_no_reason_to_stop(
    client: Any, mailbox: ImapMailbox
) -> None:
    folder = Folder(client, mailbox)
    client.delete_folder(mailbox.move_to.taken)
    uids = folder.uids_after(0)
    folder.mark_done(uids)  # NO [TRYCREATE]
    assert folder.uids_after(0) == uids


def test_many_messages_are_marked_in_batches(
    dovecot: Imap, client: Client, mailbox: ImapMailbox, dovecot_account: ImapAccount
) -> None:
    dovecot.append(dovecot_account, *(mail(number) for number in range(imap_folder.BATCH)))
    folder = Folder(client, mailbox)
    folder.mark_done(folder.uids_after(0))
    assert len(uids_in(client, mailbox.move_to.taken)) == imap_folder.BATCH + 3
