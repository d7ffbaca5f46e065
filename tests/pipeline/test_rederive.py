"""A change of sla.yaml holds for the tickets that are there already."""

from __future__ import annotations

from datetime import timedelta

from maildesk.pipeline.rederive import is_derived, rederive
from maildesk.store import timers
from tests.pipeline.place import FRIDAY, Place, mail

BREACH = "sla:first_response:breach"


def test_open_tickets_get_the_deadlines_of_the_new_policy_and_keep_them(both: Place) -> None:
    both.receive(mail("It does not work."))
    with both.services.db.read() as conn:
        before = timers.standing(conn, 1)[BREACH]
    assert rederive(both.services) == 0

    sla = both.folder / "sla.yaml"
    text = sla.read_text(encoding="utf-8")
    assert "first_response: 1 business day" in text
    sla.write_text(
        text.replace("first_response: 1 business day", "first_response: 2h"), encoding="utf-8"
    )
    assert both.services.keeper.reload_now()
    assert rederive(both.services) == 1
    with both.services.db.read() as conn:
        after = timers.standing(conn, 1)[BREACH]
    assert FRIDAY < after <= FRIDAY + timedelta(hours=6) < before
    assert rederive(both.services) == 0


def test_a_desk_whose_files_were_edited_while_it_was_down_finds_that_out(both: Place) -> None:
    assert not is_derived(both.services)  # of a desk older than this, nothing is known
    rederive(both.services)
    assert is_derived(both.services)
    restated(both)
    assert not is_derived(both.services)
    rederive(both.services)
    assert is_derived(both.services)


def test_what_was_broken_off_is_not_taken_for_done(both: Place) -> None:
    both.receive(mail("It does not work."))
    rederive(both.services)
    both.services.stopping.set()
    restated(both)
    assert rederive(both.services) == 0
    # as it was before; but who knows how far the other came
    restated(both, "first_response: 2h", "first_response: 1 business day")
    assert not is_derived(both.services)


def restated(
    place: Place, old: str = "first_response: 1 business day", new: str = "first_response: 2h"
) -> None:
    """Another promise in sla.yaml, in force."""
    sla = place.folder / "sla.yaml"
    text = sla.read_text(encoding="utf-8")
    assert old in text
    sla.write_text(text.replace(old, new), encoding="utf-8")
    assert place.services.keeper.reload_now()
