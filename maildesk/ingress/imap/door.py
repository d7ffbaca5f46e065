"""The IMAP door: one thread and one connection read one mailbox for as long as the desk runs.

Of its folders the first is the one that is waited at (IDLE); the others are asked for news each
round. Whatever ends a connection is read as a named outcome (`refusals`): a server that wants to
be left alone is, and no message is blamed for it.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config.settings import ImapMailbox
from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.ingress.imap import names, refusals
from maildesk.ingress.imap.folder import Folder
from maildesk.ingress.imap.login import Client, close, connect, say_goodbye
from maildesk.ingress.imap.part_alarm import PartAlarm
from maildesk.ingress.imap.reading import Desk, Reading
from maildesk.ingress.imap.refusals import Refusal
from maildesk.ingress.imap.upkeep import Upkeep
from maildesk.log import log
from maildesk.oauth.sasl import Token

_JITTER = random.SystemRandom()


class FolderMissing(PermanentFailure):
    """The mailbox has no such folder (any more)."""

    outcome, wait = "folder_missing", refusals.MINUTE


class ImapDoor:
    """One mailbox.

    `desk.accept(raw, envelope, cursor=…, seen=…)` commits the message and the cursor in one
    transaction. BadMessage from it refuses the message; TransientFailure means later, and so do
    PermanentFailure and OSError, with an alarm to the admin; any other error refuses the message
    after a few tries. `desk.refuse` keeps what is known of a message that is too large or
    unreadable, and commits the cursor. `alarm(name, is_readable, words)` is called once when the
    mailbox could not be read for `alarm_after`, and once when it can be again; `alarm_of_part(name,
    is_well, words)` likewise where only a folder of it, or its upkeep, is in trouble. `wait(stop,
    seconds)` waits for that long, or until `stop` is set.
    """

    def __init__(
        self,
        mailbox: ImapMailbox,
        desk: Desk,
        *,
        alarm: Callable[[str, bool, str], None],
        alarm_of_part: Callable[[str, bool, str], None] = lambda _name, _is_well, _words: None,
        clock: Callable[[], float],
        back_off: tuple[float, float] = (1.0, 60.0),
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
        token: Token | None = None,
    ) -> None:
        self.mailbox = mailbox
        self._records = desk.records
        self._alarm = alarm
        self._clock = clock
        self._back_off = back_off
        self._wait = wait
        self._token = token
        self._client: Client | None = None
        self._failures = 0
        self._unreadable_since: float | None = None
        self._alarmed = False
        self._refusal = Refusal("", "")
        self._upkeep = Upkeep(mailbox, desk.records, clock)
        after = mailbox.alarm_after.total_seconds()
        self._part_alarm = PartAlarm(mailbox.name, after, alarm_of_part, clock)
        self._listed: tuple[names.Listed, ...] | None = None
        self._selected = ""
        self._readings = [
            Reading(
                mailbox,
                name,
                desk,
                is_first=number == 0,
                progressed=self._can_read,
                reason=lambda: self._refusal.words,
            )
            for number, name in enumerate(mailbox.watched)
        ]

    @property
    def trouble(self) -> str:
        """What is the matter with this mailbox, in words for the operator; nothing while it is
        read and all its folders are."""
        if self._unreadable_since is not None:
            return f"{self.mailbox.name}: {self._refusal.outcome}: {self._refusal.words}"
        found = self._trouble_of_parts
        return f"{self.mailbox.name}: {found}" if found else ""

    @property
    def _trouble_of_parts(self) -> str:
        found = [word for one in self._readings for word in (one.trouble, one.shared)]
        found.append(self._upkeep.trouble)
        return "; ".join(filter(None, found))

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
            is_usable = True
            try:
                self._client = connect(self.mailbox, self._token)
                self._listed = None
                self._serve(self._client, stop)
            except TransientFailure as failure:
                # ours, not the mailbox's: nothing to alarm anybody about here
                self._failures += 1
                log.warning("deferred", mailbox=self.mailbox.name, reason=str(failure))
            except Exception as failure:  # whatever a server, a network or a library can think of
                is_usable = not isinstance(failure, (IMAPClientAbortError, OSError))
                if not stop.is_set():
                    self._cannot_read(failure)
            finally:
                self._hang_up(is_usable=is_usable)
            self._pause(stop)

    def _hang_up(self, *, is_usable: bool) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if is_usable:
            say_goodbye(client)
        close(client)

    def _serve(self, client: Client, stop: threading.Event) -> None:
        self._resolve_names(client)
        first, *others = self._readings
        main = self._look_into(client, first, stop)
        assert first.position is not None
        log.info(
            "connected",
            mailbox=self.mailbox.name,
            uidvalidity=first.position.uidvalidity,
            uid=first.position.uid,
        )
        while not stop.is_set():
            for reading in others:
                self._look_aside(client, reading, stop)
            if self._upkeep.run(client, lambda: self._folders(client)):
                self._selected = ""
            if self._selected != first.name:
                self._turn_back(main, first)
            self._take(main, first, stop)
            if not stop.is_set():
                self._can_read()
                self._part_alarm.look(self._trouble_of_parts)
                main.wait(stop)

    def _take(self, folder: Folder, reading: Reading, stop: threading.Event) -> None:
        reading.take_all(folder, stop, singly=self._failures > 0)

    def _look_into(self, client: Client, reading: Reading, stop: threading.Event) -> Folder:
        """Select the folder, find where to go on in it, and take what is there."""
        self._selected = ""  # a refused SELECT leaves none selected (RFC 9051, 6.3.2)
        try:
            folder = Folder(client, self.mailbox, reading.name)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as failure:
            raise self._missing(client, reading.name, failure) from failure
        self._selected = reading.name
        reading.begin(folder)
        self._take(folder, reading, stop)
        return folder

    def _turn_back(self, main: Folder, first: Reading) -> None:
        """Select the first folder again; it may have been made anew meanwhile."""
        main.select()
        self._selected = first.name
        if first.position is None or not main.knows(first.position):
            first.begin(main)

    def _look_aside(self, client: Any, reading: Reading, stop: threading.Event) -> None:
        """Take what another folder has, where it has news. One that cannot be read keeps the others
        from nothing."""
        if stop.is_set() or not reading.name:
            return
        try:
            told = client.folder_status(reading.name, ["UIDVALIDITY", "UIDNEXT"])
            if reading.has_news(int(told[b"UIDVALIDITY"]), int(told.get(b"UIDNEXT", 0))):
                self._look_into(client, reading, stop)
        except IMAPClientAbortError:
            raise
        except (IMAPClientError, FolderMissing) as failure:
            refusal = refusals.read(self._missing(client, reading.name, failure))
            if not reading.trouble:
                log.warning(
                    "folder_unreadable",
                    mailbox=self.mailbox.name,
                    folder=reading.name,
                    outcome=refusal.outcome,
                    reason=refusal.words,
                )
            reading.trouble = f"{refusal.outcome}: {refusal.words}"
            return
        if reading.trouble:
            log.info("folder_readable", mailbox=self.mailbox.name, folder=reading.name)
        reading.trouble = ""

    def _missing(self, client: Client, name: str, failure: Exception) -> Exception:
        """The failure itself, or, where the folder is not there, one that says which are."""
        if isinstance(failure, FolderMissing):
            return failure
        self._listed = None
        there = [one.name for one in self._folders(client)]
        if name in there or refusals.read(failure).outcome in ("not_allowed", "over_quota"):
            return failure
        shown = ", ".join(there[:10]) + (" …" if len(there) > 10 else "")
        return FolderMissing(
            f'the folder "{name}" is not there: it was renamed or deleted, or `folder` in '
            f"settings.yaml is misspelt; there are {shown or 'none'}"
        )

    def _resolve_names(self, client: Client) -> None:
        """Which folders the settings mean, where they name an attribute, and which one holds
        spam."""
        if len(self._readings) == 1 and not self._readings[0].name.startswith("\\"):
            return
        there = self._folders(client)
        for reading, wanted in zip(self._readings, self.mailbox.watched, strict=True):
            found = names.resolved(wanted, there)
            reading.name = found
            reading.is_junk = bool(found) and names.is_junk(found, there)
            words = f"no folder has the attribute {wanted}"
            reading.trouble = "" if found else f"{FolderMissing.outcome}: {words}"
        if not self._readings[0].name:
            raise FolderMissing(f"no folder has the attribute {self.mailbox.watched[0]}")

    def _folders(self, client: Any) -> Sequence[names.Listed]:
        if self._listed is None:
            self._listed = names.listed(client.list_folders())
        return self._listed

    def _can_read(self) -> None:
        """The mailbox was read: forget the failures, and say so where an alarm was given."""
        self._failures = 0
        self._unreadable_since = None
        for reading in self._readings:
            reading.forget()
        words = f"The mailbox {self.mailbox.name} can be read again."
        if self._alarmed and self._tell(True, words):
            self._alarmed = False

    def _cannot_read(self, failure: Exception) -> None:
        self._failures += 1
        now = self._clock()
        if self._unreadable_since is None:
            self._unreadable_since = now
        self._refusal = refusals.read(failure)
        if self._refusal.is_servers:
            for reading in self._readings:
                reading.forgive()
        log.warning(
            "unreadable",
            mailbox=self.mailbox.name,
            failures=self._failures,
            outcome=self._refusal.outcome,
            reason=self._refusal.words,
        )
        self._alarm_if_due()

    def _alarm_if_due(self) -> None:
        if self._unreadable_since is None or self._alarmed or self._seconds_to_alarm() > 0:
            return
        minutes = max(1, round((self._clock() - self._unreadable_since) / 60))
        mailbox = self.mailbox
        place = f"{mailbox.name} ({mailbox.username} at {mailbox.host}:{mailbox.port})"
        words = f"could not be read for {minutes} min: {self._refusal.words}"
        self._alarmed = self._tell(False, f"The mailbox {place} {words}")

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
        """Wait longer after each failure, never in step with the other mailboxes, and at least as
        long as the server asked for; the alarm does not wait for the end of it."""
        if stop.is_set() or not self._failures:
            return
        first, longest = self._back_off
        delay = min(longest, first * 2 ** min(self._failures - 1, 16)) * _JITTER.uniform(0.5, 1.0)
        if self._unreadable_since is not None:
            delay = max(delay, self._refusal.wait * _JITTER.uniform(1.0, 1.1))
        if (
            self._unreadable_since is not None
            and not self._alarmed
            and self._seconds_to_alarm() < delay
        ):
            early = max(0.0, self._seconds_to_alarm())
            self._wait(stop, early)
            self._alarm_if_due()
            delay -= early
        self._wait(stop, delay)
