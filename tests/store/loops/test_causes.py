"""A mail of ours causes one message at most; what comes without one clears those before it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from maildesk.store import automatic
from maildesk.store.db import Database
from maildesk.store.loops import causes
from maildesk.store.loops.causes import REFERENCE, Evidence, Release
from tests.store.rows import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MANY = "many.example"


class Desk:
    """A desk that answers every message of one organisation, a second after it came."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, NOW

    def hears(self, words: str = "aa", ticket: int | None = None) -> Evidence:
        with self.db.write() as conn:
            return causes.weigh(
                conn,
                MANY,
                words,
                came=self.now,
                since=self.now - HOUR,
                ticket_id=ticket,
                longest_row=200,
            )

    def writes(self, words: str = "aa", ticket: int = 1, *, late: bool = False) -> None:
        with self.db.write() as conn:
            automatic.count(conn, f"x@{MANY}", self.now, ticket_id=ticket, words=words, late=late)

    def may_let_go(self, words: str = "aa") -> Release:
        with self.db.write() as conn:
            return causes.release(
                conn,
                MANY,
                words,
                now=self.now,
                since=self.now - HOUR,
                same_words=3,
                in_a_row=200,
            )

    def goes_round(self, times: int, *, late: bool = False) -> Evidence:
        """So many messages, each after a mail of ours."""
        found = Evidence()
        for _ in range(times):
            self.writes(late=late)
            self.later(MINUTE)
            found = self.hears()
        return found

    def later(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db)


def test_the_same_words_right_after_each_of_ours_are_counted(desk: Desk) -> None:
    assert desk.hears() == Evidence()
    found = desk.goes_round(5)
    assert (found.same_words, found.in_a_row, found.is_proved) == (5, 5, False)


def test_a_mail_causes_one_message_and_none_that_was_there_before_or_comes_late(
    desk: Desk,
) -> None:
    desk.writes()
    assert desk.hears() == Evidence(), "it came in the same moment"
    desk.later(MINUTE)
    assert desk.hears().same_words == 1
    assert desk.hears().ended_same == 1, "a second one has no cause"
    desk.writes()
    desk.later(6 * MINUTE)
    assert desk.hears().same_words == 0


def test_other_words_of_the_same_organisation_are_a_row_and_nothing_else(desk: Desk) -> None:
    for number, words in enumerate(("aa", "bb", "cc"), start=1):
        desk.writes(f"before {words}")
        desk.later(MINUTE)
        found = desk.hears(words)
        assert (found.same_words, found.in_a_row) == (0, number)


def test_what_comes_without_us_clears_what_came_before(desk: Desk) -> None:
    desk.goes_round(4)
    found = desk.hears()
    assert (found.same_words, found.spared, found.ended_same, found.ended_row) == (0, 4, 4, 4)
    found = desk.goes_round(1)
    assert (found.same_words, found.spared, found.in_a_row) == (1, 4, 1)


def test_a_reference_of_ours_is_counted_whatever_else_is_said(desk: Desk) -> None:
    for ticket in range(1, 4):
        desk.writes(f"words {ticket}", ticket)
        desk.later(MINUTE)
        found = desk.hears(REFERENCE, ticket)
        assert (found.references, found.same_words) == (ticket, 0)
    with desk.db.read() as conn:
        assert causes.was_about(conn, MANY, 2, NOW - HOUR)
        assert not causes.was_about(conn, MANY, 9, NOW - HOUR)
        assert not causes.was_about(conn, "other.example", 2, NOW - HOUR)


def test_answers_to_what_went_out_late_prove_a_loop(desk: Desk) -> None:
    desk.goes_round(4)
    assert not desk.goes_round(1, late=True).is_proved
    assert desk.goes_round(1, late=True).is_proved
    assert desk.may_let_go() == Release(None)


def test_what_is_held_goes_one_at_a_time_until_nobody_answers(desk: Desk) -> None:
    desk.goes_round(4)
    desk.later(6 * MINUTE)
    assert desk.may_let_go() == Release(desk.now, is_trial=True)
    desk.writes(late=True)
    tried_at = desk.now
    desk.later(MINUTE)
    assert desk.may_let_go() == Release(tried_at + 5 * MINUTE)
    desk.later(5 * MINUTE)
    assert desk.may_let_go() == Release(desk.now), "they do not answer"


def test_what_is_held_goes_where_they_write_without_us(desk: Desk) -> None:
    desk.goes_round(4)
    desk.hears()
    assert desk.may_let_go() == Release(desk.now)


def test_nothing_is_looked_for_but_by_an_index(db: Database) -> None:
    moment = datetime(2026, 11, 20, tzinfo=NOW.tzinfo)
    asked = {
        "organisation": MANY, "words": "aa", "without": "~aa", "ticket": 1, "row": 1,
        "since": moment, "came": moment, "earliest": moment, "after": moment,
    }  # fmt: skip
    with db.write() as conn:
        if not db.is_sqlite:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement in causes.STATEMENTS:
            plan = statement.plan(conn, asked)
            assert "ix_automatic" in plan or "PRIMARY KEY" in plan or "automatic_pkey" in plan, plan
            assert "SCAN automatic" not in plan
            assert "Seq Scan" not in plan
