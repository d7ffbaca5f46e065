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
from maildesk.store.mailbox import mailboxes
from maildesk.store.mailbox.mailboxes import Cursor, Seen

KICKS_A_COMMIT = 4  # each wakes a worker, which then takes all that is due


class Intake:
    """Takes messages for good. Every method returns after a durable commit or raises
    TransientFailure, and then keeps nothing."""

    def __init__(self, db: Database, blobs: Blobs, kick: Kick, now: Callable[[], datetime]) -> None:
        self._db, self._blobs, self._kick, self._now = db, blobs, kick, now

    def accept(
        self,
        raw: Raw,
        envelope: Envelope,
        *,
        cursor: Cursor | None = None,
        seen: Seen | None = None,
    ) -> int:
        """Spool one message; its spool id. `cursor`: how far its mailbox has been read with it,
        `seen`: what it is known by there; in the same transaction."""
        return self.accept_all([(raw, envelope)], cursor=cursor, seen=seen)[0]

    def accept_all(
        self,
        arrivals: Sequence[tuple[Raw, Envelope]],
        *,
        cursor: Cursor | None = None,
        seen: Seen | None = None,
    ) -> list[int]:
        """Spool these in one transaction, all or none; their spool ids, in order."""
        with self._db.write() as conn:
            ids = spool.accept(conn, self._blobs, arrivals, self._now())
            if cursor is not None:
                mailboxes.move_cursor(conn, cursor)
            if cursor is not None and seen is not None:
                now = self._now()
                mailboxes.remember(conn, cursor, seen, now, taken=True, spool_id=ids[0])
        with contextlib.suppress(Exception):
            for row_id, (raw, envelope) in zip(ids, arrivals, strict=True):
                log.info(
                    "spooled", spool=row_id, size=len(raw), via=envelope.via, peer=envelope.peer
                )
            for row_id in ids[:KICKS_A_COMMIT]:
                self._kick("receive", row_id)
        return ids

    def refuse(self, head: bytes, cursor: Cursor, words: str, *, seen: Seen | None = None) -> None:
        """Hold what is known of a message that a mailbox has and we do not take, and
        read on behind it."""
        sender = f"imap:{cursor.mailbox}"
        with self._db.write() as conn:
            (digest,) = self._blobs.put(conn, [head or b"\r\n"], self._now())
            quarantine.hold(
                conn, now=self._now(), reason="oversized", words=words, digest=digest, sender=sender
            )
            mailboxes.move_cursor(conn, cursor)
            if seen is not None:
                mailboxes.remember(conn, cursor, seen, self._now(), taken=True)
        log.warning("held", via=sender, reason="oversized", why=words)
