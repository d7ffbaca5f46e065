"""One folder of an IMAP mailbox: what is in it, its octets, and how it is marked as done.

Everything goes by UID. \\Seen tells nothing, because other people read the mailbox too; nothing
here sets it by accident (BODY.PEEK, RFC 9051, 6.4.5).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap.start import fingerprint
from maildesk.log import log
from maildesk.mail.mime.headers import gathered, quick_ids, split
from maildesk.mail.received import newest, plausible
from maildesk.store.mailbox.mailboxes import Cursor

DONE = "$MaildeskDone"  # a keyword: ours alone, where \Seen is everybody's
WINDOW = 20_000  # messages in one SEARCH: imaplib refuses a response line of a megabyte
BATCH = 50  # messages marked as done by one command
HEAD_LIMIT = 65_536  # octets of the head of a message too large to take
IDLE_LONGEST = 240.0  # seconds; some firewalls forget a silent connection after five minutes
LOOK = 0.5  # seconds between two looks at `stop` while idle
_KNOWN_BY = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID RECEIVED)]"


@dataclass(frozen=True, slots=True)
class Look:
    """What a server says of a message that is not fetched: its size in octets, and when it came
    into the mailbox (INTERNALDATE, RFC 9051, 2.3.3)."""

    size: int
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What a message is known by, whatever its UID; and when it came, as far as anybody but its
    sender says so."""

    fingerprint: bytes
    arrived_at: datetime | None


