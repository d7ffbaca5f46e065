"""The reading of one folder, over all connections: where it stands, and what made trouble.

Where it has got to is committed with the message itself; only then is the message marked in the
mailbox. So a crash costs at most a mark, which is made up for at the next log-in.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from maildesk.config.settings import ImapMailbox
from maildesk.errors import BadMessage, MaildeskError, TransientFailure
from maildesk.ingress.imap import start
from maildesk.ingress.imap.backlog import Backlog
from maildesk.ingress.imap.envelope import envelope_of
from maildesk.ingress.imap.folder import BATCH, Folder, Look, identity
from maildesk.ingress.imap.records import Records
from maildesk.ingress.imap.remembering import Remembering
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.mail.mime.headers import split
from maildesk.store.mailbox.mailboxes import Cursor, Seen

TRIES = 5  # how often one message may break the connection before it is refused
FORGIVEN = 50  # how often more, where the server says that it is its own trouble
_SHARED = 3  # messages that somebody else took as well ...
_LATELY = timedelta(days=1)  # ... within this time
WATCHED = timedelta(days=90)  # how long a message may be moved for what becomes of it


class Accept(Protocol):
    """Takes a message for good, and with it how far its folder has been read."""

    def __call__(self, raw: bytes, envelope: Envelope, *, cursor: Cursor, seen: Seen) -> object: ...


class Refuse(Protocol):
    """Keeps what is known of a message that is not taken, and how far its folder has been read."""

    def __call__(self, head: bytes, cursor: Cursor, words: str, *, seen: Seen) -> object: ...


@dataclass(frozen=True)
class Desk:
    """What the door hands on to, and what it asks."""

    accept: Accept
    refuse: Refuse
    records: Records


class Reading:
    """One folder being read. `progressed` is called whenever a message was taken; `reason` gives
    the words of the last failure."""

    def __init__(
        self,
        mailbox: ImapMailbox,
        name: str,
        desk: Desk,
        *,
        is_first: bool,
        progressed: Callable[[], None],
        reason: Callable[[], str],
    ) -> None:
        self.mailbox, self.name, self.is_first = mailbox, name, is_first
        self.is_junk = False
        self.trouble = ""  # why this folder cannot be read, where that ends nothing else
        self._desk = desk
        self._progressed = progressed
        self._reason = reason
        self._stumbles: Counter[int] = Counter()  # UID -> how often it broke the connection
        self._tried = 0  # the UID that is just being asked for
        self._forgiven: Counter[int] = Counter()
        self._backlog: Backlog | None = None
        self._remembering: Remembering | None = None
        self._elsewhere: list[datetime] = []  # when a message was taken by somebody else as well
        self.position: Cursor | None = None

    @property
    def shared(self) -> str:
        """Whether something else takes mail from this folder, in words; once may be a person."""
        first = self._elsewhere[0] if len(self._elsewhere) == _SHARED else None
        if first is None or self._desk.records.now() - first > _LATELY:
            return ""
        return (
            f"shared: another desk, or a program like it, takes mail from {self.name}, too: "
            "each may answer, and either may miss some"
        )

    def begin(self, folder: Folder) -> None:
        """Find the position to go on from; a folder that was never read begins where the settings
        say."""
        records, mailbox = self._desk.records, self.mailbox
        found = records.position(mailbox.name, self.name, is_first=self.is_first)
        place = {"uidvalidity": folder.uidvalidity, "highest": folder.highest()}
        if found is None:
            position = start.begun(
                mailbox.name, self.name, exists=folder.exists, start=mailbox.start, **place
            )
            if position.start != start.ALL and folder.exists:
                now = records.now()
                position = replace(position, known_before=now)
                self._remembering = Remembering(position.uid, folder.exists, now)
        else:
            position = replace(found, folder=self.name)
            if not folder.knows(position):
                log.warning("rescanning", mailbox=mailbox.name, folder=self.name, **place)
                position = start.renumbered(position, **place)
                self._remembering = None
            position = start.restarted(position, mailbox.start)
        if position != found:
            records.begin(position, (), is_first=self.is_first)
        if found is None:
            self._say_where(position, folder.exists)
        self.position = position
        self._backlog = Backlog(folder, position, records) if position.backlog else None
        # a desk from before `start` took everything there was, and kept no list of it
        took_all = found is not None and not found.start
        self._mark_leftovers(folder, position, took_all=took_all and not position.backlog)

    def _remember_piece(self, folder: Folder) -> bool:
        """Some of what is left alone; whether there is more of it."""
        if self._remembering is None or self.position is None:
            return False
        there = self._remembering.piece(folder)
        if not there:
            self.position = replace(self.position, known_before=self._remembering.known_before)
            self._remembering = None
        self._desk.records.begin(self.position, there, is_first=self.is_first)
        return bool(there)

    def _say_where(self, position: Cursor, exists: int) -> None:
        words = start.told(position)
        more = {"words": words} if words else {"there": exists}
        log.info("begun", mailbox=self.mailbox.name, folder=self.name, start=position.start, **more)

    def _mark_leftovers(self, folder: Folder, position: Cursor, *, took_all: bool) -> None:
        """What was taken and not marked is marked now: we died between the two."""
        unmarked = folder.unmarked(position.uid)
        if not took_all:  # some of them were left alone, or are still to be taken
            taken: set[int] = set()
            for first in range(0, len(unmarked), 500):
                piece = unmarked[first : first + 500]
                taken |= self._desk.records.taken_among(position, piece)
            unmarked = [uid for uid in unmarked if uid in taken]
        folder.mark_done(unmarked)

    def has_news(self, uidvalidity: int, uidnext: int) -> bool:
        """Whether the folder has to be selected, as STATUS tells of it (RFC 9051, 6.3.11)."""
        at = self.position
        return (
            at is None
            or bool(at.backlog)
            or at.uidvalidity != uidvalidity
            or uidnext == 0
            or uidnext != at.uid + 1
        )

    def take_all(self, folder: Folder, stop: threading.Event, *, singly: bool) -> None:
        """Take what is wanted of the old messages, and every new one; `singly` after a failure, to
        know which message it was."""
        while not stop.is_set():
            more = self._take_piece(folder, stop, singly=singly)
            self._take_new(folder, stop, singly=singly)
            if not (self._remember_piece(folder) or more):
                return

    def _take_new(self, folder: Folder, stop: threading.Event, *, singly: bool) -> None:
        assert self.position is not None
        uids = folder.uids_after(self.position.uid)
        self._take_batches(folder, uids, stop, is_old=False, singly=singly)

    def _take_piece(self, folder: Folder, stop: threading.Event, *, singly: bool) -> bool:
        """A piece of the backlog; whether there is more of it."""
        assert self.position is not None
        if self._backlog is None:
            return False
        if self._backlog:
            uids, upto = self._backlog.piece(self.position)
            self._take_batches(folder, uids, stop, is_old=True, singly=singly)
            if stop.is_set():
                return False
            self.position = replace(self.position, backlog_uid=upto)
        if not self._backlog:
            self.position, self._backlog = start.done(self.position), None
            log.info("caught_up", mailbox=self.mailbox.name, folder=self.name)
        self._desk.records.save(self.position)
        return self._backlog is not None

    def _take_batches(
        self,
        folder: Folder,
        uids: Sequence[int],
        stop: threading.Event,
        *,
        is_old: bool,
        singly: bool,
    ) -> None:
        step = 1 if singly else BATCH
        for first in range(0, len(uids), step):
            if stop.is_set():
                break
            self._take_batch(folder, uids[first : first + step], stop, is_old=is_old)

    def _take_batch(
        self, folder: Folder, uids: Sequence[int], stop: threading.Event, *, is_old: bool
    ) -> None:
        assert self.position is not None
        looks = self._looks(folder, uids)
        taken: list[int] = []
        refused: list[int] = []
        try:
            for uid in uids:
                if stop.is_set():
                    break
                if uid not in looks:
                    continue  # somebody took it away
                cursor = _behind(self.position, uid, is_old=is_old)
                if not self._take(folder, uid, cursor, looks[uid]):
                    refused.append(uid)
                taken.append(uid)
                self.position = cursor
        except TransientFailure:
            folder.mark_done(taken, refused=refused)
            raise
        if not is_old:  # what lay there may bear the mark of an earlier desk
            self._look_for_others(folder, taken)
        folder.mark_done(taken, refused=refused)

    def _look_for_others(self, folder: Folder, taken: Sequence[int]) -> None:
        """Another desk at the same mailbox takes what this one takes, at the same moment."""
        count = folder.taken_elsewhere(taken)
        if count == 0:
            return
        self._elsewhere += [self._desk.records.now()] * count
        del self._elsewhere[:-_SHARED]
        if self.shared:
            log.warning(
                "mailbox_shared", mailbox=self.mailbox.name, folder=self.name, messages=count
            )

    def _looks(self, folder: Folder, uids: Sequence[int]) -> dict[int, Look]:
        if len(uids) > 1:
            return folder.looks(uids)
        uid = uids[0]
        if self._stumbles[uid] >= TRIES:
            return {uid: Look(0)}  # perhaps it is the size that cannot be had
        self._try(uid)
        looks = folder.looks(uids)
        self._stumbles[uid] -= 1
        return looks

    def _take(self, folder: Folder, uid: int, cursor: Cursor, look: Look) -> bool:
        """Accept or refuse one message; whether it was accepted. Either way it is behind us."""
        limit = self.mailbox.max_message_size
        if look.size > limit:
            words = f"too large: {look.size} octets, and {limit} are allowed"
            return self._refuse_unread(folder, uid, cursor, look, words)
        if self._stumbles[uid] >= TRIES:
            return self._refuse_unread(folder, uid, cursor, look, f"unreadable: {self._reason()}")
        self._try(uid)
        raw = folder.raw(uid)
        self._stumbles[uid] -= 1
        if raw is None:
            return True
        head = raw[: split(raw)[1]]
        known = identity(head, look)
        seen = Seen(uid, known.fingerprint, self._watched_until())
        try:
            self._desk.accept(raw, self._envelope(raw, known.arrived_at), cursor=cursor, seen=seen)
        except BadMessage as failure:  # one broken message never blocks the next
            return self._refuse_known(uid, cursor, head, look, f"unreadable: {failure}")
        except (MaildeskError, OSError):
            raise  # the message is not to blame
        except Exception:
            self._try(uid)
            raise
        self._progressed()
        return True

    def _envelope(self, raw: bytes, arrived_at: datetime | None) -> Envelope:
        envelope = envelope_of(raw, self.mailbox)
        suspected = f"it lay in the folder {self.name}" if self.is_junk else ""
        return replace(envelope, arrived_at=arrived_at, suspected=suspected)

    def _watched_until(self) -> datetime | None:
        return self._desk.records.now() + WATCHED if self.mailbox.kinds_moved else None

    def _refuse_unread(
        self, folder: Folder, uid: int, cursor: Cursor, look: Look, words: str
    ) -> bool:
        """Refuse by the head alone, or without it where even the head breaks the connection."""
        stumbles = self._stumbles[uid]
        self._try(uid)
        head = folder.head(uid) if stumbles < TRIES + 2 else b""
        return self._refuse_known(uid, cursor, head, look, words)

    def _refuse_known(self, uid: int, cursor: Cursor, head: bytes, look: Look, words: str) -> bool:
        seen = Seen(uid, identity(head, look).fingerprint)
        self._desk.refuse(head, cursor, words, seen=seen)
        log.warning("refused", mailbox=self.mailbox.name, folder=self.name, uid=uid, reason=words)
        self._stumbles.pop(uid, None)
        return False

    def _try(self, uid: int) -> None:
        self._stumbles[uid] += 1
        self._tried = uid

    def forgive(self) -> None:
        """The last failure was the server's own: no message is to blame, unless it is the same one
        again and again."""
        if self._stumbles[self._tried] > 0 and self._forgiven[self._tried] < FORGIVEN:
            self._forgiven[self._tried] += 1
            self._stumbles[self._tried] -= 1

    def forget(self) -> None:
        """All is well: whatever stumbled before has a new beginning."""
        self._stumbles.clear()
        self._forgiven.clear()


def _behind(position: Cursor, uid: int, *, is_old: bool) -> Cursor:
    """The position behind this message, an old one of the backlog or a new one."""
    return replace(position, backlog_uid=uid) if is_old else replace(position, uid=uid)
