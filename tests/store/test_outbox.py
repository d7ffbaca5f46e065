"""The outbox: a thing that may happen once happens once, and what went out is counted."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from maildesk.store import due, outbox
from maildesk.store.db import Database
from maildesk.store.outbox import Draft
from maildesk.store.schema import outbox as outbox_table
from tests.store.rows import LEASE, NOW, at_once

DRAFT = Draft(
    7,
    None,
    "m1@desk.example",
    "support+b@desk.example",
    "Ana@Harbour.example",
    "printer",
    "acknowledgement",
    "",
    True,
    None,
    b"raw",
)


def add(db: Database, *drafts: Draft, ago: timedelta = timedelta(0)) -> list[int]:
    with db.write() as conn:
        return [letter.id for letter in outbox.add(conn, drafts, NOW - ago)]


def test_what_may_happen_once_is_written_once_by_eight(db: Database) -> None:
    once = replace(DRAFT, once="7:acknowledgement:ana@harbour.example")
    added = at_once(8, lambda n: add(db, replace(once, message_id=f"m{n}@desk.example")))
    assert sorted(len(ids) for ids in added) == [0] * 7 + [1]


def test_the_same_key_twice_in_one_breath_is_one_mail(db: Database) -> None:
    once = replace(DRAFT, once="k")
    assert len(add(db, once, replace(DRAFT, once="other"), once)) == 2
    assert add(db) == []


def test_mails_without_a_key_may_happen_often(db: Database) -> None:
    assert len(add(db, DRAFT, DRAFT, DRAFT)) == 3
    with db.read() as conn:
        assert outbox.depth(conn) == 3


def test_a_row_keeps_its_bytes_and_folds_its_recipient(db: Database) -> None:
    raw = bytes(range(256)) * 1000
    (row_id,) = add(db, replace(DRAFT, raw=raw))
    with db.read() as conn:
        row = outbox.by_id(conn, row_id)
        assert row is not None
        assert (outbox.raw_of(conn, row), row.recipient, row.domain, row.state) == (
            raw,
            "ana@harbour.example",
            "harbour.example",
            "due",
        )
        assert outbox.by_message_id(conn, "m1@desk.example") is not None
        assert outbox.by_message_id(conn, "m2@desk.example") is None
        assert outbox.by_id(conn, row_id + 1) is None


def test_the_last_mail_about_a_ticket_that_was_sent_to_somebody_is_found_in_any_case(
    db: Database,
) -> None:
    first, last, waiting = add(db, DRAFT, DRAFT, DRAFT)
    add(db, replace(DRAFT, recipient="ben@desk.example"))
    with db.write() as conn:
        for row_id in (first, last):
            due.finish(conn, outbox_table, row_id, "sent")
    with db.read() as conn:
        row = outbox.latest_to(conn, 7, "ANA@harbour.example")
        assert row is not None
        assert waiting > row.id == last > first, "what was not sent yet cannot have come back"
        assert outbox.latest_to(conn, 8, "ana@harbour.example") is None
        assert sorted(outbox.recipients_about(conn, 7)) == [
            "ana@harbour.example",
            "ben@desk.example",
        ]


def test_what_has_to_wait_is_nobodys_until_then(db: Database) -> None:
    with db.write() as conn:
        later = NOW + timedelta(minutes=5)
        now_, then = outbox.add(
            conn, [DRAFT, replace(DRAFT, due_at=later)], NOW, lease=("one", NOW + LEASE)
        )
        assert [letter.attempts for letter in (now_, then)] == [1, 0]
        assert due.due_ids(conn, outbox_table, now=later - timedelta(seconds=1)) == [now_.id]
        assert due.due_ids(conn, outbox_table, now=later) == [now_.id, then.id]
        row = outbox.by_id(conn, then.id)
    assert row is not None
    assert row.created_at == later, "how long a relay may take is counted from then"


@pytest.mark.parametrize(
    ("state", "again"), [("failed", True), ("uncertain", True), ("sent", False)]
)
def test_only_what_did_not_go_out_is_sent_again_with_the_same_bytes(
    db: Database, state: due.Ended, again: bool
) -> None:
    (row_id,) = add(db, DRAFT)
    with db.write() as conn:
        due.claim(conn, outbox_table, owner="one", now=NOW, lease=LEASE)
        due.finish(conn, outbox_table, row_id, state)
        assert outbox.send_again(conn, row_id, NOW) is again
        assert due.due_ids(conn, outbox_table, now=NOW) == ([row_id] if again else [])
        row = outbox.by_id(conn, row_id)
        assert row is not None
        assert (outbox.raw_of(conn, row), row.message_id) == (b"raw", "m1@desk.example")


def test_mails_written_down_together_take_little_more_room_than_one_of_them(db: Database) -> None:
    words = random.Random(1).randbytes(4000).hex().encode()
    drafts = [
        replace(DRAFT, message_id=f"m{n}@desk.example", raw=b"To: agent %d\r\n\r\n%s" % (n, words))
        for n in range(4)
    ]
    large = replace(DRAFT, message_id="m9@desk.example", raw=words * 10)
    ids = add(db, *drafts, large)
    with db.read() as conn:
        rows = [outbox.by_id(conn, row_id) for row_id in ids]
        assert [outbox.raw_of(conn, row) for row in rows if row] == [
            draft.raw for draft in (*drafts, large)
        ]
        assert sum(len(row.raw or b"") for row in rows[:4] if row) < 1000
    with db.write() as conn:
        claimed = [
            letter for _ in ids for letter in outbox.claim(conn, owner="one", now=NOW, lease=LEASE)
        ]
    assert [(letter.id, letter.raw) for letter in claimed] == [
        (i, d.raw) for i, d in zip(ids, (*drafts, large), strict=True)
    ]


def test_a_row_of_an_earlier_version_holds_the_mail_as_it_is(db: Database) -> None:
    (row_id,) = add(db, DRAFT)
    with db.write() as conn:
        conn.execute(update(outbox_table).values(raw=b"Date: today", digest=None))
        row = outbox.by_id(conn, row_id)
        assert row is not None
        assert outbox.raw_of(conn, row) == b"Date: today"
        (letter,) = outbox.claim(conn, owner="one", now=NOW, lease=LEASE)
        assert letter.raw == b"Date: today"


def test_what_is_being_sent_is_not_sent_again_meanwhile(db: Database) -> None:
    (row_id,) = add(db, DRAFT)
    with db.write() as conn:
        due.claim(conn, outbox_table, owner="one", now=NOW, lease=LEASE)
        assert not outbox.send_again(conn, row_id, NOW)


def test_people_see_what_is_not_sent_newest_first(db: Database) -> None:
    first, second, third = add(db, DRAFT, DRAFT, DRAFT)
    with db.write() as conn:
        due.finish(conn, outbox_table, second, "sent")
        outbox.mark_bounced(conn, third, "failed", "5.1.1", "no such user " * 1000)
        assert [row.id for row in outbox.listed(conn)] == [third, first]
        assert [row.id for row in outbox.listed(conn, ["sent"])] == [second]
        row = outbox.by_id(conn, third)
    assert row is not None
    assert (row.state, row.enhanced_status, len(row.reply), row.due_at) == (
        "failed",
        "5.1.1",
        1000,
        None,
    )
