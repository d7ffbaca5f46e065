"""What the IMAP door keeps in the database beside the messages themselves: each call one
transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from maildesk.store import outbox
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.mailbox import mailboxes
from maildesk.store.mailbox.mailboxes import Copy, Cursor, Seen, Settled


class Records(Protocol):
    """The door's memory. Every method returns after a durable commit or raises
    TransientFailure."""

    def position(self, mailbox: str, folder: str, *, is_first: bool) -> Cursor | None:
        """How far this folder has been read; None for one that was never read."""

    def begin(self, position: Cursor, there: Sequence[Seen], *, is_first: bool) -> None:
        """It is read from here on; remember these as having been there."""

    def save(self, position: Cursor) -> None:
        """So far it is read."""

    def recognised(self, mailbox: str, fingerprints: Sequence[bytes]) -> dict[bytes, bool]:
        """Those that were seen in this mailbox, and whether they were taken."""

    def taken_among(self, position: Cursor, uids: Sequence[int]) -> set[int]:
        """Those of these UIDs that were taken already."""

    def settled(self, mailbox: str, kinds: Sequence[str]) -> list[Settled]:
        """Messages that are to be moved for what became of them."""

    def moved(self, ids: Sequence[int], fate: str, lies_in: str) -> None:
        """They were."""

    def copies_wanted(self, mailbox: str) -> list[Copy]:
        """Mails that were sent and belong into the mailbox."""

    def octets_of(self, copy: Copy) -> bytes:
        """Such a mail, whole."""

    def copy_done(self, copy: Copy, state: str, words: str = "") -> None:
        """It is kept there, or never will be."""

    def now(self) -> datetime:
        """The time, in UTC."""


class StoredRecords:
    """The desk's own. `spam_statuses` says which states of a ticket mean spam."""

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        now: Callable[[], datetime],
        spam_statuses: Callable[[], Sequence[str]],
    ) -> None:
        self._db, self._blobs, self.now, self._spam = db, blobs, now, spam_statuses

    def position(self, mailbox: str, folder: str, *, is_first: bool) -> Cursor | None:
        """How far this folder has been read; None for one that was never read."""
        with self._db.read() as conn:
            return mailboxes.cursor(conn, mailbox, folder, is_first=is_first)

    def begin(self, position: Cursor, there: Sequence[Seen], *, is_first: bool) -> None:
        """It is read from here on; remember these as having been there."""
        with self._db.write() as conn:
            mailboxes.begin(conn, position, there, self.now(), is_first=is_first)

    def save(self, position: Cursor) -> None:
        """So far it is read."""
        with self._db.write() as conn:
            mailboxes.move_cursor(conn, position)

    def recognised(self, mailbox: str, fingerprints: Sequence[bytes]) -> dict[bytes, bool]:
        """Those that were seen in this mailbox, and whether they were taken."""
        with self._db.read() as conn:
            return mailboxes.recognised(conn, mailbox, fingerprints)

    def taken_among(self, position: Cursor, uids: Sequence[int]) -> set[int]:
        """Those of these UIDs that were taken already."""
        with self._db.read() as conn:
            return mailboxes.taken_among(conn, position, uids)

    def settled(self, mailbox: str, kinds: Sequence[str]) -> list[Settled]:
        """Messages that are to be moved for what became of them."""
        with self._db.read() as conn:
            return mailboxes.settled(conn, mailbox, kinds, self._spam(), self.now())

    def moved(self, ids: Sequence[int], fate: str, lies_in: str) -> None:
        """They were."""
        with self._db.write() as conn:
            mailboxes.moved(conn, ids, fate, lies_in)

    def copies_wanted(self, mailbox: str) -> list[Copy]:
        """Mails that were sent and belong into the mailbox."""
        with self._db.read() as conn:
            return mailboxes.copies_wanted(conn, mailbox)

    def octets_of(self, copy: Copy) -> bytes:
        """Such a mail, whole."""
        with self._db.read() as conn:
            row = outbox.by_id(conn, copy.outbox_id)
            return b"" if row is None else outbox.whole(conn, self._blobs, row)

    def copy_done(self, copy: Copy, state: str, words: str = "") -> None:
        """It is kept there, or never will be."""
        with self._db.write() as conn:
            mailboxes.copy_done(conn, copy.outbox_id, state, words)
