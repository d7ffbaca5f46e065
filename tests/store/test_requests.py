"""Ten thousand requests of one customer cost a page and its counts no more than an index: told by
the databases themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from maildesk.store.db import Database
from maildesk.store.migrate import migrate
from maildesk.store.queries import requests
from maildesk.store.queries.requests import Part, Whose
from maildesk.store.queries.ticket_queries import explained
from tests.store.test_list_plans import NUMBERS, TICKETS

KIM, LEE = "kim@customer.example", "lee@customer.example"
ALL = [Part(s, a) for s in ("open", "waiting", "closed") for a in (True, False)]


@pytest.fixture
def desk(url: str) -> Iterator[Database]:
    """Twenty thousand tickets, every second of them Kim's; Lee is in copy of two."""
    database = Database(url)
    migrate(database)
    dialect = database.engine.dialect.name
    numbers, at = NUMBERS[dialect]
    lee = (
        "INSERT INTO participants (ticket_id, address, name, status) SELECT id, :lee, '', "
        "CASE WHEN id = 12 THEN 'out' ELSE 'in' END FROM tickets WHERE id IN (10, 11, 12)"
    )
    with database.write() as conn:
        conn.execute(text(TICKETS.format(numbers=numbers, at=at).replace("{{}}", "{}")))
        kims = "UPDATE tickets SET requester_key = :kim WHERE id % 2 = 0"
        conn.execute(text(kims), {"kim": KIM})
        conn.execute(text(lee), {"lee": LEE})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("ANALYZE" if dialect == "sqlite" else "VACUUM ANALYZE tickets"))
    yield database
    database.close()


def test_a_page_and_the_counts_walk_along_an_index(desk: Database) -> None:
    (stretch,) = Whose((KIM,)).stretches
    with desk.read() as conn:
        counts = requests.counts(conn, Whose((KIM,)))
        assert sum(counts.values()) == 10_000
        for part in counts:
            plan = explained(conn, requests.listing(stretch, part, 15_000, 26))
            assert "ix_tickets_requests" in plan, plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan
        plan = explained(conn, requests.counting(stretch))
        if conn.dialect.name == "sqlite":
            assert "COVERING INDEX ix_tickets_requests" in plan, plan
        else:  # which of two indexes, it weighs by how many there are
            assert "using ix_tickets_request" in plan, plan


def test_pages_follow_each_other_without_gap_or_repetition(desk: Database) -> None:
    whose, before, seen = Whose((KIM, LEE)), 0, []
    with desk.read() as conn:
        while ids := requests.newest(conn, whose, ALL, before, 997):
            seen += ids
            before = ids[-1]
    assert seen == sorted(range(2, 20_001, 2), reverse=True)


def test_in_copy_are_those_of_others_that_they_take_part_in(desk: Database) -> None:
    with desk.read() as conn:
        lee = Whose((LEE,), is_copied=True)
        assert requests.newest(conn, lee, ALL, 0, 9) == [11, 10]
        both = Whose((LEE, KIM), is_copied=True)
        assert requests.newest(conn, both, ALL, 0, 9) == [11], "the other is their own"
        assert requests.on_file(conn, LEE) == LEE
        assert requests.on_file(conn, "eve@customer.example") == ""
