"""Automatic mail is counted by person and organisation, and who has answered is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

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
    db: Database,
    recipient: str = "ana@harbour.example",
    *,
    ticket_id: int | None = 7,
    key: str = "printer",
) -> tuple[int, int, int, int]:
    with db.read() as conn:
        found = automatic.standing_of(
            conn, recipient, since=NOW - HOUR, now=NOW, ticket_id=ticket_id, subject_key=key
        )
    return found.to_person, found.about_ticket, found.to_organisation, found.same_subject


def test_it_is_counted_by_person_ticket_organisation_and_subject(db: Database) -> None:
    add(
        db,
        DRAFT,
        DRAFT,
        replace(DRAFT, ticket_id=8),
        replace(DRAFT, recipient="boss@harbour.example", subject_key="invoice"),
    )
    add(db, replace(DRAFT, automatic=False), replace(DRAFT, recipient="x@other.example"))
    add(db, DRAFT, ago=2 * HOUR)
    assert counted(db) == (3, 2, 4, 3)
    assert counted(db, "NEW@Harbour.example", ticket_id=None, key="") == (0, 0, 4, 0)
    with db.read() as conn:
        assert outbox.automatic_total_since(conn, NOW - HOUR, 100) == 5
        assert outbox.automatic_total_since(conn, NOW - HOUR, 3) == 3


def test_variants_of_an_address_are_one_person_and_sub_domains_one_organisation(
    db: Database,
) -> None:
    add(
        db,
        *(
            replace(DRAFT, recipient=r)
            for r in ("a.na+1@harbour.example", "an.a+2@harbour.example", "ana@x.harbour.example")
        ),
    )
    assert counted(db, ticket_id=None, key="") == (2, 0, 3, 0)
    assert counted(db, "bo@y.harbour.example", ticket_id=None)[2:] == (3, 3)


def test_who_has_proved_who_they_are_is_counted_against_nobody_else(db: Database) -> None:
    add(db, *(replace(DRAFT, counted=False, ticket_id=n) for n in range(3)))
    assert counted(db, ticket_id=2) == (3, 1, 0, 0)


def test_what_has_no_room_takes_the_place_that_is_free_next(db: Database) -> None:
    def room(limit: int = 2) -> datetime:
        with db.read() as conn:
            return automatic.room_at(conn, "new@harbour.example", NOW, limit=limit, period=HOUR)

    add(db, DRAFT, ago=timedelta(minutes=50))
    assert room() == NOW
    add(db, DRAFT, ago=timedelta(minutes=40))
    assert room() == NOW + timedelta(minutes=10)
    add(db, replace(DRAFT, due_at=room()))
    assert room() == NOW + timedelta(minutes=20)
    assert room(limit=0) == NOW
    add(db, replace(DRAFT, due_at=room()))
    assert room() == NOW + timedelta(minutes=70), (
        "a second row of places begins when the first is over"
    )


def test_a_dead_address_is_left_alone_until_its_time(db: Database) -> None:
    with db.write() as conn:
        outbox.suppress(conn, "Ana@Harbour.example", NOW, "5.1.1")
        outbox.suppress(conn, "ana@harbour.example", NOW + timedelta(days=1), "5.1.1 again")
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
