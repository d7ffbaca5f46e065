"""Timers: one of a kind for each ticket, replaced and cancelled without leaving another behind."""

from __future__ import annotations

from datetime import timedelta

from maildesk.store import due, timers
from maildesk.store.db import Database
from maildesk.store.schema import timers as table
from tests.store.rows import LEASE, NOW, open_ticket


def test_a_new_timer_takes_the_place_of_the_old_one(db: Database) -> None:
    ticket, other = open_ticket(db), open_ticket(db)
    later = NOW + timedelta(days=1)
    with db.write() as conn:
        timers.start(conn, ticket, "close", NOW)
        timers.start(conn, ticket, "remind", NOW)
        timers.start(conn, other, "close", NOW)
        timers.start(conn, ticket, "close", later)
        assert timers.standing(conn, ticket) == {"close": later, "remind": NOW}
        assert timers.standing(conn, other) == {"close": NOW}
        assert len(due.due_ids(conn, table, now=NOW)) == 2


def test_a_cancelled_timer_never_rings(db: Database) -> None:
    ticket = open_ticket(db)
    with db.write() as conn:
        timers.start(conn, ticket, "close", NOW)
        timers.cancel(conn, ticket, "close")
        timers.cancel(conn, ticket, "never there")
        assert timers.standing(conn, ticket) == {}
        assert due.due_ids(conn, table, now=NOW + timedelta(days=9)) == []


def test_one_that_is_ringing_just_now_is_not_torn_out_of_its_hands(db: Database) -> None:
    ticket = open_ticket(db)
    with db.write() as conn:
        timers.start(conn, ticket, "remind", NOW)
        (row,) = due.claim(conn, table, owner="one", now=NOW, lease=LEASE)
        timers.start(conn, ticket, "remind", NOW + timedelta(days=3))
        due.finish(conn, table, row.id, "rang", holder=("one", 1))
        assert timers.standing(conn, ticket) == {"remind": NOW + timedelta(days=3)}
