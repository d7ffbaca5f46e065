"""A desk behind the IMAP door that remembers what it was handed, and a door that is open for the
length of a `with`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap.door import ImapDoor
from maildesk.ingress.imap.reading import Desk as Behind
from maildesk.mail.message import Envelope
from maildesk.store.mailbox.mailboxes import Copy, Cursor, Seen, Settled
from tests.servers.imap import ImapAccount


def mail(number: int, *, size: int = 0, head: bytes = b"") -> bytes:
    """An ordinary message, told from the others by its subject."""
    return head + b"From: ana@example.org\r\nSubject: question %d\r\n\r\nhello %s\r\n" % (
        number,
        b"x" * size,
    )


def settings(account: ImapAccount, **changes: Any) -> ImapMailbox:
    """The settings of this mailbox, with a poll so long that a test which needs it fails."""
    values: dict[str, Any] = {
        "name": "support",
        "host": account.host,
        "port": account.port,
        "tls": "none",
        "username": account.username,
        "password": account.password,
        "folder": account.folder,
        "poll": "5m",
        "start": "all",
        "address": "support@desk.example",
    }
    return ImapMailbox.model_validate(values | changes)


class Memory:
    """The door's records, as the store would keep them: one mailbox, whose folders have a cursor
    each."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.cursors: dict[str, Cursor] = {}
        self.seen: list[tuple[Cursor, Seen, bool]] = []
        self.fates: list[Settled] = []
        self.copies: list[Copy] = []
        self.octets: dict[int, bytes] = {}
        self.kept: dict[int, str] = {}
        self.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def position(self, mailbox: str, folder: str, *, is_first: bool) -> Cursor | None:
        assert mailbox == "support"
        return self.cursors.get(folder) or (self.cursors.get("") if is_first else None)

    def begin(self, position: Cursor, there: Sequence[Seen], *, is_first: bool) -> None:
        if is_first:
            self.cursors.pop("", None)
        self.save(position)
        self.seen += [(position, one, False) for one in there]

    def save(self, position: Cursor) -> None:
        with self.changed:
            self.cursors[position.folder] = position
            self.changed.notify_all()

    def recognised(self, mailbox: str, fingerprints: Sequence[bytes]) -> dict[bytes, bool]:
        assert mailbox == "support"
        found: dict[bytes, bool] = {}
        for _, one, taken in self.seen:
            if one.fingerprint in fingerprints:
                found[one.fingerprint] = found.get(one.fingerprint, False) or taken
        return found

    def taken_among(self, position: Cursor, uids: Sequence[int]) -> set[int]:
        place = (position.folder, position.uidvalidity)
        return {
            one.uid
            for at, one, taken in self.seen
            if taken and (at.folder, at.uidvalidity) == place and one.uid in uids
        }

    def settled(self, mailbox: str, kinds: Sequence[str]) -> list[Settled]:
        return [one for one in self.fates if one.kind in kinds]

    def moved(self, ids: Sequence[int], fate: str, lies_in: str) -> None:
        with self.changed:
            self.fates = [one for one in self.fates if one.id not in ids]
            self.changed.notify_all()

    def copies_wanted(self, mailbox: str) -> list[Copy]:
        return [one for one in self.copies if one.outbox_id not in self.kept]

    def octets_of(self, copy: Copy) -> bytes:
        return self.octets[copy.outbox_id]

    def copy_done(self, copy: Copy, state: str, words: str = "") -> None:
        with self.changed:
            self.kept[copy.outbox_id] = state
            self.changed.notify_all()


@dataclass
class Desk:
    """Keeps messages and cursors, as the store would; `hinder` is asked before and may raise."""

    records: Memory = field(default_factory=Memory)
    accepted: list[tuple[bytes, Envelope, Cursor]] = field(default_factory=list)
    refused: list[tuple[bytes, Cursor, str]] = field(default_factory=list)
    alarms: list[tuple[str, bool, str]] = field(default_factory=list)
    alarms_of_parts: list[tuple[str, bool, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    hinder: Callable[[bytes], None] = lambda _raw: None
    now: float = 0.0

    @property
    def changed(self) -> threading.Condition:
        """Told of whatever is kept."""
        return self.records.changed

    @property
    def cursor(self) -> Cursor:
        """That of the only folder."""
        (found,) = self.records.cursors.values()
        return found

    @cursor.setter
    def cursor(self, position: Cursor) -> None:
        self.records.cursors = {position.folder: position}

    def accept(self, raw: bytes, envelope: Envelope, *, cursor: Cursor, seen: Seen) -> None:
        with self.changed:
            self.changed.notify_all()
            self.hinder(raw)
            self.accepted.append((raw, envelope, cursor))
            self.records.save(cursor)
            self.records.seen.append((cursor, seen, True))

    def refuse(self, head: bytes, cursor: Cursor, words: str, *, seen: Seen) -> None:
        with self.changed:
            self.changed.notify_all()
            self.refused.append((head, cursor, words))
            self.records.save(cursor)
            self.records.seen.append((cursor, seen, True))

    def alarm(self, name: str, is_readable: bool, words: str) -> None:
        with self.changed:
            self.changed.notify_all()
            self.alarms.append((name, is_readable, words))

    def alarm_of_part(self, name: str, is_well: bool, words: str) -> None:
        with self.changed:
            self.changed.notify_all()
            self.alarms_of_parts.append((name, is_well, words))

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """What takes longer than a moment is over at once, and remembered."""
        with self.changed:
            self.changed.notify_all()
            self.waits.append(seconds)
        stop.wait(min(seconds, 0.01) if seconds > 1 else seconds)

    def clock(self) -> float:
        """Ten seconds later each time somebody asks."""
        with self.changed:
            self.changed.notify_all()
            self.now += 10.0
            return self.now

    @property
    def subjects(self) -> list[str]:
        return [
            raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode()
            for raw, _, _ in self.accepted
        ]

    def wait_until(self, is_so: Callable[[], bool], *, timeout: float = 60.0) -> None:
        with self.changed:
            assert self.changed.wait_for(is_so, timeout), (
                f"{self.subjects} {self.refused} {self.alarms}"
            )

    def wait_for(self, number: int) -> None:
        self.wait_until(lambda: len(self.accepted) >= number)


def door_to(
    mailbox: ImapMailbox, desk: Desk, *, back_off: tuple[float, float] = (0.01, 0.1)
) -> ImapDoor:
    """The door, not yet at work."""
    behind = Behind(desk.accept, desk.refuse, desk.records)
    return ImapDoor(
        mailbox,
        behind,
        alarm=desk.alarm,
        alarm_of_part=desk.alarm_of_part,
        clock=desk.clock,
        back_off=back_off,
        wait=desk.wait,
    )


@contextmanager
def running(door: ImapDoor) -> Iterator[threading.Event]:
    """The door at work in a thread; at the end it must stop without waiting for anybody."""
    stop = threading.Event()
    thread = threading.Thread(target=door.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)  # a server may be silent for thirty seconds, and a poll is minutes away
        assert not thread.is_alive()


@contextmanager
def door_open(
    mailbox: ImapMailbox, desk: Desk, *, back_off: tuple[float, float] = (0.01, 0.1)
) -> Iterator[threading.Event]:
    """A door to this mailbox at work."""
    with running(door_to(mailbox, desk, back_off=back_off)) as stop:
        yield stop
