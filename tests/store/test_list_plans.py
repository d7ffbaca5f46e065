"""What a list page reads, told by the databases themselves: its tickets are found in an index
alone, and only those that are shown are read, by their key. For every view, order and role."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import event, text

from maildesk.desk.filters.named import views
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import Order, Query, both
from maildesk.desk.filters.visibility import seen_by
from maildesk.store.db import Database
from maildesk.store.migrate import migrate
from maildesk.store.queries import query_plan, ticket_queries
from tests.desk.filters.test_parse import ASKER, BEN, POLICY
from tests.servers.postgres import Postgres

# Twenty thousand tickets: one in twenty open, one in fifty waiting, all of them promised something,
# and of the others one in seven archived.
TICKETS = """
    INSERT INTO tickets (subject, status, priority, type, category, queue, channel,
      requester_address, requester_name, organisation, tier, address, language, assignee, labels,
      fields, created_at, updated_at, customer_wrote_at, agent_wrote_at, breaches_at, resolution,
      comment, follows, spent, message_count, surveyed, archived)
    SELECT 'Printer', CASE WHEN n % 20 = 0 THEN 'open' WHEN n % 50 = 1 THEN 'waiting'
        ELSE 'closed' END,
      CASE n % 4 WHEN 0 THEN 'urgent' WHEN 1 THEN 'high' WHEN 2 THEN 'normal' ELSE 'low' END,
      '', CASE n % 3 WHEN 0 THEN 'billing' ELSE '' END,
      CASE n % 2 WHEN 0 THEN 'support' ELSE 'billing' END, 'email', 'a' || n || '@x.example',
      '', '', '', '', 'en', CASE n % 3 WHEN 0 THEN 'ben@desk.example' ELSE '' END, '[]', '{{}}',
      {at}, {at}, {at}, CASE WHEN n % 40 = 0 THEN NULL ELSE {at} END,
      CASE WHEN n % 20 = 0 THEN {at} END, '', '', '', 0, 0, false,
      n % 20 <> 0 AND n % 50 <> 1 AND n % 7 = 0
    FROM {numbers}
