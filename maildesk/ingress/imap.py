"""The IMAP door: one thread reads one mailbox for as long as the desk runs.

Where it has got to is (UIDVALIDITY, UID) in the database, committed with the
message itself; only then is the message marked in the mailbox. So a crash
costs at most a mark, which is made up for at the next log-in.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from imapclient.exceptions import LoginError

from maildesk.config.settings import ImapMailbox
from maildesk.errors import BadMessage, MaildeskError, TransientFailure
from maildesk.ingress.imap_envelope import envelope_of
from maildesk.ingress.imap_folder import BATCH, Folder
from maildesk.ingress.imap_login import Client, close, connect
from maildesk.log import log
from maildesk.mail.message import Envelope
from maildesk.mail.mime.headers import split
from maildesk.oauth.sasl import Token
from maildesk.store.spool import Cursor

TRIES = 5  # how often one message may break the connection before it is refused
_JITTER = random.SystemRandom()


class Accept(Protocol):
    """Takes a message for good, and with it how far its mailbox has been read."""

    def __call__(self, raw: bytes, envelope: Envelope, *, cursor: Cursor) -> object: ...


class ImapDoor:
    """One mailbox.

    `accept(raw, envelope, cursor=cursor)` commits the message and the cursor in one
    transaction. BadMessage from it refuses the message; TransientFailure means
    later, and so do PermanentFailure and OSError, with an alarm to the admin;
    any other error refuses the message after a few tries. `refuse(head, cursor, words)` keeps what
    is known of a message that is too large or unreadable, and commits the cursor.
    `alarm(name, is_readable, words)` is called once when the mailbox could not
    be read for `alarm_after`, and once when it can be again.
    """

    def __init__(
        self,
        mailbox: ImapMailbox,
        *,
        accept: Accept,
        load_cursor: Callable[[str], Cursor | None],
        refuse: Callable[[bytes, Cursor, str], None],
        alarm: Callable[[str, bool, str], None],
        clock: Callable[[], float],
        back_off: tuple[float, float] = (1.0, 60.0),
        token: Token | None = None,
    ) -> None:
        self.mailbox = mailbox
        self._token = token
        self._accept = accept
        self._load_cursor = load_cursor
        self._refuse = refuse
        self._alarm = alarm
        self._clock = clock
        self._back_off = back_off
        self._client: Client | None = None
        self._failures = 0
        self._unreadable_since: float | None = None
        self._alarmed = False
        self._reason = ""
        self._stumbles: Counter[int] = Counter()  # UID -> how often it broke the connection

    def run(self, stop: threading.Event) -> None:
        """Take mail until `stop` is set; back within two seconds of that, wherever the server keeps
        us waiting."""
        thread = threading.Thread(
            target=self._keep_serving, args=(stop,), name=f"imap:{self.mailbox.name}", daemon=True
        )
        thread.start()
        stop.wait()
        thread.join(1.0)
        client = self._client
        if thread.is_alive() and client is not None:
            with contextlib.suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[no-untyped-call, unused-ignore]
            thread.join(0.5)

    def _keep_serving(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._client = connect(self.mailbox, self._token)
                self._serve(self._client, stop)
            except TransientFailure as failure:
                # ours, not the mailbox's: nothing to alarm anybody about here
                self._failures += 1
                log.warning("deferred", mailbox=self.mailbox.name, reason=str(failure))
            except Exception as failure:  # whatever a server, a network or a library can think of
                if stop.is_set():
                    break
                self._cannot_read(failure)
            finally:
                if self._client is not None:
                    close(self._client)
                    self._client = None
            self._pause(stop)

    def _serve(self, client: Client, stop: threading.Event) -> None:
        folder = Folder(client, self.mailbox)
        position = self._load_cursor(self.mailbox.name)
        if position is None or not folder.knows(position):
            # old UIDs mean nothing now (RFC 3501, 2.3.1.1); the pipeline knows what it has seen
            if position is not None:
                log.warning("rescanning", mailbox=self.mailbox.name, uidvalidity=folder.uidvalidity)
            position = Cursor(self.mailbox.name, folder.uidvalidity, 0)
        folder.mark_leftovers(position.uid)
        log.info(
            "connected",
            mailbox=self.mailbox.name,
            uidvalidity=position.uidvalidity,
            uid=position.uid,
        )
        while not stop.is_set():
            position = self._take_new(folder, position, stop)
            if not stop.is_set():
                self._can_read()
                folder.wait(stop)

    def _take_new(self, folder: Folder, position: Cursor, stop: threading.Event) -> Cursor:
        uids = folder.uids_after(position.uid)
        # after a failure one by one, to know which message it was
        step = 1 if self._failures else BATCH
        for first in range(0, len(uids), step):
            if stop.is_set():
                break
            position = self._take_batch(folder, position, uids[first : first + step], stop)
        return position

    def _take_batch(
        self, folder: Folder, position: Cursor, uids: Sequence[int], stop: threading.Event
    ) -> Cursor:
        sizes = self._sizes(folder, uids)
        taken: list[int] = []
        refused: list[int] = []
        try:
            for uid in uids:
                if stop.is_set():
                    break
                if uid not in sizes:
                    continue  # somebody took it away
                cursor = replace(position, uid=uid)
                if not self._take(folder, cursor, sizes[uid]):
                    refused.append(uid)
                taken.append(uid)
                position = cursor
        except TransientFailure:
            folder.mark_done(taken, refused=refused)
            raise
        folder.mark_done(taken, refused=refused)
        return position

    def _sizes(self, folder: Folder, uids: Sequence[int]) -> dict[int, int]:
        if len(uids) > 1:
            return folder.sizes(uids)
        uid = uids[0]
        if self._stumbles[uid] >= TRIES:
            return {uid: 0}  # perhaps it is the size that cannot be had
        self._stumbles[uid] += 1
        sizes = folder.sizes(uids)
        self._stumbles[uid] -= 1
        return sizes

    def _take(self, folder: Folder, cursor: Cursor, size: int) -> bool:
        """Accept or refuse one message; whether it was accepted. Either way it is behind us."""
        limit = self.mailbox.max_message_size
        if size > limit:
            return self._refuse_unread(
                folder, cursor, f"too large: {size} octets, and {limit} are allowed"
            )
        if self._stumbles[cursor.uid] >= TRIES:
            return self._refuse_unread(folder, cursor, f"unreadable: {self._reason}")
        self._stumbles[cursor.uid] += 1
        raw = folder.raw(cursor.uid)
        self._stumbles[cursor.uid] -= 1
        if raw is None:
            return True
        try:
            self._accept(raw, envelope_of(raw, self.mailbox), cursor=cursor)
        except BadMessage as failure:  # one broken message never blocks the next
            return self._refuse_known(cursor, raw[: split(raw)[1]], f"unreadable: {failure}")
        except (MaildeskError, OSError):
            raise  # the message is not to blame
        except Exception:
            self._stumbles[cursor.uid] += 1
            raise
        self._can_read()
        return True

    def _refuse_unread(self, folder: Folder, cursor: Cursor, words: str) -> bool:
        """Refuse by the head alone, or without it where even the head breaks the connection."""
        stumbles = self._stumbles[cursor.uid]
        self._stumbles[cursor.uid] += 1
        head = folder.head(cursor.uid) if stumbles < TRIES + 2 else b""
        return self._refuse_known(cursor, head, words)

    def _refuse_known(self, cursor: Cursor, head: bytes, words: str) -> bool:
        self._refuse(head, cursor, words)
        log.warning("refused", mailbox=self.mailbox.name, uid=cursor.uid, reason=words)
        self._stumbles.pop(cursor.uid, None)
        return False

    def _can_read(self) -> None:
        """The mailbox was read: forget the failures, and say so where an alarm was given."""
        self._failures = 0
        self._unreadable_since = None
        self._stumbles.clear()
        if self._alarmed and self._tell(
            True, f"The mailbox {self.mailbox.name} can be read again."
        ):
            self._alarmed = False

    def _cannot_read(self, failure: Exception) -> None:
        self._failures += 1
        now = self._clock()
        if self._unreadable_since is None:
            self._unreadable_since = now
        self._reason = _words(failure)
        log.warning(
            "unreadable", mailbox=self.mailbox.name, failures=self._failures, reason=self._reason
        )
        self._alarm_if_due()

    def _alarm_if_due(self) -> None:
        if self._unreadable_since is None or self._alarmed or self._seconds_to_alarm() > 0:
            return
        minutes = max(1, round((self._clock() - self._unreadable_since) / 60))
        place = (
            f"{self.mailbox.name} ({self.mailbox.username} at "
            f"{self.mailbox.host}:{self.mailbox.port})"
        )
        self._alarmed = self._tell(
            False, f"The mailbox {place} could not be read for {minutes} min: {self._reason}"
        )

    def _seconds_to_alarm(self) -> float:
        since = self._clock() if self._unreadable_since is None else self._unreadable_since
        return since + self.mailbox.alarm_after.total_seconds() - self._clock()

    def _tell(self, is_readable: bool, words: str) -> bool:
        """Whether the alarm could be given; it is tried again otherwise."""
        try:
            self._alarm(self.mailbox.name, is_readable, words)
        except Exception as failure:  # an alarm that cannot be given must not end the door
            log.warning("unalarmed", mailbox=self.mailbox.name, reason=str(failure))
            return False
        log.info("recovered" if is_readable else "alarmed", mailbox=self.mailbox.name)
        return True

    def _pause(self, stop: threading.Event) -> None:
        """Wait longer after each failure, never in step with the other mailboxes; the alarm does
        not wait for the end of it."""
        if stop.is_set() or not self._failures:
            return
        first, longest = self._back_off
        delay = min(longest, first * 2 ** min(self._failures - 1, 16)) * _JITTER.uniform(0.5, 1.0)
        if (
            self._unreadable_since is not None
            and not self._alarmed
            and self._seconds_to_alarm() < delay
        ):
            early = max(0.0, self._seconds_to_alarm())
            stop.wait(early)
            self._alarm_if_due()
            delay -= early
        stop.wait(delay)


def _words(failure: Exception) -> str:
    """What an admin has to know; server texts, never our secrets."""
    if isinstance(failure, LoginError):
        return f"the log-in is refused: {failure}"
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
