"""Prepared statements say and return what SQLAlchemy would, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update

from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.store.db import Database
from maildesk.store.desk.tickets import add_history, history_rows
from maildesk.store.queries import search, ticket_queries
from maildesk.store.rows.prepared import Prepared, together
from maildesk.store.schema import tickets
from tests.desk.filters.test_parse import ASKER, POLICY
from tests.store.rows import NOW, open_ticket, ticket_row

WANTED = select(tickets).where(tickets.c.id == bindparam("id_"))


def test_a_row_reads_as_sqlalchemy_reads_it(db: Database) -> None:
    ticket_id = open_ticket(db, labels=["a", "ü"], fields={"k": "v"}, surveyed=True, closed_at=NOW)
    with db.read() as conn:
        (mine,) = Prepared(WANTED)(conn, {"id_": ticket_id})
        theirs = conn.execute(WANTED, {"id_": ticket_id}).one()
    assert mine._asdict() == dict(theirs._mapping)
    assert (mine.labels, mine.fields, mine.surveyed, mine.closed_at) == (
        ["a", "ü"],
        {"k": "v"},
        True,
        NOW,
    )


def test_columns_that_are_left_out_get_their_defaults(db: Database) -> None:
    row = {name: value for name, value in ticket_row().items() if name not in ("labels", "spent")}
    with db.write() as conn:
        (made,) = Prepared(insert(tickets).returning(tickets.c.id), tuple(row))(conn, row)
        found = conn.execute(WANTED, {"id_": made.id}).one()
    assert (found.labels, found.spent, found.archived) == ([], 0, False)


def test_a_change_says_how_many_rows_it_changed(db: Database) -> None:
    ticket_id = open_ticket(db)
    change = Prepared(
        update(tickets)
        .where(tickets.c.id == bindparam("id_"))
        .values(subject=bindparam("subject_"), spent=tickets.c.spent + 5)
    )
    with db.write() as conn:
        assert change.change(conn, {"id_": ticket_id, "subject_": "a\x00b"}) == 1
        assert change.change(conn, {"id_": -1, "subject_": "x"}) == 0
        found = conn.execute(WANTED, {"id_": ticket_id}).one()
    assert (found.subject, found.spent) == ("a\ufffdb", 5)


def test_a_value_that_is_missing_is_said(db: Database) -> None:
    with db.read() as conn, pytest.raises(KeyError, match="id_"):
        Prepared(WANTED)(conn, {})


def entries(ticket_id: int, *whats: str) -> list[dict[str, Any]]:
    """Lines of a history."""
    line = {"ticket_id": ticket_id, "at": NOW, "who": "desk", "door": "", "detail": {}}
    return [line | {"what": what, "rule": "", "policy": ""} for what in whats]


def test_what_is_written_together_is_there(db: Database) -> None:
    ticket_id = open_ticket(db)
    with db.write() as conn, together(conn):
        add_history(conn, entries(ticket_id, "one", "two"))
        search.add(conn, ticket_id, 1, ["Überraschung"])
        add_history(conn, entries(ticket_id, "three"))
    with db.read() as conn:
        assert [row.what for row in history_rows(conn, ticket_id)] == ["one", "two", "three"]
        query = parse("uberraschung", ASKER)
        assert ticket_queries.find(conn, query, EVERYTHING, POLICY).tickets[0].id == ticket_id


def test_of_what_is_written_together_one_that_cannot_be_undoes_all(db: Database) -> None:
    ticket_id = open_ticket(db)
    with pytest.raises(Exception, match=r"(?i)foreign key"), db.write() as conn, together(conn):
        add_history(conn, entries(ticket_id, "one"))
        add_history(conn, entries(ticket_id + 1, "nobody's"))
        search.add(conn, ticket_id, 1, ["lost"])
    with db.write() as conn:
        assert history_rows(conn, ticket_id) == []
        add_history(conn, entries(ticket_id, "again"))
