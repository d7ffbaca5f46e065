"""A change of sla.yaml holds for the tickets that are there already."""

from __future__ import annotations

from datetime import timedelta

from maildesk.pipeline.rederive import rederive
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