class Folder:
    """The folder, selected. Any error but those of marking is the end of the connection."""

    def __init__(
        self,
        client: Any,
        mailbox: ImapMailbox,
        name: str = "",
        *,
        window: int = WINDOW,
        examines: bool = False,
    ) -> None:
        """Select it, or, where it is only looked at, EXAMINE it (RFC 9051, 6.3.3)."""
        self._client = client
        self._window = window
        self._mailbox = mailbox
        self.name = name or mailbox.watched[0]
        self._moves = mailbox.after == "move" and bool(mailbox.move_to.taken)
        self._examines = examines
        if self._moves and not examines and not client.folder_exists(mailbox.move_to.taken):
            client.create_folder(mailbox.move_to.taken)
        self.select()

    def select(self) -> None:
        """Turn to this folder (again)."""
        answer = self._client.select_folder(self.name, readonly=self._examines)
        self.uidvalidity = int(answer[b"UIDVALIDITY"])
        self.exists = int(answer[b"EXISTS"])
        self._uidnext = int(answer.get(b"UIDNEXT", 0))
        permanent = {flag.lower() for flag in answer.get(b"PERMANENTFLAGS", ())}
        self._keywords = b"\\*" in permanent or DONE.lower().encode() in permanent

    def knows(self, cursor: Cursor) -> bool:
        """Whether the cursor still means anything here.

        A UID that was never given out tells of a mailbox restored from a backup, which should
        have had a new UIDVALIDITY, and often has not.
        """
        return cursor.uidvalidity == self.uidvalidity and not 0 < self._uidnext <= cursor.uid

    def highest(self) -> int:
        """The UID up to which there was mail when the folder was selected."""
        if self._uidnext:
            return self._uidnext - 1
        return max(self._client.search(["UID", "*"]), default=0) if self.exists else 0

    def newest(self, count: int) -> list[int]:
        """The UIDs of the last so many messages, ascending."""
        if not self.exists:
            return []
        return sorted(self._client.search([f"{max(1, self.exists - count + 1)}:{self.exists}"]))

    def uids_after(self, uid: int) -> list[int]:
        """UIDs above this one, ascending."""
        self._client.noop()  # some servers show new messages only to who asks
        return self.search([], uid + 1)

    def search(self, criteria: Sequence[object], first: int, last: int | None = None) -> list[int]:
        """The UIDs from `first` to `last` that meet these keys (RFC 9051, 6.4.4), ascending."""
        if last is not None and last < first:
            return []
        found: set[int] = set()
        wanted = ["UID", f"{first}:{'*' if last is None else last}", *criteria]
        if first == 1 and self.exists > self._window:  # the first reading of a large folder
            for low in range(1, self.exists + 1, self._window):
                high = min(low + self._window - 1, self.exists)
                found.update(self._client.search([f"{low}:{high}", *wanted]))
        else:
            found.update(self._client.search(wanted))
        # "n:*" always has the last message in it (RFC 9051, 6.4.9)
        return sorted(u for u in found if u >= first and (last is None or u <= last))

    def looks(self, uids: Sequence[int]) -> dict[int, Look]:
        """The size and the date of each message that is still there."""
        answer = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return {
            uid: Look(int(items[b"RFC822.SIZE"]), _date(items))
            for uid, items in answer.items()
            if b"RFC822.SIZE" in items
        }

    def identities(self, uids: Sequence[int]) -> dict[int, Identity]:
        """What each of these messages is known by; its octets are not fetched."""
        answer = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE", _KNOWN_BY])
        found = {}
        for uid, items in answer.items():
            head = next((bytes(v or b"") for k, v in items.items() if k.startswith(b"BODY[")), None)
            if head is None or b"RFC822.SIZE" not in items:
                continue
            look = Look(int(items[b"RFC822.SIZE"]), _date(items))
            found[uid] = identity(head, look)
        return found

    def raw(self, uid: int) -> bytes | None:
        """The whole message; None when somebody took it away meanwhile."""
        return self._octets(uid, "BODY.PEEK[]")

    def head(self, uid: int) -> bytes:
        """As much of the head as can be had."""
        return self._octets(uid, f"BODY.PEEK[HEADER]<0.{HEAD_LIMIT}>") or b""

    def beginning(self, uid: int) -> bytes:
        """The head and the first of what follows."""
        return self._octets(uid, f"BODY.PEEK[]<0.{HEAD_LIMIT}>") or b""

    def _octets(self, uid: int, what: str) -> bytes | None:
        answer = self._client.fetch([uid], [what])
        if uid not in answer:
            return None
        for name, value in answer[uid].items():
            if name.startswith(b"BODY["):
                return bytes(value or b"")
        raise IMAPClientError("the server does not hand over the message")

    def taken_elsewhere(self, uids: Sequence[int]) -> int:
        """How many of these somebody has moved away, or marked as a desk does, since they were
        looked at a moment ago."""
        if not uids:
            return 0
        self._client.noop()  # what another client has moved is gone only for whoever asks
        there = self._client.fetch(uids, ["FLAGS"])
        mark = DONE.lower().encode()
        return sum(
            uid not in there or mark in map(bytes.lower, there[uid].get(b"FLAGS", ()))
            for uid in uids
        )

    def mark_done(self, uids: Sequence[int], *, refused: Sequence[int] = ()) -> None:
        """Flag or move what was taken. A server that will not is no reason to take no more mail."""
        try:
            if refused:
                self._client.add_flags(refused, ["\\Flagged"], silent=True)
            for batch in _batches(uids):
                if self._moves:
                    self.move(batch, self._mailbox.move_to.taken)
                else:
                    self._flag(batch)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as failure:
            log.warning(
                "unmarked", mailbox=self._mailbox.name, messages=len(uids), reason=str(failure)
            )

    def unmarked(self, uid: int) -> list[int]:
        """Those up to this UID that do not bear our mark: we may have died before it was set."""
        if uid == 0 or not (self._moves or self._keywords):
            return []
        return self.search(["UNDELETED"] if self._moves else ["UNKEYWORD", DONE], 1, uid)

    def _flag(self, uids: Sequence[int]) -> None:
        self._client.add_flags(
            uids, ["\\Seen", DONE] if self._keywords else ["\\Seen"], silent=True
        )

    def move(self, uids: Sequence[int], where: str) -> None:
        """Move them to that folder, which is there."""
        if self._client.has_capability("MOVE"):  # RFC 6851
            self._client.move(uids, where)
            return
        self._client.copy(uids, where)
        self._client.add_flags(uids, ["\\Deleted"], silent=True)
        # a plain EXPUNGE would take other people's deleted mail with it
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(uids)

    def wait(self, stop: threading.Event, at_most: float | None = None) -> None:
        """Return when something may have come: told by IDLE (RFC 2177), or after
        the polling time; `at_most` is one of the caller's, in seconds."""
        seconds = self._mailbox.poll.total_seconds() if at_most is None else at_most
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
        if stop.is_set():
            self._client.socket().settimeout(LOOK)  # a dead link must not keep us
        self._client.idle_done()


def identity(head: bytes, look: Look) -> Identity:
    """What the message with this head is known by, and when it came: as its mailbox says, or the
    last server before that, whichever is earlier."""
    fields = gathered(split(head)[0]).get("received", ())
    received = newest([value.decode("ascii", "replace") for value in fields])
    came = [at for at in (plausible(look.arrived_at), received) if at is not None]
    known_by = fingerprint(quick_ids(head)[0], look.arrived_at, look.size)
    return Identity(known_by, min(came, default=None))


def _date(items: Any) -> datetime | None:
    at = items.get(b"INTERNALDATE")
    if not isinstance(at, datetime):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _tells_of_mail(responses: Sequence[Any]) -> bool:
    return any(
        isinstance(r, tuple) and len(r) > 1 and r[1] in (b"EXISTS", b"RECENT") for r in responses
    )


def _batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(uids), BATCH):
        yield uids[first : first + BATCH]
