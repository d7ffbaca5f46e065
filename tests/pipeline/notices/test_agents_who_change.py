"""What waits for an agent whose lines in agents.yaml change meanwhile."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from maildesk.pipeline.fire import fire
from maildesk.pipeline.notices.timers_kept import look
from tests.pipeline.desk_changes import with_words
from tests.pipeline.notices.test_quiet_hours import EVENING, until_morning
from tests.pipeline.notices.wishes import BEN, CARLA, HOUR, KIM, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.place import Place, mail

NEW = "ben@home.example"
BERLIN = ZoneInfo("Europe/Berlin")


def renamed(place: Place) -> None:
    text = (place.folder / "agents.yaml").read_text()
    other = text.replace(f"also: [{NEW}]", f"also: [{BEN}]").replace(
        f"  address: {BEN}\n", f"  address: {NEW}\n"
    )
    (place.folder / "agents.yaml").write_text(other)
    assert place.services.keeper.reload_now()


def test_what_waited_for_a_former_address_comes_to_the_one_they_have_now(both: Place) -> None:
    wants(both, ben="quiet: 20:00-7:00")
    both.now = EVENING
    both.receive(mail())
    renamed(both)
    until_morning(both)
    look(both.services)
    fire(both.services)
    assert sent(both, BEN) == []
    assert sent(both, NEW) == ["agent_bundle"]


def test_a_digest_comes_at_the_time_that_was_asked_for_under_a_former_address(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#digest 9:00")
    renamed(both)
    look(both.services)
    (row,) = [one for one in both.rows("agent_timers", kind="digest") if one.state == "due"]
    assert row.agent == NEW
    assert row.rings_at.astimezone(BERLIN).strftime("%H:%M") == "09:00"


def test_what_waits_for_who_is_no_agent_waits_until_they_are_one_again(both: Place) -> None:
    wants(both, ben="quiet: 20:00-7:00")
    both.now = EVENING
    both.receive(mail())
    agents = both.folder / "agents.yaml"
    text = agents.read_text()
    start, end = text.index("  - name: Ben Okafor"), text.index("  - name: Carla")
    agents.write_text(text[:start] + text[end:])
    assert both.services.keeper.reload_now()
    for _ in range(3):
        both.later(10 * HOUR)
        look(both.services)
        fire(both.services)
    assert sent(both, BEN) == []
    assert len(both.rows("agent_timers")) == 1, "nothing is begun anew each minute"
    agents.write_text(text)
    assert both.services.keeper.reload_now()
    both.later(10 * HOUR)
    look(both.services)
    fire(both.services)
    assert sent(both, BEN) == ["agent_bundle"]


def test_what_nobody_may_see_is_told_after_the_night_to_who_works_the_queue(
    place: Place,
) -> None:
    with_words(place, "category: billing\n", "category: feedback\n")
    lines = "admins: [ana@desk.example]\nroles: {narrow: [answer, note, take, work]}"
    with_words(place, "admins: [ana@desk.example]", lines)
    for name in ("Ben Okafor", "Carla Weiss"):
        with_words(place, f"name: {name}\n", f"name: {name}\n    role: narrow\n", "agents.yaml")
    wants(place, ben="quiet: 20:00-7:00")
    place.now = EVENING
    place.receive(mail(), KIM, "billing@desk.example")
    assert sent(place, CARLA) == ["agent_new"], "somebody has to hear of it"
    until_morning(place)
    assert sent(place, BEN) == ["agent_bundle"]
