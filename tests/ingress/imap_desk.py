"""A desk behind the IMAP door that remembers what it was handed, and a door that is open for the
length of a `with`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import ImapDoor
from maildesk.mail.message import Envelope
from maildesk.store.spool import Cursor
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
        "address": "support@desk.example",
    }
    return ImapMailbox.model_validate(values | changes)


@dataclass
class Desk:
    """Keeps messages and the cursor, as the store would; `hinder` is asked before and may raise."""

    cursor: Cursor | None = None
    accepted: list[tuple[bytes, Envelope, Cursor]] = field(default_factory=list)
    refused: list[tuple[bytes, Cursor, str]] = field(default_factory=list)
    alarms: list[tuple[str, bool, str]] = field(default_factory=list)
    hinder: Callable[[bytes], None] = lambda _raw: None
    now: float = 0.0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def accept(self, raw: bytes, envelope: Envelope, *, cursor: Cursor) -> None:
        with self.changed:
            self.changed.notify_all()
            self.hinder(raw)
            self.accepted.append((raw, envelope, cursor))
            self.cursor = cursor

    def refuse(self, head: bytes, cursor: Cursor, words: str) -> None:
        with self.changed:
            self.changed.notify_all()
            self.refused.append((head, cursor, words))
            self.cursor = cursor

    def alarm(self, name: str, is_readable: bool, words: str) -> None:
        with self.changed:
            self.changed.notify_all()
            self.alarms.append((name, is_readable, words))

    def load_cursor(self, name: str) -> Cursor | None:
        assert name == "support"
        return self.cursor

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


@contextmanager
def door_open(
    mailbox: ImapMailbox, desk: Desk, *, back_off: tuple[float, float] = (0.01, 0.1)
) -> Iterator[threading.Event]:
    """The door at work in a thread; at the end it must stop without waiting for anybody."""
    door = ImapDoor(
        mailbox,
        accept=desk.accept,
        load_cursor=desk.load_cursor,
        refuse=desk.refuse,
        alarm=desk.alarm,
        clock=desk.clock,
        back_off=back_off,
    )
    stop = threading.Event()
    thread = threading.Thread(target=door.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(10)  # a server may be silent for thirty seconds, and a poll is minutes away
        assert not thread.is_alive()
