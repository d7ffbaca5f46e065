"""The one way in: whatever door a message comes through, it is spooled, logged and kicked here.

A message is ours once it is committed (RFC 5321, 6.1), and not before. What comes after the
commit, the log line and the kick, is best effort: nothing of it may make a sender believe that
their message was not taken. The ticker finds what a lost kick forgot.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime

from maildesk.kick import Kick
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.store import quarantine, spool
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.incoming import Raw
from maildesk.store.spool import Cursor

KICKS_A_COMMIT = 4  # each wakes a worker, which then takes all that is due


class Intake:
    """Takes messages for good. Every method returns after a durable commit or raises
    TransientFailure, and then keeps nothing."""

    def __init__(self, db: Database, blobs: Blobs, kick: Kick, now: Callable[[], datetime]) -> None:
        self._db, self._blobs, self._kick, self._now = db, blobs, kick, now

    def accept(self, raw: Raw, envelope: Envelope, *, cursor: Cursor | None = None) -> int:
        """Spool one message; its spool id. `cursor`: how far its mailbox has been read with it, in
        the same transaction."""
        return self.accept_all([(raw, envelope)], cursor=cursor)[0]

    def accept_all(
        self, arrivals: Sequence[tuple[Raw, Envelope]], *, cursor: Cursor | None = None
    ) -> list[int]:
        """Spool these in one transaction, all or none; their spool ids, in order."""
        with self._db.write() as conn:
            ids = spool.accept(conn, self._blobs, arrivals, self._now())
            if cursor is not None:
                spool.move_cursor(conn, cursor)
        with contextlib.suppress(Exception):
            for row_id, (raw, envelope) in zip(ids, arrivals, strict=True):
                log.info(
                    "spooled", spool=row_id, size=len(raw), via=envelope.via, peer=envelope.peer
                )
            for row_id in ids[:KICKS_A_COMMIT]:
                self._kick("receive", row_id)
        return ids

    def refuse(self, head: bytes, cursor: Cursor, words: str) -> None:
        """Hold what is known of a message that a mailbox has and we do not take, and
        read on behind it."""
        sender = f"imap:{cursor.mailbox}"
        with self._db.write() as conn:
            (digest,) = self._blobs.put(conn, [head or b"\r\n"], self._now())
            quarantine.hold(
                conn, now=self._now(), reason="oversized", words=words, digest=digest, sender=sender
            )
            spool.move_cursor(conn, cursor)
        log.warning("held", via=sender, reason="oversized", why=words)

    def cursor(self, mailbox: str) -> Cursor | None:
        """How far this mailbox has been read; None for one that was never read."""
        with self._db.read() as conn:
            return spool.cursor(conn, mailbox)
