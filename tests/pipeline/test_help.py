"""`#help`: the agent gets the table of commands in their language, and nobody else hears of it."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail
from tests.pipeline.test_whole_act import BEN, CARLA, KIM, purposes, text_of


@pytest.mark.parametrize(
    ("agent", "line", "first"),
    [(BEN, "#help", "#take"), (BEN, "#commands", "#take"), (CARLA, "#hilfe", "#übernehmen")],
)
def test_an_agent_gets_the_commands_in_their_language(
    place: Place, agent: str, line: str, first: str
) -> None:
    place.receive(mail())
    before = (len(place.letters(KIM)), len(purposes(place, agent)))
    place.answer(agent, line)
    assert purposes(place, agent)[before[1] :] == ["agent_commands"], "and no transcript beside it"
    assert f"\n{first}\n" in text_of(place, agent, "agent_commands")
    assert len(place.letters(KIM)) == before[0]
    assert place.rows("quarantine") == []


def test_it_lists_only_what_their_role_allows(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#help")
    assert "\n#close\n" in text_of(place, BEN, "agent_commands")
    agents = place.folder / "agents.yaml"
    address = f"address: {BEN}\n"
    agents.write_text(agents.read_text().replace(address, f"{address}    role: specialist\n"))
    assert place.services.keeper.reload_now()
    place.answer(BEN, "#commands")
    told = text_of(place, BEN, "agent_commands")
    assert "\n#close\n" not in told
    assert "\n#note\n" in told


def test_it_may_stand_beside_other_commands(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take\n#help")
    assert purposes(place, BEN)[-2:] == ["agent_commands", "agent_transcript"]
    (ticket,) = place.rows("tickets")
    assert ticket.assignee == BEN


@pytest.mark.parametrize(
    ("agent", "line", "one", "said"),
    [
        (BEN, "#help snooze", "#snooze 2d", ""),
        (BEN, "#help #snooze", "#snooze 2d", ""),
        (BEN, "#help zurücklegen", "#snooze 2d", ""),
        (BEN, "#help snoze", "#snooze 2d", "#snoze is not a command; did you mean #snooze?"),
        (CARLA, "#hilfe zurücklegen", "#zurücklegen 2d", ""),
        (CARLA, "#hilfe zurüklegen", "#zurücklegen 2d", "#zurüklegen ist kein Befehl"),
    ],
)
def test_asked_about_one_command_it_explains_that_one(
    place: Place, agent: str, line: str, one: str, said: str
) -> None:
    place.receive(mail())
    place.answer(agent, line)
    told = text_of(place, agent, "agent_commands")
    assert [row for row in told.splitlines() if row[:1] == "#" != row[1:2]] == [one]
    assert said in told
    assert ("! " in told) == bool(said)


def test_a_word_that_is_like_no_command_brings_the_whole_list_and_says_so(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#help qqqq")
    told = text_of(place, BEN, "agent_commands")
    assert "#qqqq is not a command" in told
    assert "\n#take\n" in told and "\n#help snooze\n" in told
    assert place.rows("quarantine") == []


def test_a_command_that_their_role_does_not_allow_is_explained_with_that(place: Place) -> None:
    place.receive(mail())
    agents = place.folder / "agents.yaml"
    address = f"address: {BEN}\n"
    agents.write_text(agents.read_text().replace(address, f"{address}    role: specialist\n"))
    assert place.services.keeper.reload_now()
    place.answer(BEN, "#help close")
    told = text_of(place, BEN, "agent_commands")
    assert "\n#close\n" in told
    assert "! " in told
