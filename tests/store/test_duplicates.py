"""Likely duplicates: the same definition as the button's, found on both databases, and only among
what the one who asks may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.visibility import seen_by
from maildesk.desk.policy import Agent
from maildesk.desk.senders.entries import BY_AGENT, Contact
from maildesk.desk.ticket import NO_ADDRESS
from maildesk.store.db import Database
from maildesk.store.desk import contacts, tickets
from maildesk.store.queries import ticket_queries
from tests.desk.filters.test_parse import ASKER, BEN, POLICY
from tests.store.rows import NOW, ticket_row

DAY = timedelta(days=1)


def opened(db: Database, *rows: dict[str, Any]) -> list[int]:
    with db.write() as conn:
        return [tickets.open_ticket(conn, ticket_row(**row)) for row in rows]


def found(
    db: Database, query: str = "is:duplicate", me: Agent | None = None, policy: Any = POLICY
) -> list[int]:
    asker = Asker(policy, ASKER.now, me)
    with db.read() as conn:
        seen = seen_by(me, policy)
        page = ticket_queries.find(conn, parse(query, asker), seen, policy)
        counts = ticket_queries.counts(conn, parse(query, asker).filter, seen, policy)
    assert sum(counts.by_status.values()) == len(page.tickets)
    return sorted(one.id for one in page.tickets)


def test_the_later_of_two_alike_is_one_as_long_as_neither_is_finished(db: Database) -> None:
    first, second, _other, _theirs = opened(
        db,
        {"subject": "Printer jams again"},
        {"subject": "Re: printer jams"},
        {"subject": "Invoice of October"},
        {"subject": "Printer jams", "requester_address": "eva@x.example"},
    )
    assert found(db) == [second]
    assert found(db, "is:open -is:duplicate")[0] == first
    with db.write() as conn:
        tickets.change(conn, first, {"status": "resolved"})
    assert found(db) == []


def test_what_is_older_than_two_weeks_is_another_matter(db: Database) -> None:
    opened(db, {"created_at": NOW - 15 * DAY}, {"created_at": NOW})
    assert found(db) == []
    _, near = opened(db, {"created_at": NOW - 13 * DAY}, {"created_at": NOW - DAY})
    assert near in found(db)


def test_a_customer_is_known_by_every_address_of_theirs(db: Database) -> None:
    policy = replace(
        POLICY, contacts=(Contact("", addresses=("lee@x.example", "lee@home.example")),)
    )
    listed, learnt = {"requester_address": "lee@home.example"}, "kim@y.example"
    ids = opened(
        db,
        {"requester_address": "lee@x.example"}, listed,
        {"requester_address": learnt}, {"requester_address": "kim@home.example"},
    )  # fmt: skip
    assert found(db, policy=policy) == [ids[1]]
    with db.write() as conn:
        contacts.join(
            conn, "kim@home.example", learnt, how=BY_AGENT, by="ben", now=NOW, ticket_id=ids[2]
        )
    assert found(db, policy=policy) == [ids[1], ids[3]]


def test_of_whom_nothing_is_known_nothing_is_the_same(db: Database) -> None:
    opened(db, *[{"requester_address": NO_ADDRESS}] * 3)
    assert found(db) == []


def test_an_earlier_one_that_the_agent_may_not_see_is_none_for_them(db: Database) -> None:
    hidden, seen = opened(db, {"queue": "night"}, {"queue": "support"})
    assert found(db) == [seen]
    assert found(db, me=BEN) == [], f"{hidden} stands in a queue that is none of Ben's"


def test_views_of_it_are_asked_for_by_name_and_in_other_languages(db: Database) -> None:
    _, second = opened(db, {}, {})
    for query in ("is:duplicate assignee:nobody", "is:doppelt", "is:doublon", "is:duplicate paper"):
        assert found(db, query) == ([] if "paper" in query else [second]), query


def test_it_looks_at_the_unfinished_ones_of_the_last_days_alone(db: Database) -> None:
    """Along the index of the newest, and then by their keys: what is old or over is not read."""
    said: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        said.append((statement, values))

    opened(db, *[{"status": "closed", "subject": "Printer"}] * 50, {}, {})
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert len(found(db)) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    with db.read() as conn:
        walk, keys = (one for one in said[:3] if "contact_addresses" not in one[0])
        if not db.is_sqlite:
            conn.exec_driver_sql("SET enable_seqscan = off")  # this table has but one page
            plans = [_plan(conn, *one, "EXPLAIN") for one in (walk, keys)]
            conn.exec_driver_sql("RESET enable_seqscan")
            assert "Index Only Scan" in plans[0]
            assert "ix_tickets_newest" in plans[0]
            assert "tickets_pkey" in plans[1]
            return
        plans = [_plan(conn, *one, "EXPLAIN QUERY PLAN") for one in (walk, keys)]
    assert "SEARCH newest USING COVERING INDEX ix_tickets_newest (created_at>?" in plans[0]
    assert "SEARCH tickets USING INTEGER PRIMARY KEY" in plans[1]


def _plan(conn: Any, statement: str, values: Any, explain: str) -> str:
    rows = conn.exec_driver_sql(f"{explain} {statement}", values)
    return "\n".join(str(row[-1]) for row in rows)
