"""What waits for an agent whose lines in agents.yaml change meanwhile."""

from __future__ import annotations

from maildesk.pipeline.fire import fire
from maildesk.pipeline.notices.timers_kept import look
from tests.pipeline.notices.test_quiet_hours import EVENING, until_morning
from tests.pipeline.notices.wishes import BEN, HOUR, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.place import Place, mail

NEW = "ben@home.example"


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
