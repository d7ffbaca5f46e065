"""The one way in: a message and how far its mailbox was read are kept together, and nothing after
the commit takes that back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maildesk import intake as module
from maildesk.intake import Intake
from maildesk.kick import Stage
from maildesk.mail.message import Envelope
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.mailbox import mailboxes
from maildesk.store.mailbox.mailboxes import Cursor, Seen
from maildesk.store.migrate import migrate
from maildesk.store.schema import quarantine, spool

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RAW = b"Message-ID: <1@x>\r\n\r\nHello.\r\n"
IMAP = Envelope("ana@example.org", ("support@desk.example",), "imap:support", "")


class Desk:
    """An intake, and the kicks that it gave."""

    def __init__(self, folder: Path) -> None:
        self.db = Database(f"sqlite:///{folder}/desk.db")
        migrate(self.db)
        self.kicks: list[tuple[Stage, int]] = []
        self.intake = Intake(self.db, Blobs(folder / "blobs", 50_000), self.kick, lambda: NOW)

    def kick(self, stage: Stage, row_id: int) -> None:
        self.kicks.append((stage, row_id))

    def cursor(self) -> Cursor | None:
        with self.db.read() as conn:
            return mailboxes.cursor(conn, "support", "INBOX")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.db.close()


def test_a_message_of_a_mailbox_is_spooled_together_with_how_far_that_was_read(desk: Desk) -> None:
    assert desk.cursor() is None
    position, seen = Cursor("support", 7, 3, folder="INBOX"), Seen(3, b"f" * 16)
    row_id = desk.intake.accept(RAW, IMAP, cursor=position, seen=seen)
    assert desk.cursor() == position
    with desk.db.read() as conn:
        assert mailboxes.recognised(conn, "support", [b"f" * 16, b"g" * 16]) == {b"f" * 16: True}
    assert desk.kicks == [("receive", row_id)]


def test_a_message_that_is_refused_is_held_by_its_head_and_not_read_again(desk: Desk) -> None:
    desk.intake.refuse(
        b"Subject: much\r\n",
        Cursor("support", 7, 4, folder="INBOX"),
        "too large: 9 octets, and 8 are allowed",
        seen=Seen(4, b"f" * 16),
    )
    with desk.db.read() as conn:
        held = conn.execute(
            select(quarantine.c.reason, quarantine.c.words, quarantine.c.sender)
        ).one()
    assert tuple(held) == ("oversized", "too large: 9 octets, and 8 are allowed", "imap:support")
    assert desk.cursor() == Cursor("support", 7, 4, folder="INBOX")
    with desk.db.read() as conn:
        assert mailboxes.recognised(conn, "support", [b"f" * 16]) == {b"f" * 16: True}
    assert desk.kicks == []


def test_nothing_that_fails_behind_the_commit_makes_a_message_come_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        """A log that cannot be written."""

        def __getattr__(self, name: str) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(module, "log", Broken())
    desk.intake.accept(RAW, IMAP, cursor=Cursor("support", 7, 3))
    with desk.db.read() as conn:
        assert conn.execute(select(func.count()).select_from(spool)).scalar_one() == 1
