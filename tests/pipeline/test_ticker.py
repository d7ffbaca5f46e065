"""The ticker looks anyway: what a lost kick forgot is kicked, and what this process
holds stays held."""

from __future__ import annotations

from datetime import timedelta

from maildesk.pipeline.receive import receive
from maildesk.pipeline.ticker import KICKS_A_TICK, Ticker
from maildesk.store import due
from maildesk.store.schema import spool as spool_table
from tests.pipeline.place import Place, mail


def test_what_is_due_is_kicked_at_every_tick(both: Place) -> None:
    row_id = both.spool(mail())
    ticker = Ticker(both.services, kicks=True, renews=False)
    assert (ticker.tick(), ticker.tick()) == (1, 1)
    assert both.kicks == [("receive", row_id)] * 2


def test_what_is_not_due_yet_or_is_held_is_left_alone(place: Place) -> None:
    place.spool(mail())
    with place.services.db.write() as conn:
        due.claim(conn, spool_table, owner="somebody", now=place.now, lease=place.services.lease)
    ticker = Ticker(place.services, kicks=True, renews=False)
    assert ticker.tick() == 0
    place.later(place.services.lease.total_seconds() + 1)
    assert ticker.tick() == 1


def test_a_few_kicks_are_enough_for_many_rows(place: Place) -> None:
    for number in range(3 * KICKS_A_TICK):
        place.spool(mail(f"Mail {number}"))
    assert Ticker(place.services, kicks=True, renews=False).tick() == KICKS_A_TICK


def test_outgoing_mail_and_timers_are_kicked_too(place: Place) -> None:
    place.receive(mail())
    place.kicks.clear()
    place.later(40 * 86_400)
    Ticker(place.services, kicks=True, renews=False).tick()
    assert {stage for stage, _ in place.kicks} == {"deliver", "fire"}


def test_what_is_worked_on_stays_held_and_what_was_dropped_or_is_anothers_runs_out(
    both: Place,
) -> None:
    mine, dropped, other = (
        both.spool(mail("Mine.")),
        both.spool(mail("Dropped.")),
        both.spool(mail("Another's.")),
    )
    lease = both.services.lease
    with both.services.db.write() as conn:
        due.claim(conn, spool_table, owner=both.services.owner, now=both.now, lease=lease, limit=2)
        due.claim(conn, spool_table, owner="another", now=both.now, lease=lease)
    both.later(lease.total_seconds() - 1)
    with both.services.held_rows.working("spool", [mine]):
        Ticker(both.services, kicks=False, renews=True).renew()
    assert both.row("spool", mine).due_at == both.now + lease
    assert both.row("spool", dropped).due_at == both.now + timedelta(seconds=1)
    assert both.row("spool", other).due_at == both.now + timedelta(seconds=1)


def test_a_worker_that_hangs_is_told_to_the_admins_once_and_keeps_its_row(both: Place) -> None:
    row_id = both.spool(mail())
    lease = both.services.lease
    with both.services.db.write() as conn:
        due.claim(conn, spool_table, owner=both.services.owner, now=both.now, lease=lease)
    patient, ticker = (
        Ticker(both.services, kicks=False, renews=True, hangs=seconds) for seconds in (600, -1)
    )
    with both.services.held_rows.working("spool", [row_id]):
        patient.look_for_hanging()
        assert both.rows("outbox") == []
        for _ in range(3):
            ticker.look_for_hanging()
            both.later(1)
            ticker.renew()
    (told,) = both.letters("ana@desk.example")
    assert told["Subject"].endswith("A worker hangs")
    assert f"spool {row_id}" in told.as_string()
    assert both.row("spool", row_id).due_at == both.now + lease


def test_mail_that_came_while_the_clock_was_wrong_is_not_left_until_it_is_that_late_again(
    both: Place,
) -> None:
    ticker = Ticker(both.services, kicks=True, renews=False)
    for hours in (2, 24 * 365):
        right = both.now
        both.now = right + timedelta(hours=hours)
        waiting, held = (
            both.spool(mail(f"Came {hours} hours early.")),
            both.spool(mail(f"Held {hours} hours early.")),
        )
        with both.services.db.write() as conn:
            (row,) = due.claim(
                conn, spool_table, owner="killed", now=both.now, lease=both.services.lease
            )
        both.now = right
        assert receive(both.services) == 0
        ticker.look_further()
        receive(both.services)
        assert {both.row("spool", i).state for i in (waiting, held) if i != row.id} == {"done"}
        # what a killed worker held is as far as its lease, or brought back
        both.later(2 * 3600 + 10)
        receive(both.services)
        assert both.row("spool", row.id).state == "done"


def test_what_merely_waits_for_its_time_is_left_alone(both: Place) -> None:
    both.receive(mail())
    timers = {row.id: row.due_at for row in both.rows("timers")}
    letters = {row.id: row.due_at for row in both.rows("outbox")}
    assert timers and letters
    both.later(-30)  # another machine's clock is a little behind
    Ticker(both.services, kicks=True, renews=False).look_further()
    assert {row.id: row.due_at for row in both.rows("timers")} == timers
    assert {row.id: row.due_at for row in both.rows("outbox")} == letters


def test_it_ticks_by_itself_and_stops_when_told(place: Place) -> None:
    place.spool(mail())
    ticker = Ticker(place.services, kicks=True, renews=True)
    ticker.stop()  # one that never started is no trouble
    again = Ticker(place.services, kicks=True, renews=True)
    again.start()
    again.stop()
    assert not [thread for thread in (again._thread,) if thread.is_alive()]
