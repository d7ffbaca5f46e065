"""How many automatic mails may still go: counted by the ends of an index, exact near the limit."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from maildesk.store import automatic
from maildesk.store.db import Database
from maildesk.store.loops import room
from tests.store.rows import NOW

HOUR = timedelta(hours=1)


def write(db: Database, *at: datetime) -> None:
    with db.write() as conn:
        for number, one in enumerate(at):
            address = f"x@s{number}.example"
            automatic.count(conn, address, one, ticket_id=number, words="")


def room_at(db: Database, limit: int = 2, before: int = 0) -> datetime:
    with db.write() as conn:
        return room.room_at(conn, NOW, limit=limit, period=HOUR, before=before)


def test_what_has_no_room_takes_the_place_that_is_free_next(db: Database) -> None:
    minutes = timedelta(minutes=1)
    assert room_at(db) == NOW
    write(db, NOW - 50 * minutes)
    assert room_at(db) == NOW
    assert room_at(db, before=1) == NOW + 10 * minutes
    write(db, NOW - 40 * minutes)
    assert room_at(db) == NOW + 10 * minutes
    write(db, room_at(db))
    assert room_at(db) == NOW + 20 * minutes
    write(db, room_at(db))
    assert room_at(db) == NOW + 70 * minutes, "a second row of places begins behind the first"
    assert room_at(db, limit=0) == NOW, "no limit"


def test_far_from_the_limit_and_near_to_it_the_answer_is_the_same(db: Database) -> None:
    write(db, *(NOW - timedelta(seconds=n) for n in range(320, 0, -1)))
    assert room_at(db, limit=1000) == NOW
    assert room_at(db, limit=321) == NOW
    assert room_at(db, limit=320) == NOW + HOUR - timedelta(seconds=320)


def test_two_workers_do_not_both_get_the_last_place(db: Database) -> None:
    write(db, NOW - timedelta(minutes=1))
    asked, found = threading.Event(), list[datetime]()

    def second() -> None:
        asked.wait()
        found.append(room_at(db))

    thread = threading.Thread(target=second)
    thread.start()
    with db.write() as conn:
        assert room.room_at(conn, NOW, limit=2, period=HOUR) == NOW
        asked.set()
        automatic.count(conn, "y@two.example", NOW, ticket_id=None, words="")
    thread.join()
    assert found == [NOW + timedelta(minutes=59)]


def test_it_is_counted_by_an_index(db: Database) -> None:
    with db.write() as conn:
        if not db.is_sqlite:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement in room.STATEMENTS:
            plan = statement.plan(conn, {"since": NOW, "places": 1999})
            assert "ix_automatic_at" in plan, plan
            assert "Seq Scan" not in plan
            assert "TEMP B-TREE" not in plan
