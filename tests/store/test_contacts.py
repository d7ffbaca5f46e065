"""Learnt addresses of one customer: joined, known from each of them, taken apart."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from maildesk.desk.senders.entries import BY_AGENT, BY_ANSWER, FIRST
from maildesk.store.db import Database
from maildesk.store.desk import contacts
from tests.store.rows import NOW

OLD, NEW, THIRD = "eva@lund.example", "eva@home.example", "e.lund@gmail.com"


def join(conn: Connection, address: str, to: str, how: str = BY_AGENT, later: int = 0) -> None:
    at = NOW + timedelta(minutes=later)
    contacts.join(conn, address, to, how=how, by="ben@desk.example", now=at, ticket_id=7)


def of(conn: Connection, address: str) -> list[tuple[str, str]]:
    return [(one.address, one.how) for one in contacts.joined(conn, address)]


def test_each_address_leads_to_all_of_them(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        join(conn, THIRD, NEW, later=1)
        wanted = [(OLD, FIRST), (NEW, BY_AGENT), (THIRD, BY_AGENT)]
        assert of(conn, OLD) == of(conn, NEW) == wanted
        assert of(conn, "Eva+shop@Home.example") == wanted
        assert of(conn, "elund@googlemail.com") == wanted
        assert of(conn, "tom@lund.example") == []


def test_what_an_agent_says_stands_above_what_was_learnt(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD, BY_ANSWER)
        assert of(conn, NEW)[1:] == [(NEW, BY_ANSWER)]
        join(conn, NEW, OLD, BY_AGENT)
        assert of(conn, NEW)[1:] == [(NEW, BY_AGENT)]
        join(conn, NEW, OLD, BY_ANSWER)
        assert of(conn, NEW)[1:] == [(NEW, BY_AGENT)]


def test_the_first_stays_the_first_whichever_is_named(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        join(conn, OLD, NEW, later=1)
        assert of(conn, NEW) == [(OLD, FIRST), (NEW, BY_AGENT)]


def test_two_customers_are_never_made_one(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        join(conn, "tom@home.example", "tom@firm.example", later=1)
        join(conn, "tom@home.example", NEW, later=2)
        assert of(conn, NEW) == [(OLD, FIRST), (NEW, BY_AGENT)]
        assert of(conn, "tom@firm.example")[1:] == [("tom@home.example", BY_AGENT)]


def test_who_is_joined_with_a_further_address_is_joined_with_all(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        join(conn, NEW, THIRD, later=1)
        assert of(conn, THIRD) == [(OLD, FIRST), (NEW, BY_AGENT), (THIRD, BY_AGENT)]


def test_taken_apart_each_stands_alone(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        contacts.part(conn, "eva+x@home.example")
        assert of(conn, OLD) == of(conn, NEW) == []
        assert contacts.everybody(conn) == []


def test_the_first_that_is_taken_out_leaves_the_others_together(db: Database) -> None:
    with db.write() as conn:
        join(conn, NEW, OLD)
        join(conn, THIRD, OLD, later=1)
        contacts.part(conn, OLD)
        assert of(conn, OLD) == []
        assert of(conn, THIRD) == [(NEW, FIRST), (THIRD, BY_AGENT)]
        join(conn, "new@lund.example", OLD, later=2)
        assert of(conn, THIRD) == [(NEW, FIRST), (THIRD, BY_AGENT)]


def test_everybody_is_told_contact_by_contact(db: Database) -> None:
    with db.write() as conn:
        join(conn, "ana@b.example", "ana@a.example", later=5)
        join(conn, NEW, OLD)
        join(conn, THIRD, OLD, later=9)
        rows = contacts.everybody(conn)
    assert [(row.contact, row.address) for row in rows] == [
        (OLD, OLD),
        (OLD, NEW),
        (OLD, THIRD),
        ("ana@a.example", "ana@a.example"),
        ("ana@a.example", "ana@b.example"),
    ]
    assert {(row.by, row.reference) for row in rows} == {("ben@desk.example", None)}
