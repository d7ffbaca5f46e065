"""What is kept of mailboxes: cursors that move with their message, what was seen, what becomes of
it, and which copies are still wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text, update

from maildesk.store.db import Database
from maildesk.store.mailbox import mailboxes
from maildesk.store.mailbox.mailboxes import Copy, Cursor, Seen
from maildesk.store.migrate import migrate
from maildesk.store.schema import messages, outbox, spool
from tests.store.earlier import as_of
from tests.store.earlier import insert as insert_row
from tests.store.rows import NOW, open_ticket, raw, spooled

AT = Cursor("support", 7, 40, folder="INBOX", start="now", known_before=NOW, left_alone=3)
KINDS = ("answered", "spam", "quarantined")


def test_a_cursor_moves_with_the_message_it_points_behind(db: Database) -> None:
    with db.read() as conn:
        assert mailboxes.cursor(conn, "support", "INBOX") is None
    with pytest.raises(LookupError), db.write() as conn:
        mailboxes.move_cursor(conn, AT)
        raise LookupError
    for position in (AT, replace(AT, uidvalidity=2**32 - 1, uid=2**32 - 1, backlog="all")):
        with db.write() as conn:
            mailboxes.move_cursor(conn, position)
        with db.read() as conn:
            assert mailboxes.cursor(conn, "support", "INBOX") == position


def test_each_folder_has_its_own(db: Database) -> None:
    with db.write() as conn:
        mailboxes.move_cursor(conn, AT)
        mailboxes.move_cursor(conn, replace(AT, folder="Junk", uid=2))
    with db.read() as conn:
        assert [one.uid for one in mailboxes.cursors_of(conn, "support")] == [40, 2]
        assert mailboxes.cursor(conn, "support", "Junk", is_first=False) is not None
        assert mailboxes.cursor(conn, "support", "Other", is_first=False) is None


def test_the_cursor_of_a_desk_from_before_becomes_that_of_the_first_folder(db: Database) -> None:
    with db.write() as conn:
        mailboxes.move_cursor(conn, Cursor("support", 7, 3))
    with db.write() as conn:
        assert mailboxes.cursor(conn, "support", "Junk", is_first=False) is None
        found = mailboxes.cursor(conn, "support", "INBOX")
        assert found == Cursor("support", 7, 3)
        mailboxes.begin(conn, replace(found, folder="INBOX", start="now"), [], NOW, is_first=True)
        assert [one.folder for one in mailboxes.cursors_of(conn, "support")] == ["INBOX"]


def test_a_migrated_desk_goes_on_where_it_was(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as conn:
        as_of(conn, "0009")
        insert_row(conn, "cursors", {"mailbox": "support", "uidvalidity": 7, "uid": 3})
    migrate(database)
    with database.read() as conn:
        assert mailboxes.cursor(conn, "support", "INBOX") == Cursor("support", 7, 3)
        assert conn.execute(text("SELECT COUNT(*) FROM mailbox_messages")).scalar() == 0
    database.close()


def test_what_was_seen_is_recognised_and_what_was_taken_stays_so(db: Database) -> None:
    left, taken = Seen(1, b"l" * 16), Seen(2, b"t" * 16)
    with db.write() as conn:
        mailboxes.begin(conn, AT, [left, taken], NOW, is_first=True)
        mailboxes.remember(conn, AT, taken, NOW, taken=True, spool_id=5)
        mailboxes.remember(conn, AT, taken, NOW)
    with db.read() as conn:
        known = mailboxes.recognised(conn, "support", [b"l" * 16, b"t" * 16, b"n" * 16])
        assert known == {b"l" * 16: False, b"t" * 16: True}
        assert mailboxes.recognised(conn, "billing", [b"t" * 16]) == {}
        assert mailboxes.taken_among(conn, AT, range(1, 2000)) == {2}
        assert mailboxes.taken_among(conn, replace(AT, uidvalidity=8), [1, 2]) == set()


class Fates:
    """A message of a mailbox, taken and watched, and what may become of it."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        (self.spool_id,) = spooled(db, folder, raw(1))
        self.ticket_id = open_ticket(db)
        seen = Seen(4, b"f" * 16, watched_until=NOW + timedelta(days=90))
        with db.write() as conn:
            mailboxes.remember(conn, AT, seen, NOW, taken=True, spool_id=self.spool_id)

    def becomes(self, state: str, outcome: str) -> None:
        with self.db.write() as conn:
            done = update(spool).where(spool.c.id == self.spool_id)
            conn.execute(done.values(state=state, outcome=outcome, due_at=None))

    def message(self, **values: Any) -> int:
        row = {"ticket_id": self.ticket_id, "at": NOW, "kind": "public", "from_address": "a@b"}
        row |= {"text": "", "reply": "", "message_id": ""}
        with self.db.write() as conn:
            done = conn.execute(insert(messages).values(row | values).returning(messages.c.id))
            return int(done.scalar_one())

    def told(self, kinds: tuple[str, ...] = KINDS, days: int = 0) -> list[tuple[str, int, str]]:
        with self.db.read() as conn:
            at = NOW + timedelta(days=days)
            found = mailboxes.settled(conn, "support", kinds, ["spam"], at)
        return [(one.kind, one.uid, one.lies_in) for one in found]


