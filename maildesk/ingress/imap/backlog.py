"""The older messages of a folder that are still to be taken, piece by piece, in order.

Which those are is said by the position (`start`). Nothing of it is kept in memory alone: after a
crash the same question gives what is left.
"""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.ingress.imap import start
from maildesk.ingress.imap.folder import Folder
from maildesk.ingress.imap.records import Records
from maildesk.store.mailbox.mailboxes import Cursor

PIECE = 200  # messages that are looked at at once


class Backlog:
    """What of a folder's backlog is left, as it was when the folder was selected."""

    def __init__(self, folder: Folder, position: Cursor, records: Records) -> None:
        self._folder, self._records = folder, records
        criteria = start.criteria(position)
        first, last = position.backlog_uid + 1, position.backlog_to
        self._recognises = start.is_recognising(position)
        self._left: list[int] = []
        self._matching: frozenset[int] = frozenset()
        if position.backlog:
            found = folder.search(criteria, first, last) if criteria else []
            self._matching = frozenset(found)
            self._left = folder.search([], first, last) if self._recognises else found

    def __bool__(self) -> bool:
        return bool(self._left)

    def piece(self, position: Cursor) -> tuple[list[int], int]:
        """The next messages to take, and up to which UID everything is looked at then."""
        looked_at, self._left = self._left[:PIECE], self._left[PIECE:]
        wanted = self._unknown(position, looked_at) if self._recognises else looked_at
        taken = self._records.taken_among(position, wanted) if wanted else set()
        return [uid for uid in wanted if uid not in taken], looked_at[-1]

    def _unknown(self, position: Cursor, uids: Sequence[int]) -> list[int]:
        """Those that were not seen under another UID: neither taken nor left alone then."""
        found = self._folder.identities(uids)
        known = self._records.recognised(
            position.mailbox, [one.fingerprint for one in found.values()]
        )
        wanted = []
        for uid in uids:
            one = found.get(uid)
            if one is None:
                continue  # somebody took it away
            is_taken = known.get(one.fingerprint)
            since = position.known_before
            is_old = since is not None and one.arrived_at is not None and one.arrived_at < since
            if is_taken or (uid not in self._matching and (is_taken is not None or is_old)):
                continue
            wanted.append(uid)
        return wanted
