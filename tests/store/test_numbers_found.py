"""Numbers of telephones are found by both databases as they are in memory, with words beside them
and without others."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.tokens import document
from maildesk.desk.filters.values import EVERYTHING
from maildesk.store.db import Database
from maildesk.store.desk import tickets
from maildesk.store.queries import search, ticket_queries
from tests.desk.filters.test_parse import ASKER, POLICY
from tests.store.rows import ticket_row

TEXTS = (
    "Call 555 0123 please",
    "My number is +49 (0)30 555-01-23.",
    "030/5550123 works, too",
    "5550123",
    "Order 5550124",
    "0123 555",
    "+491701234567",
)


@pytest.fixture
def known(db: Database) -> tuple[Database, dict[str, Material]]:
    """A ticket for each text, by its reference."""
    found = {}
    with db.write() as conn:
        for number, text in enumerate(TEXTS):
            made = tickets.open_ticket(conn, ticket_row(subject="Phone"))
            reference = f"TKT-{made:04d}"
            tickets.change(conn, made, {"reference": reference})
            search.add(conn, made, number, [text])
            found[reference] = Material((document([text]),))
    return db, found


@pytest.mark.parametrize(
    "query",
    [
        "5550123",
        "+49305550123",
        "0305550123",
        "5550123 please",
        "5550123 -please",
        "number -5550123",
        "-5550123",
        "5550123 OR order",
        "01701234567",
        "+491701234567",
    ],
)
def test_each_way_to_write_a_number_is_found(
    known: tuple[Database, dict[str, Material]], query: str
) -> None:
    db, there = known
    wanted = parse(query, ASKER)
    with db.read() as conn:
        page = ticket_queries.find(conn, wanted, EVERYTHING, POLICY)
        counts = ticket_queries.counts(conn, wanted.filter, EVERYTHING, POLICY)
    found: dict[str, Any] = {ticket.reference: ticket for ticket in page.tickets}
    with db.read() as conn:
        every = ticket_queries.find(conn, parse("", ASKER), EVERYTHING, POLICY).tickets
    meant = {one.reference for one in every if matches(one, wanted.filter, there[one.reference])}
    assert set(found) == meant
    assert sum(counts.by_status.values()) == len(meant)
    if query == "5550123":
        assert len(meant) == 4