@pytest.fixture
def fates(db: Database, tmp_path: Path) -> Fates:
    return Fates(db, tmp_path)


def test_a_message_is_answered_once_an_agent_wrote_behind_it(fates: Fates) -> None:
    earlier = {"direction": "out", "agent": "ben@desk.example"}
    fates.message(**earlier)
    row = fates.message(direction="in")
    assert fates.told() == []  # it is not processed yet
    fates.becomes("done", "opened")
    with fates.db.write() as conn:
        mailboxes.belongs(conn, fates.spool_id, fates.ticket_id, row)
    fates.message(direction="out", agent="")  # an acknowledgement
    fates.message(kind="note", direction="out", agent="ben@desk.example")
    assert fates.told() == []
    fates.message(**earlier)
    assert fates.told() == [("answered", 4, "INBOX")]
    assert fates.told(kinds=("spam",)) == []
    assert fates.told(days=91) == []


def test_what_is_held_is_spam_or_quarantined_until_it_is_moved(fates: Fates) -> None:
    fates.becomes("held", "held spam")
    assert fates.told() == [("spam", 4, "INBOX")]
    fates.becomes("held", "held spoofed")
    assert fates.told() == [("quarantined", 4, "INBOX")]
    with fates.db.write() as conn:
        (one,) = mailboxes.settled(conn, "support", KINDS, ["spam"], NOW)
        mailboxes.moved(conn, [one.id], "quarantined", "Held")
    assert fates.told() == []
    fates.becomes("held", "held spam")
    assert fates.told() == [("spam", 4, "Held")]


def test_a_ticket_that_is_spam_makes_its_message_spam(fates: Fates) -> None:
    fates.becomes("done", "opened")
    with fates.db.write() as conn:
        mailboxes.belongs(conn, fates.spool_id, fates.ticket_id, 1)
        conn.execute(text("UPDATE tickets SET status = 'spam'"))
    assert fates.told() == [("spam", 4, "INBOX")]


def letter(conn: Connection, number: int, state: str) -> int:
    row: dict[str, Any] = {"message_id": f"{number}@desk.example", "mail_from": ""}
    row |= {
        "recipient": "a@b.example",
        "domain": "b.example",
        "purpose": "reply",
        "automatic": False,
        "created_at": NOW,
    }
    row |= {"state": state, "sent_at": NOW if state == "sent" else None}
    return int(conn.execute(insert(outbox).values(row).returning(outbox.c.id)).scalar_one())


def test_a_copy_is_wanted_once_the_mail_was_sent_and_until_it_is_kept(db: Database) -> None:
    with db.write() as conn:
        sent, due = letter(conn, 1, "sent"), letter(conn, 2, "due")
        for row_id in (sent, due):
            mailboxes.want_copy(conn, row_id, "support")
    with db.write() as conn:
        assert mailboxes.copies_wanted(conn, "support") == [Copy(sent, "1@desk.example", NOW)]
        assert mailboxes.copies_wanted(conn, "billing") == []
        mailboxes.copy_done(conn, sent, "kept")
        assert mailboxes.copies_wanted(conn, "support") == []
