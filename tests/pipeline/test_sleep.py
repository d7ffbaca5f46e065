"""Sleep on a database: the timer, the lists, the mails."""

from __future__ import annotations

from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.named import view_named
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.pipeline.fire import fire
from maildesk.store.queries import ticket_queries
from tests.pipeline.place import Place, mail, told, words

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"
DAY = 24 * 3600


def listed(place: Place, view: str) -> list[str]:
    policy = place.services.keeper.current.policy
    query = parse(view_named(policy, view) or "", Asker(policy, place.now, policy.agent(BEN)))
    with place.services.db.read() as conn:
        page = ticket_queries.find(conn, query, EVERYTHING, policy)
    return [one.reference for one in page.tickets]


def timers(place: Place) -> list[str]:
    return [row.state for row in place.rows("timers", kind="snooze")]


def test_a_ticket_sleeps_out_of_the_lists_and_wakes_by_a_mail(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#take\n#snooze until monday 9:00")
    receipt = words(both.letters(BEN)[-1])
    assert "It sleeps until Monday, 23 November 2026 at 09:00 CET, or until" in receipt
    assert [listed(both, view) for view in ("mine", "open", "snoozed", "all")] == [
        [], [], ["TKT-0001"], ["TKT-0001"],
    ]  # fmt: skip
    both.later(2 * DAY)
    fire(both.services)
    assert told(both, BEN, "agent_woke") == []
    both.later(DAY)
    fire(both.services)
    (woken,) = told(both, BEN, "agent_woke")
    assert "TKT-0001 was put off until now: Printer" in words(woken)
    assert "Hello." in words(woken), "and what the customer said last"
    assert timers(both) == ["rang"]
    assert listed(both, "mine") == ["TKT-0001"]
    both.answer(BEN, "Here is the answer.")
    assert "Here is the answer." in words(both.letters(KIM)[-1])


def test_the_customer_wakes_it_and_nothing_rings_later(place: Place) -> None:
    place.receive(mail())
    place.answer(CARLA, "#zurücklegen bis morgen 9 Uhr")
    assert "Es ruht bis Samstag, 21. November 2026" in words(place.letters(CARLA)[-1])
    place.answer(KIM, "It is urgent.")
    assert timers(place) == []
    assert listed(place, "snoozed") == []
    lines = [row.what for row in place.rows("history") if row.what in ("snoozed", "woke")]
    assert lines == ["snoozed", "woke"]
    place.later(2 * DAY)
    fire(place.services)
    assert told(place, CARLA, "agent_woke") == []
