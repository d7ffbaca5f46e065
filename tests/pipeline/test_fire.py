"""A timer rings once, in the transaction that finishes it; one that cannot ring never
stops the others."""

from __future__ import annotations

from sqlalchemy import text

from maildesk.pipeline.fire import MAX_ATTEMPTS, fire
from maildesk.store import due, timers
from maildesk.store.schema import timers as timers_table
from tests.pipeline.place import Place, mail, room_on_the_disk


def opened(place: Place) -> int:
    """A ticket without the timers it was opened with; its id."""
    place.receive(mail())
    (ticket,) = place.rows("tickets")
    with place.services.db.write() as conn:
        conn.execute(timers_table.delete())
    return int(ticket.id)


def start(place: Place, ticket_id: int, kind: str) -> None:
    """A timer that is due now."""
    with place.services.db.write() as conn:
        timers.start(conn, ticket_id, kind, place.now)


def test_a_timer_that_is_due_rings_and_is_finished(both: Place) -> None:
    start(both, opened(both), "sla:first_response:breach")
    assert fire(both.services) == 1
    assert both.rows("timers", state="rang")
    assert fire(both.services) == 0


def test_a_timer_of_tomorrow_does_not_ring_today(place: Place) -> None:
    ticket_id = opened(place)
    with place.services.db.write() as conn:
        timers.start(conn, ticket_id, "close", place.now.replace(day=21))
    assert fire(place.services) == 0


def test_a_timer_of_an_unknown_kind_or_a_ticket_that_is_gone_is_finished_quietly(
    place: Place,
) -> None:
    ticket_id = opened(place)
    start(place, ticket_id, "no such kind")
    assert fire(place.services) == 1
    (row,) = place.rows("timers", kind="no such kind")
    assert (row.state, row.due_at) == ("rang", None)


def test_a_resolved_ticket_closes_a_week_later_and_once(both: Place) -> None:
    both.receive(mail())
    both.answer("ben@desk.example", "#resolve\nDone.")
    assert both.rows("tickets")[0].status == "resolved"
    both.later(7 * 86_400 - 60)
    fire(both.services)
    assert both.rows("tickets")[0].status == "resolved"
    both.later(120)
    fire(both.services)
    fire(both.services)
    assert both.rows("tickets")[0].status == "closed"
    assert [line.detail["to"] for line in both.rows("history", what="status")] == [
        "resolved",
        "closed",
    ]


def test_one_whose_workers_die_again_and_again_is_given_up_visibly(place: Place) -> None:
    start(place, opened(place), "close")
    for _ in range(MAX_ATTEMPTS):
        with place.services.db.write() as conn:
            assert due.claim(
                conn, timers_table, owner="dies", now=place.now, lease=place.services.lease
            )
        place.later(60)
    assert fire(place.services) == 1
    assert place.rows("timers", kind="close")[0].due_at is None


def test_one_that_cannot_ring_for_want_of_room_on_the_disk_waits_until_there_is(
    place: Place,
) -> None:
    place.receive(mail())
    most = room_on_the_disk(place, 0)
    place.later(10 * 86_400)
    for _ in range(2 * MAX_ATTEMPTS):
        fire(place.services)
        place.later(7200)
    waiting = [row for row in place.rows("timers") if row.error == "database or disk is full"]
    assert waiting
    assert {row.state for row in place.rows("timers")} <= {"due", "rang"}
    room_on_the_disk(place, most)
    fire(place.services)
    assert {place.row("timers", row.id).state for row in waiting} == {"rang"}


def test_one_that_never_can_is_given_up_and_told_to_the_admins(both: Place) -> None:
    start(both, opened(both), "close")
    with both.services.db.write() as conn:
        conn.execute(text("UPDATE tickets SET labels = '7'"))  # what no version of ours has written
    for _ in range(MAX_ATTEMPTS):
        fire(both.services)
        both.later(7200)
    (row,) = both.rows("timers", kind="close")
    assert (row.state, row.due_at) == ("failed", None)
    (told,) = both.letters("ana@desk.example")[-1:]
    assert told["Subject"].endswith("A timer could not ring")
    assert "TKT-0001" in told.as_string()
