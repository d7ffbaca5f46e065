"""What is left alone is to be known again, should its UID lose its meaning (RFC 9051, 2.3.1.1): the
last messages one by one, the rest by their age.

It is done behind the first look, piece by piece, and new mail does not wait for it: a server that
never saw a mailbox of 200,000 messages takes long to say what the last 500 of them are. Until it is
done, and after a crash in the midst of it, everything from before the first look is known by its
age alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maildesk.ingress.imap import start
from maildesk.ingress.imap.folder import BATCH, Folder
from maildesk.store.mailbox.mailboxes import Seen


class Remembering:
    """What of a folder is still to be remembered, of the messages up to this UID that were there at
    this time."""

    def __init__(self, upto: int, exists: int, now: datetime) -> None:
        self._upto, self._exists, self._now = upto, exists, now
        self._left: list[int] | None = None
        self._came: list[datetime] = []

    def piece(self, folder: Folder) -> Sequence[Seen]:
        """The next few, the last messages first; none, where that was all."""
        if self._left is None:
            self._left = [uid for uid in folder.newest(start.REMEMBERED) if uid <= self._upto]
        self._left, uids = self._left[:-BATCH], self._left[-BATCH:]
        found = folder.identities(uids) if uids else {}
        self._came += [one.arrived_at for one in found.values() if one.arrived_at is not None]
        if uids and not found:
            return self.piece(folder)  # somebody took them away
        return [Seen(uid, one.fingerprint) for uid, one in found.items()]

    @property
    def known_before(self) -> datetime:
        """Up to when messages are known to have been there, now that those are remembered."""
        return start.before(self._now, self._came, self._exists)
