"""Prepared statements say and return what SQLAlchemy would, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, insert, select, update

from maildesk.store.db import Database
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import tickets
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
