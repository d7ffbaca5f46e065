"""Automatic mail is counted by person and organisation, and who has answered is remembered."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from maildesk.store import automatic, outbox
from maildesk.store.db import Database
from maildesk.store.outbox import Draft
from tests.store.rows import NOW

HOUR = timedelta(hours=1)
DRAFT = Draft(
    *(
        7,
        None,
        "m1@desk.example",
        "support+b@desk.example",
        "Ana@Harbour.example",
        "printer",
        "acknowledgement",
        "",
        True,
        None,
        b"raw",
    )
)


def add(db: Database, *drafts: Draft, ago: timedelta = timedelta(0)) -> None:
    with db.write() as conn:
        outbox.add(conn, drafts, NOW - ago)


def counted(
    db: Database, recipient: str = "ana@harbour.example", *, ticket_id: int | None = 7
) -> tuple[int, int]:
    with db.write() as conn:
        found = automatic.standing_of(
            conn, recipient, since=NOW - HOUR, now=NOW, ticket_id=ticket_id
        )
    return found.to_person, found.about_ticket


def test_it_is_counted_by_person_and_ticket(db: Database) -> None:
    other = replace(DRAFT, recipient="boss@harbour.example", words="invoice")
    add(db, DRAFT, DRAFT, replace(DRAFT, ticket_id=8), other)
    add(db, replace(DRAFT, automatic=False), replace(DRAFT, recipient="x@other.example"))
    add(db, DRAFT, ago=2 * HOUR)
    assert counted(db) == (3, 2)
    assert counted(db, "NEW@Harbour.example", ticket_id=None) == (0, 0)


def test_variants_of_an_address_are_one_person(db: Database) -> None:
    variants = ("a.na+1@harbour.example", "an.a+2@harbour.example", "ana@x.harbour.example")
    add(db, *(replace(DRAFT, recipient=one) for one in variants))
    assert counted(db, ticket_id=None) == (2, 0)


def test_who_asks_how_somebody_stands_keeps_others_from_asking(db: Database) -> None:
    """Two workers that both read four would both write the fifth."""
    began, ended = threading.Event(), threading.Event()
    seen: list[int] = []

    def second() -> None:
        began.wait()
        seen.append(counted(db)[0])
        ended.set()

    thread = threading.Thread(target=second)
    thread.start()
    with db.write() as conn:
        automatic.standing_of(conn, "ana@harbour.example", since=NOW - HOUR, now=NOW)
        began.set()
        outbox.add(conn, [DRAFT], NOW)
        assert not ended.is_set()
    thread.join()
    assert seen == [1]


def test_a_dead_address_is_left_alone_until_its_time(db: Database) -> None:
    with db.write() as conn:
        automatic.suppress(conn, "Ana@Harbour.example", NOW, "5.1.1")
        automatic.suppress(conn, "ana@harbour.example", NOW + timedelta(days=1), "5.1.1 again")
        assert automatic.standing_of(conn, "ANA@harbour.example", since=NOW, now=NOW).is_suppressed
        assert not automatic.standing_of(
            conn, "ana@harbour.example", since=NOW, now=NOW + timedelta(days=1)
        ).is_suppressed
        assert not automatic.standing_of(
            conn, "boss@harbour.example", since=NOW, now=NOW
        ).is_suppressed


def test_who_has_answered_is_known_from_then_on_by_that_very_address(db: Database) -> None:
    with db.write() as conn:
        automatic.remember(conn, "Ana@Harbour.example", NOW)
        automatic.remember(conn, "ana@harbour.example", NOW + HOUR)
        assert automatic.standing_of(
            conn, "ANA@harbour.example", since=NOW, now=NOW
        ).is_correspondent
        assert not automatic.standing_of(
            conn, "ana+1@harbour.example", since=NOW, now=NOW
        ).is_correspondent


def test_a_message_id_is_the_secret_of_the_one_it_was_sent_to(db: Database) -> None:
    add(db, DRAFT, replace(DRAFT, recipient="lee@harbour.example", message_id="m2@desk.example"))
    with db.read() as conn:
        assert automatic.was_sent_to(conn, ["x@y", "m1@desk.example"], "ANA@harbour.example")
        assert not automatic.was_sent_to(conn, ["m2@desk.example", ""], "ana@harbour.example")
        assert not automatic.was_sent_to(conn, [], "ana@harbour.example")
