"""A change of sla.yaml holds for the tickets that are there already."""

from __future__ import annotations

from datetime import timedelta

from maildesk.pipeline.rederive import is_derived, rederive
from maildesk.store import timers
from tests.pipeline.place import FRIDAY, Place, mail

BREACH = "sla:first_response:breach"


def test_open_tickets_get_the_deadlines_of_the_new_policy_and_keep_them(both: Place) -> None:
    both.receive(mail("It does not work."))
    with both.station.db.read() as conn:
        before = timers.standing(conn, 1)[BREACH]
    assert rederive(both.station) == 0

    sla = both.folder / "sla.yaml"
    text = sla.read_text(encoding="utf-8")
    assert "first_response: 24h" in text
    sla.write_text(text.replace("first_response: 24h", "first_response: 2h"), encoding="utf-8")
    assert both.station.keeper.reload_now()
    assert rederive(both.station) == 1
    with both.station.db.read() as conn:
        after = timers.standing(conn, 1)[BREACH]
    assert FRIDAY < after <= FRIDAY + timedelta(hours=6) < before
    assert rederive(both.station) == 0


def test_a_desk_whose_files_were_edited_while_it_was_down_finds_that_out(both: Place) -> None:
    assert not is_derived(both.station)  # of a desk older than this, nothing is known
    rederive(both.station)
    assert is_derived(both.station)
    restated(both)
    assert not is_derived(both.station)
    rederive(both.station)
    assert is_derived(both.station)


def test_what_was_broken_off_is_not_taken_for_done(both: Place) -> None:
    both.receive(mail("It does not work."))
    rederive(both.station)
    both.station.stopping.set()
    restated(both)
    assert rederive(both.station) == 0
    restated(both, "first_response: 2h", "first_response: 24h")  # as it was before; but who knows how far the other came
    assert not is_derived(both.station)


def restated(place: Place, old: str = "first_response: 24h", new: str = "first_response: 2h") -> None:
    """Another promise in sla.yaml, in force."""
    sla = place.folder / "sla.yaml"
    text = sla.read_text(encoding="utf-8")
    assert old in text
    sla.write_text(text.replace(old, new), encoding="utf-8")
    assert place.station.keeper.reload_now()
