"""One selected folder of an IMAP mailbox: what is new, its octets, and how it is marked as done.

Everything goes by UID. \\Seen tells nothing, because other people read the
mailbox too; nothing here sets it by accident (BODY.PEEK, RFC 3501, 6.4.5).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config.settings import ImapMailbox
from maildesk.log import log
from maildesk.store.spool import Cursor

DONE = "$MaildeskDone"  # a keyword: ours alone, where \Seen is everybody's
WINDOW = 20_000  # messages in one SEARCH: imaplib refuses a response line of a megabyte
BATCH = 50  # messages marked as done by one command
HEAD_LIMIT = 65_536  # octets of the head of a message too large to take
IDLE_LONGEST = 240.0  # seconds; some firewalls forget a silent connection after five minutes
LOOK = 0.5  # seconds between two looks at `stop` while idle


class Folder:
    """The folder, selected. Any error but those of marking is the end of the connection."""

    def __init__(self, client: Any, mailbox: ImapMailbox, *, window: int = WINDOW) -> None:
        self._client = client
        self._window = window
        self._mailbox = mailbox
        self._moves = mailbox.after == "move"
        if self._moves and not client.folder_exists(mailbox.move_to):
            client.create_folder(mailbox.move_to)
        answer = client.select_folder(mailbox.folder)
        self.uidvalidity = int(answer[b"UIDVALIDITY"])
        self._uidnext = int(answer.get(b"UIDNEXT", 0))
        self._exists = int(answer[b"EXISTS"])
        permanent = {flag.lower() for flag in answer.get(b"PERMANENTFLAGS", ())}
        self._keywords = b"\\*" in permanent or DONE.lower().encode() in permanent

    def knows(self, cursor: Cursor) -> bool:
        """Whether the cursor still means anything here.

        A UID that was never given out tells of a mailbox restored from a backup,
        which should have had a new UIDVALIDITY, and often has not.
        """
        return cursor.uidvalidity == self.uidvalidity and not 0 < self._uidnext <= cursor.uid

    def uids_after(self, uid: int) -> list[int]:
        """UIDs above this one, ascending."""
        self._client.noop()  # some servers show new messages only to who asks
        found: set[int] = set()
        wanted = ["UID", f"{uid + 1}:*"]
        if uid == 0 and self._exists > self._window:  # the first reading of a large folder
            for first in range(1, self._exists + 1, self._window):
                last = min(first + self._window - 1, self._exists)
                found.update(self._client.search([f"{first}:{last}", *wanted]))
        else:
            found.update(self._client.search(wanted))
        # "n:*" always has the last message in it (RFC 3501, 6.4.8)
        return sorted(u for u in found if u > uid)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The size of each message that is still there."""
        answer = self._client.fetch(uids, ["RFC822.SIZE"])
        return {
            uid: int(items[b"RFC822.SIZE"])
            for uid, items in answer.items()
            if b"RFC822.SIZE" in items
        }

    def raw(self, uid: int) -> bytes | None:
        """The whole message; None when somebody took it away meanwhile."""
        return self._octets(uid, "BODY.PEEK[]")

    def head(self, uid: int) -> bytes:
        """As much of the head as can be had."""
        return self._octets(uid, f"BODY.PEEK[HEADER]<0.{HEAD_LIMIT}>") or b""

    def _octets(self, uid: int, what: str) -> bytes | None:
        answer = self._client.fetch([uid], [what])
        if uid not in answer:
            return None
        for name, value in answer[uid].items():
            if name.startswith(b"BODY["):
                return bytes(value or b"")
        raise IMAPClientError("the server does not hand over the message")

    def mark_done(self, uids: Sequence[int], *, refused: Sequence[int] = ()) -> None:
        """Flag or move what was taken. A server that will not is no reason to take no more mail."""
        try:
            if refused:
                self._client.add_flags(refused, ["\\Flagged"], silent=True)
            for batch in _batches(uids):
                self._move(batch) if self._moves else self._flag(batch)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as failure:
            log.warning(
                "unmarked", mailbox=self._mailbox.name, messages=len(uids), reason=str(failure)
            )

    def mark_leftovers(self, uid: int) -> None:
        """Mark what was taken up to this UID but not marked: we died between the two."""
        if uid == 0 or not (self._moves or self._keywords):
            return
        unmarked = ["UNDELETED"] if self._moves else ["UNKEYWORD", DONE]
        self.mark_done(
            sorted(u for u in self._client.search(["UID", f"1:{uid}", *unmarked]) if u <= uid)
        )

    def _flag(self, uids: Sequence[int]) -> None:
        self._client.add_flags(
            uids, ["\\Seen", DONE] if self._keywords else ["\\Seen"], silent=True
        )

    def _move(self, uids: Sequence[int]) -> None:
        if self._client.has_capability("MOVE"):  # RFC 6851
            self._client.move(uids, self._mailbox.move_to)
            return
        self._client.copy(uids, self._mailbox.move_to)
        self._client.add_flags(uids, ["\\Deleted"], silent=True)
        # a plain EXPUNGE would take other people's deleted mail with it
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    def wait(self, stop: threading.Event) -> None:
        """Return when something may have come: told by IDLE (RFC 2177), or after
        the polling time."""
        seconds = self._mailbox.poll.total_seconds()
        if not (self._mailbox.idle and self._client.has_capability("IDLE")):
            stop.wait(seconds)
            return
        until = time.monotonic() + min(seconds, IDLE_LONGEST)
        self._client.idle()
        said = self._client.idle_check(timeout=0)
        while not stop.is_set() and not _tells_of_mail(said):
            began = time.monotonic()
            if began >= until:
                break
            said = self._client.idle_check(timeout=min(LOOK, until - began))
            if not said and time.monotonic() - began < LOOK / 2 and time.monotonic() < until:
                # readable and nothing to read: a dead link looks so; the end of IDLE will tell
                break
        if not stop.is_set():
            self._client.idle_done()


def _tells_of_mail(responses: Sequence[Any]) -> bool:
    return any(
        isinstance(r, tuple) and len(r) > 1 and r[1] in (b"EXISTS", b"RECENT") for r in responses
    )


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(uids), BATCH):
        yield uids[first : first + BATCH]
