"""Why something was done, in the words of whoever reads it: in mails, and on the command line."""

from __future__ import annotations

import pytest

from maildesk.desk.ticket import Ticket
from maildesk.store import records
from maildesk.store.desk import tickets
from maildesk.views.timeline import timeline
from tests.pipeline.place import Place, mail
from tests.pipeline.test_whole_act import ANA, BEN, CARLA, purposes, text_of


def speaks(place: Place, agent: str, language: str) -> None:
    """This agent is written to in this language."""
    file = place.folder / "agents.yaml"
    before, name, after = file.read_text(encoding="utf-8").partition(f"address: {agent}\n")
    old = "language: de" if "language: de" in after[:250] else "language: en"
    file.write_text(before + name + after.replace(old, f"language: {language}", 1))
    desk = place.folder / "desk.yaml"
    text = desk.read_text(encoding="utf-8")
    desk.write_text(text.replace("languages: [en, de]", "languages: [en, de, fr]"))
    assert place.services.keeper.reload_now()


def summaries(place: Place, language: str) -> list[str]:
    """The timeline of the ticket as this language tells it."""
    policy = place.services.keeper.current.policy
    with place.services.db.read() as conn:
        found = records.history(conn, 1)
        whole = timeline(_ticket(place), (), found, (), (), policy.wording.of(language))
    return [one["summary"] for one in whole["entries"] if one["what"] == "assigned"]


def _ticket(place: Place) -> Ticket:
    with place.services.db.read() as conn:
        found = tickets.ticket(conn, 1, place.services.keeper.current.policy)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "given", "taken"),
    [
        ("en", "Ana Lindqvist assigned it", "Ben Okafor took it"),
        ("de", "Ana Lindqvist hat es zugewiesen", "Ben Okafor hat es übernommen"),
        ("fr", "Ana Lindqvist l'a attribué", "Ben Okafor l'a pris en charge"),
    ],
)
def test_who_gave_and_who_took_it_is_said_in_the_readers_language(
    place: Place, language: str, given: str, taken: str
) -> None:
    speaks(place, CARLA, language)
    place.receive(mail())
    place.answer(ANA, "#assign carla")
    assert given in text_of(place, CARLA, "agent_assigned")
    place.answer(BEN, "#take")
    assert taken in text_of(place, CARLA, "agent_taken")
    assert [given in summaries(place, language)[0], taken in summaries(place, language)[1]] == [
        True,
        True,
    ]


def test_whom_it_is_taken_from_hears_that_it_was_not_given_back(place: Place) -> None:
    place.receive(mail())
    place.answer(CARLA, "#take")
    place.answer(ANA, "#assign none")
    assert "Ana Lindqvist hat es Carla Weiss abgenommen" in text_of(place, CARLA, "agent_taken")
    place.answer(CARLA, "#mine")
    place.answer(CARLA, "#assign nobody")
    assert summaries(place, "en")[-1].endswith("Carla Weiss gave it back")


def test_the_history_keeps_a_code_and_its_values(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take\n#wait")
    (given,) = place.rows("history", what="assigned")
    assert given.detail["why"] == {"code": "took", "values": {"agent": "Ben Okafor"}}
    moved = place.rows("history", what="status")[-1]
    assert moved.detail["why"] == {
        "code": "asked",
        "values": {"agent": "Ben Okafor", "line": "#wait"},
    }


def test_why_nobody_could_take_it_is_said_in_the_readers_language(place: Place) -> None:
    speaks(place, ANA, "de")
    rule = (
        "rules:\n  - name: A juggler\n    when: created\n"
        "    then: [assign: {team: senior, skills: [billing]}]\n"
    )
    (place.folder / "rules.yaml").write_text(rule, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    told = " ".join(text_of(place, ANA, "agent_unassigned").split())
    assert "im Team senior kann es niemand übernehmen; Ana Lindqvist: ohne billing" in told
    assert purposes(place, ANA).count("agent_unassigned") == 1
