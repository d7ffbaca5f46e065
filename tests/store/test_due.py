"""Due rows: claimed by one, given back by the dead, never finished by somebody who lost them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from maildesk.errors import TransientFailure
from maildesk.store import due
from maildesk.store.db import Database
from maildesk.store.schema import timers
from tests.store.rows import LEASE, NOW, at_once, due_timers


def claim(
    db: Database, owner: str = "one", *, limit: int = 100, later: timedelta = timedelta(0)
) -> list[int]:
    with db.write() as conn:
        return [
            row.id
            for row in due.claim(
                conn, timers, owner=owner, now=NOW + later, lease=LEASE, limit=limit
            )
        ]


def ids(db: Database, later: timedelta = timedelta(0)) -> list[int]:
    with db.read() as conn:
        return due.due_ids(conn, timers, now=NOW + later)


def state(db: Database, row_id: int) -> tuple[str, str | None, int]:
    with db.read() as conn:
        row = conn.execute(select(timers).where(timers.c.id == row_id)).one()
    return row.state, row.owner, row.attempts


def test_a_row_is_claimed_by_one_of_eight(db: Database) -> None:
    wanted = due_timers(db, 80)

    def take(number: int) -> list[int]:
        mine: list[int] = []
        while got := claim(db, f"w{number}", limit=3):
            mine += got
        return mine

    taken = at_once(8, take)
    assert sorted(row for mine in taken for row in mine) == wanted
    assert all(state(db, row)[2] == 1 for row in wanted)


def test_no_claim_is_larger_than_its_limit_whatever_the_plan(db: Database) -> None:
    due_timers(db, 60)
    with db.write() as conn:
        if not db.is_sqlite:
            for setting in (
                "enable_hashjoin",
                "enable_hashagg",
                "enable_mergejoin",
                "enable_sort",
                "enable_material",
            ):
                conn.execute(text(f"SET LOCAL {setting} = off"))
        got = due.claim(conn, timers, owner="one", now=NOW, lease=LEASE, limit=5)
    assert len(got) == 5
    assert len(ids(db)) == 55


def test_the_oldest_are_claimed_first(db: Database) -> None:
    newest_first = due_timers(db, 6, every=timedelta(minutes=1))
    assert ids(db) == newest_first[::-1]
    assert claim(db, limit=2) == sorted(newest_first[-2:])


def test_what_is_not_yet_due_is_left_alone(db: Database) -> None:
    (row,) = due_timers(db, 1)
    assert claim(db, later=timedelta(microseconds=-1)) == []
    assert claim(db) == [row]


def test_a_claimed_row_is_due_again_when_its_lease_runs_out(db: Database) -> None:
    (row,) = due_timers(db, 1)
    assert claim(db, "one") == [row]
    assert claim(db, "two", later=LEASE - timedelta(microseconds=1)) == []
    assert claim(db, "two", later=LEASE) == [row]
    assert state(db, row) == ("claimed", "two", 2)


def test_a_living_holder_keeps_what_it_holds_and_nothing_else(db: Database) -> None:
    mine, other = due_timers(db, 2)
    assert claim(db, "one", limit=1) == [mine]
    assert claim(db, "two", limit=1) == [other]
    with db.write() as conn:
        assert due.renew(conn, timers, owner="one", until=NOW + 2 * LEASE) == 1
    assert ids(db, LEASE) == [other]


def test_a_clean_stop_gives_everything_back_at_once_and_uncounted(db: Database) -> None:
    rows = due_timers(db, 3)
    claim(db, "one", limit=2)
    with db.write() as conn:
        due.finish(conn, timers, rows[0], "rang")
        assert due.release(conn, timers, owner="one", now=NOW) == 1
    assert state(db, rows[1]) == ("due", None, 0)
    assert ids(db) == rows[1:]


def test_a_finished_row_is_never_due_again(db: Database) -> None:
    (row,) = due_timers(db, 1)
    claim(db)
    with db.write() as conn:
        due.finish(conn, timers, row, "rang", error="as it was")
    assert ids(db, timedelta(days=365)) == []
    assert state(db, row) == ("rang", None, 1)


def test_a_postponed_row_waits_with_its_reason(db: Database) -> None:
    (row,) = due_timers(db, 1)
    claim(db)
    with db.write() as conn:
        due.postpone(conn, timers, row, NOW + timedelta(seconds=5), error="away")
    assert (ids(db), ids(db, timedelta(seconds=5))) == ([], [row])
    assert state(db, row) == ("due", None, 1)
    claim(db, later=timedelta(seconds=5))
    with db.write() as conn:
        due.postpone(conn, timers, row, NOW, refund_attempt=True)
    assert state(db, row) == ("due", None, 1)


def test_who_lost_a_row_while_asleep_finishes_nothing_and_undoes_what_it_did(db: Database) -> None:
    (row,) = due_timers(db, 1)
    claim(db, "sleeper")
    claim(db, "other", later=LEASE)
    for finishes in (True, False):
        with pytest.raises(TransientFailure, match="meanwhile"), db.write() as conn:
            conn.execute(timers.update().values(error="half done"))
            if finishes:
                due.finish(conn, timers, row, "rang", holder=("sleeper", 1))
            else:
                due.postpone(conn, timers, row, NOW, holder=("sleeper", 1))
    assert state(db, row) == ("claimed", "other", 2)
    with db.write() as conn:
        assert conn.execute(select(timers.c.error)).scalar_one() is None
        due.finish(conn, timers, row, "rang", holder=("other", 2))
    assert state(db, row)[0] == "rang"


def test_the_same_process_may_lose_a_row_to_itself(db: Database) -> None:
    (row,) = due_timers(db, 1)
    claim(db, "one")
    claim(db, "one", later=LEASE)
    with pytest.raises(TransientFailure), db.write() as conn:
        due.finish(conn, timers, row, "rang", holder=("one", 1))


def test_delays_grow_and_then_stay() -> None:
    delays = [due.delay(n).total_seconds() for n in range(1, 12)]
    assert delays == sorted(delays)
    assert delays[:2] == [1, 5]
    assert delays[-1] == delays[-2] == due.DELAYS[-1]
