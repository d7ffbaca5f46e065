"""Agents choose by mail when they hear of things, and of what: it holds at once, over the files."""

from __future__ import annotations

import pytest

from maildesk.pipeline.fire import fire
from tests.pipeline.notices.test_agents_who_change import NEW, renamed
from tests.pipeline.notices.test_quiet_hours import EVENING, lees, until_morning
from tests.pipeline.notices.wishes import ANA, BEN, CARLA, HOUR, KIM, LEE, purposes, wants
from tests.pipeline.place import Place, mail, told, words
from tests.stories.clients import taps


def says(place: Place, text: str) -> str:
    """Ben answers the notification of the first ticket with these lines; what he is told."""
    first = told(place, BEN, "agent_new")[0]
    to = str(first["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail(text, From=BEN, To=to, In_Reply_To=str(first["Message-ID"])), BEN, to)
    return words(place.letters(BEN)[-1])


def chosen(place: Place) -> dict[str, str]:
    return {row.name: row.value for row in place.rows("agent_choices", agent=BEN)}


def test_bundles_are_chosen_by_mail_and_ended_at_once(both: Place) -> None:
    both.receive(mail())
    answer = says(both, "#bundle 10m")
    assert "Of one ticket you get one mail in 10 minutes" in answer
    assert "#bundle default takes that back." in answer
    both.answer(KIM, "It blinks, too.")
    both.answer(KIM, "And it beeps.")
    assert purposes(both, BEN) == ["agent_new", "agent_answer"], "what follows the first waits"
    assert purposes(both, CARLA) == ["agent_new", "agent_reply", "agent_reply"]
    says(both, "#bundle off")
    fire(both.services)
    assert purposes(both, BEN)[-1] == "agent_bundle", "what had waited comes at once"
    assert "And it beeps." in words(both.letters(BEN)[-1])
    both.answer(KIM, "Now it is dead.")
    assert purposes(both, BEN)[-1] == "agent_reply"
    assert chosen(both) == {"bundle": "off"}


def test_quiet_hours_are_chosen_by_mail_and_may_end_sooner(both: Place) -> None:
    both.receive(mail())
    says(both, "#quiet-hours 20:00–7:00")
    both.now = EVENING
    both.receive(lees("It squeaks."), LEE)
    assert purposes(both, BEN)[-1] == "agent_answer", "it waits for the morning"
    says(both, "#quiet-hours 20:00-6:00")
    both.later(8 * HOUR - 60)
    fire(both.services)
    assert "agent_bundle" not in purposes(both, BEN)
    both.later(120)  # by then it is six o'clock
    fire(both.services)
    assert purposes(both, BEN)[-1] == "agent_bundle"
    both.later(20 * HOUR)
    says(both, "#quiet-hours off")
    both.answer(KIM, "At night.")
    assert purposes(both, BEN)[-1] == "agent_reply"


def test_what_waits_for_quiet_hours_is_told_when_they_are_switched_off(place: Place) -> None:
    wants(place, ben="quiet: 20:00-7:00")
    place.receive(mail())
    place.now = EVENING
    place.answer(KIM, "It burns.")
    assert purposes(place, BEN) == ["agent_new"]
    says(place, "#quiet-hours off")
    fire(place.services)
    assert purposes(place, BEN)[-1] == "agent_bundle"


def test_reminders_hold_for_tickets_that_wait_already(both: Place) -> None:
    both.receive(mail())
    says(both, "#take")
    both.later(2 * HOUR)
    says(both, "#remind 3h")
    fire(both.services)
    assert "agent_reminder" not in purposes(both, BEN)
    both.later(HOUR + 60)
    fire(both.services)
    assert purposes(both, BEN)[-1] == "agent_reminder"
    assert "agent_reminder" not in [*purposes(both, CARLA), *purposes(both, ANA)]


def test_reminders_that_were_switched_off_do_not_come(place: Place) -> None:
    wants(place, desk="remind_after: 3h")
    place.receive(mail())
    says(place, "#take")
    says(place, "#remind off")
    fire(place.services)
    place.later(4 * HOUR)
    fire(place.services)
    assert "agent_reminder" not in purposes(place, BEN)
    says(place, "#remind default")
    fire(place.services)  # what is due at once rings when somebody next looks
    fire(place.services)
    assert purposes(place, BEN)[-1] == "agent_reminder"


def test_events_are_chosen_by_mail(both: Place) -> None:
    both.receive(mail())
    assert "You are not told of: replied." in says(both, "#notify replied off")
    both.answer(KIM, "It blinks, too.")
    assert purposes(both, BEN) == ["agent_new", "agent_answer"]
    assert purposes(both, CARLA)[-1] == "agent_reply"
    says(both, "#notify all")
    both.answer(KIM, "And it beeps.")
    assert purposes(both, BEN)[-1] == "agent_reply"


@pytest.mark.parametrize("beside", ["", "\n#take"])
def test_what_a_line_chooses_is_so_for_the_lines_below_it(place: Place, beside: str) -> None:
    place.receive(mail())
    says(place, f"#bundle 10m\n#digest 8:00\n#quiet-hours 20:00-7:00\n#notify{beside}")
    answers = (words(one) for one in told(place, BEN, "agent_answer"))
    (answer,) = (one for one in answers if "#notify created off" in one)
    shown = answer.partition("#notify created off")[2]
    assert "in 10 minutes: the first at once, what follows together. to change it: #b" in shown
    assert "From 20:00 to 7:00 nothing is sent to you; it comes afterwards" in shown
    assert "Your digest comes at 8:00. to change it: #digest off" in shown
    assert shown.index("you get one mail") < shown.index("#bundle off"), "how it is comes first"


def test_what_breaks_through_is_said_in_words(place: Place) -> None:
    place.receive(mail())
    says(place, "#quiet-hours 20:00-7:00")
    answer = words(told(place, BEN, "agent_answer")[-1])
    said = "a deadline is near, or was missed; whatever happens to an urgent ticket."
    assert f"What does not wait: {said}" in answer


def test_a_button_takes_back_what_was_chosen(place: Place) -> None:
    place.receive(mail())
    says(place, "#bundle 20m")
    says(place, "#bundle 10m\n#notify note, status off")
    answer = place.letters(BEN)[-1]
    assert [tap.body for tap in taps(answer, "#")] == ["#bundle 20m", "#notify note status default"]
    assert all(tap.to.startswith("support+g") for tap in taps(answer, "#")), "no other tap for it"
    says(place, "#bundle")
    assert taps(place.letters(BEN)[-1], "#") == [], "nothing was changed"


def test_what_is_chosen_beside_other_commands_is_taken_back_with_them(place: Place) -> None:
    place.receive(mail())
    says(place, "#notify note off\n#bundle 20m")
    says(place, "#bundle 10m\n#notify status off\n#take")
    assert chosen(place) == {"bundle": "600", "notify:note": "off", "notify:status": "off"}
    says(place, "#undo")
    assert chosen(place) == {"bundle": "1200", "notify:note": "off"}


def test_a_former_address_keeps_what_was_chosen_and_can_take_it_back(both: Place) -> None:
    both.receive(mail())
    says(both, "#quiet-hours 20:00-7:00")
    renamed(both)
    both.now = EVENING
    both.receive(lees("It squeaks."), LEE)
    assert purposes(both, NEW) == []
    until_morning(both)
    assert purposes(both, NEW) == ["agent_bundle"]
    both.answer(NEW, "#quiet-hours default")
    assert both.rows("agent_choices") == []


def test_who_is_an_agent_no_more_has_chosen_nothing_for_others(place: Place) -> None:
    place.receive(mail())
    says(place, "#notify replied off")
    agents = place.folder / "agents.yaml"
    text = agents.read_text()
    start, end = text.index("  - name: Ben Okafor"), text.index("  - name: Carla")
    agents.write_text(text[:start] + text[end:])
    assert place.services.keeper.reload_now()
    place.answer(KIM, "It blinks, too.")
    assert purposes(place, CARLA)[-1] == "agent_reply"


def test_a_line_that_cannot_be_understood_chooses_nothing(place: Place) -> None:
    place.receive(mail())
    says(place, "#bundle 10m\n#quiet-hours at night")
    question = words(place.letters(BEN)[-1])
    assert "such as #quiet-hours 20:00-7:00" in question
    assert chosen(place) == {}