"""
LABELS = (
    "INSERT INTO ticket_labels SELECT id, CASE WHEN id % 40 = 0 THEN 'vip' ELSE 'bug' END FROM "
    "tickets"
)
PEOPLE = (
    "INSERT INTO participants (ticket_id, address, name, status) "
    "SELECT id, requester_address, '', 'in' FROM tickets"
)
NUMBERS = {
    "sqlite": (
        "(WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 20000) "
        "SELECT n FROM up)",
        "(1700000000000000 + n * 60000000)",
    ),
    "postgresql": (
        "generate_series(1, 20000) AS n",
        "(timestamptz '2026-11-20' - n * interval '1 minute')",
    ),
}
PAGE = 25
WHO: dict[str, Any] = {
    "operator": None,
    "agent": BEN,
    "specialist": replace(BEN, role="specialist", skills=("billing",)),
}


@dataclass(frozen=True)
class Read:
    """One statement of a page: its words, and how the database carried it out."""

    statement: str
    plan: str
    heap_fetches: int  # rows that an index-only scan had to look at all the same

    @property
    def scans(self) -> set[str]:
        """What it reads, and how: (Index Only Scan, ix_tickets_newest) …"""
        return set(re.findall(r'"Node Type": "([^"]* Scan|Sort|Incremental Sort)"', self.plan))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A desk with many tickets."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('plans')}/desk.db"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    database = Database(url)
    migrate(database)
    numbers, at = NUMBERS[request.param]
    with database.write() as conn:
        conn.execute(text(TICKETS.format(numbers=numbers, at=at).replace(":", r"\:")))
        conn.execute(text(LABELS))
        conn.execute(text(PEOPLE))
    if request.param == "postgresql":  # the visibility map is VACUUM's to set
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM (ANALYZE)")
    yield database
    database.close()
    if request.param == "postgresql":
        server.drop_database(url)


def reads(database: Database, query: Query, seen: Any, after: str = "") -> tuple[list[Read], str]:
    """What a page reads, statement by statement, and where the next begins."""
    found: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        found.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.read() as conn:
            page = ticket_queries.find(conn, query, seen, POLICY, after=after, limit=PAGE)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    assert len(page.tickets) == PAGE or not page.next
    with database.read() as conn:
        return [_explained(conn, *one) for one in found], page.next


def _explained(conn: Any, statement: str, values: Any) -> Read:
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return Read(statement, "\n".join(str(row[-1]) for row in rows), 0)
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON, COSTS OFF, TIMING OFF) {statement}"
    plan = json.dumps(conn.exec_driver_sql(explain, values).scalar_one())
    return Read(statement, plan, sum(map(int, re.findall(r'"Heap Fetches": (\d+)', plan))))


def is_of_the_page(read: Read) -> bool:
    """Whether it reads what is shown: the tickets of the page, and who takes part in them."""
    return "tickets.subject" in read.statement or "FROM participants" in read.statement


def wrong_with(read: Read, *, is_sqlite: bool) -> str:
    """What of this statement is not read from an index alone, where it should be; else nothing."""
    if is_of_the_page(read):
        by_key = "USING INTEGER PRIMARY KEY" if is_sqlite else "tickets_pkey"
        by_key = by_key if "tickets.subject" in read.statement else "participants"
        return "" if by_key in read.plan and "Seq Scan" not in read.plan else "not by their key"
    if "FROM ticket_labels" in read.statement and "FROM tickets" not in read.statement:
        return ""  # the few tickets with a label
    if is_sqlite:
        scans = re.findall(r"(?:SCAN|SEARCH) \w+ .*", read.plan)
        loose = [one for one in scans if "COVERING INDEX" not in one and "VIRTUAL" not in one]
        return "; ".join(one for one in loose if "json_each" not in one and "CONSTANT" not in one)
    if read.heap_fetches:
        return f"{read.heap_fetches} tickets were looked at"
    return ", ".join(sorted(read.scans - {"Index Only Scan", "Sort", "Incremental Sort"}))


def is_of_few(database: Database, query: Query, seen: Any) -> bool:
    """Whether a label leaves so few tickets that these are looked at by their keys, and sorted."""
    with database.read() as conn:
        return query_plan.few_ids(conn, both(query.filter, seen)) is not None


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("view", views(POLICY))
def test_the_tickets_of_a_page_are_found_in_an_index_alone(
    desk: Database, view: str, order: Order, who: str
) -> None:
    query = Query(parse(views(POLICY)[view], replace(ASKER, me=BEN)).filter, order)
    seen = seen_by(WHO[who], POLICY)
    first, following = reads(desk, query, seen)
    second, _ = reads(desk, query, seen, following) if following else ([], "")
    assert first
    is_few = is_of_few(desk, query, seen)
    # of the few customers with several addresses, whom duplicates are looked up among
    people = [read for read in (*first, *second) if "FROM contact_addresses" in read.statement]
    for read in [one for one in (*first, *second) if one not in people]:
        wrong = wrong_with(read, is_sqlite=desk.is_sqlite)
        if is_few and not is_of_the_page(read):
            assert "Seq Scan" not in read.plan.partition("tickets")[0], read.plan
            continue
        assert not wrong, f"{view} by {order} for {who}: {wrong}\n{read.statement}\n{read.plan}"


def test_which_tickets_are_archived_is_read_from_an_index_of_these_alone(desk: Database) -> None:
    first, _ = reads(desk, parse("is:archived", ASKER), seen_by(None, POLICY))
    assert "ix_tickets_archived" in first[0].plan, first[0].plan


def test_the_tickets_of_an_organisation_are_found_by_its_own_index(desk: Database) -> None:
    first, _ = reads(desk, parse('organisation:"Big Corp"', ASKER), seen_by(None, POLICY))
    assert "ix_tickets_organisation" in first[0].plan, first[0].plan
