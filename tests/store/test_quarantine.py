"""Quarantine: what a person decides, they decide once."""

from __future__ import annotations

from maildesk.store import quarantine
from maildesk.store.db import Database
from tests.store.rows import NOW, at_once


def held(db: Database, **more: object) -> int:
    with db.write() as conn:
        return quarantine.hold(
            conn,
            now=NOW,
            reason="spoofed",
            words="Mallory wrote to Ben's address",
            **more,  # type: ignore[arg-type]
        )


def test_what_is_held_can_be_listed_and_read(db: Database) -> None:
    first = held(db)
    second = held(
        db,
        spool_id=4,
        digest=b"d" * 32,
        sender="m@evil.example",
        subject="Hi",
        ticket_id=7,
        agent="ben@desk.example",
    )
    with db.read() as conn:
        assert [row.id for row in quarantine.listed(conn)] == [second, first]
        row = quarantine.by_id(conn, second)
        assert quarantine.by_id(conn, second + 1) is None
    assert row is not None
    assert (row.spool_id, bytes(row.digest), row.sender, row.agent, row.state, row.at) == (
        4,
        b"d" * 32,
        "m@evil.example",
        "ben@desk.example",
        "held",
        NOW,
    )


def test_endless_words_are_cut_and_odd_ones_are_kept(db: Database) -> None:
    row_id = held(db, sender="x" * 10_000, subject="nul\x00 half\udc80" * 1000)
    with db.read() as conn:
        row = quarantine.by_id(conn, row_id)
    assert row is not None
    assert (len(row.sender), len(row.subject)) == (320, 998)


def test_of_eight_people_one_decides(db: Database) -> None:
    row_id = held(db)

    def release(number: int) -> bool:
        with db.write() as conn:
            return quarantine.decide(conn, row_id, "released", f"person {number}", NOW)

    decided = at_once(8, release)
    assert sorted(decided) == [False] * 7 + [True]
    with db.write() as conn:
        assert not quarantine.decide(conn, row_id, "dropped", "late", NOW)
        assert quarantine.listed(conn) == []
        (row,) = quarantine.listed(conn, "released")
    assert (row.decided_by, row.decided_at) == (f"person {decided.index(True)}", NOW)
