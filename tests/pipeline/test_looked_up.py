"""`#history` and `#who`: what happened to a ticket, and who somebody is."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_questions import ANSWER, asks, proving

BEN, CARLA = "ben@desk.example", "carla@desk.example"
KIM, LEE = "kim@customer.example", "lee@customer.example"
__all__ = ["proving"]


def last(place: Place, agent: str = BEN) -> str:
    return words(told(place, agent, ANSWER)[-1])


def opened(place: Place) -> None:
    for who, name in ((KIM, "Kim Novak"), (LEE, "Lee Park"), (KIM, "Kim Novak")):
        place.receive(mail(f"{name} {len(place.rows('tickets'))}", From=f"{name} <{who}>"), who)


def test_history_tells_who_did_what_the_newest_first(proving: Place) -> None:
    opened(proving)
    asks(proving, BEN, "#for 1\n#priority high\n#assign carla")
    asks(proving, BEN, "#history 1")
    said = last(proving)
    assert "TKT-0001: " in said
    assert "Ben Okafor priority: normal → high" in said
    assert said.index("priority: normal") < said.index("opened: ")
    assert f"{KIM} wrote" in said
    assert "agent_new" not in said, "what machines do among themselves"
    assert len(proving.rows("tickets")) == 3


def test_history_says_names_days_and_lengths_as_people_do(proving: Place) -> None:
    opened(proving)
    asks(proving, BEN, "#for 1\n#assign carla\n#spent 90m\n#snooze 2d\n#follow")
    asks(proving, BEN, "#for 1\n#assign none\n#close\n#archive")
    asks(proving, BEN, "#for 1\n#unarchive")
    last_of_ben = proving.letters(BEN)[0]
    to = str(last_of_ben["Reply-To"]).rpartition("<")[2].rstrip(">")
    asks(proving, BEN, "#resolv\nIt was the roll.", to=to)
    asks(proving, BEN, "#for 1\n#reply\nIt was the cable.")
    asks(proving, BEN, "#history 1")
    said = last(proving)
    assert "assignee: nobody → Carla Weiss" in said
    assert "assignee: Carla Weiss → nobody" in said
    assert "time worked: 1 hour and 30 minutes" in said
    assert "put off until: 22 Nov 2026, 11:00" in said, "in the desk's zone"
    assert "followed by: Ben Okafor" in said
    assert "Ben Okafor status: open → closed; #close" in said
    assert "Ben Okafor archived 20" in said
    assert "Ben Okafor taken out of the archive 20" in said
    assert f"mail sent: an acknowledgement; {KIM}" in said
    assert f"mail sent: an answer; {KIM}" in said
    assert "mail held: a command could not be carried out" in said
    asks(proving, CARLA, "#verlauf 1")
    said = last(proving, CARLA)
    assert "Mail zurückgehalten: ein Befehl ließ sich nicht ausführen" in said
    assert "zuständig: niemand → Carla Weiss" in said
    assert "Arbeitszeit: 1 Stunde und 30 Minuten" in said
    assert f"Mail verschickt: eine Eingangsbestätigung; {KIM}" in said


def test_history_says_of_how_many_stars_there_are(proving: Place) -> None:
    opened(proving)
    asks(proving, BEN, "#for 1\n#resolve")
    proving.answer(KIM, "2")
    asks(proving, BEN, "#history 1")
    assert "rated: 2 of 5" in last(proving)
    asks(proving, CARLA, "#verlauf 1")
    assert "bewertet: 2 von 5" in last(proving, CARLA)
    french = proving.services.keeper.current.policy.wording.of("fr")
    said = french.sentence("of_five", score="2")
    assert french.sentence("happened", what="noté", details=said) == "noté\u00a0: 2 sur 5"


@pytest.mark.parametrize(
    "line", [f"#who {KIM}", f"#customer {KIM}", f"#customer {KIM}?", "#who Kim Novak", "#wer kim"]
)
def test_who_tells_of_a_customer_and_all_their_tickets(proving: Place, line: str) -> None:
    opened(proving)
    asks(proving, BEN, line)
    said = last(proving)
    assert f"Kim Novak <{KIM}>" in said
    assert "Last contact" in said
    assert "2 tickets:" in said and "TKT-0001" in said and "TKT-0003" in said
    assert "TKT-0002" not in said


def test_in_an_answer_a_question_mark_asks_and_changes_nothing(place: Place) -> None:
    opened(place)
    place.answer(BEN, f"#customer {LEE}?")
    assert f"Lee Park <{LEE}>" in last(place)
    assert [row.requester_address for row in place.rows("tickets")] == [KIM, LEE, KIM]
    assert place.rows("history", what="customer") == []


def test_archived_ones_are_told_of_too(proving: Place) -> None:
    opened(proving)
    asks(proving, BEN, "#for 1\n#close\n#archive")
    asks(proving, BEN, f"#who {KIM}")
    assert "TKT-0001" in last(proving)


def test_of_nobody_known_just_that_is_said(proving: Place) -> None:
    opened(proving)
    asks(proving, BEN, "#who max@elsewhere.example")
    assert 'there is no ticket of "max@elsewhere.example" that you may see' in last(proving)


def test_what_an_agent_may_not_see_is_not_told(proving: Place) -> None:
    agents = proving.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8").replace(
        "teams: [support, billing]", "teams: [support]", 1
    )
    agents.write_text(text, encoding="utf-8")
    assert proving.services.keeper.reload_now()
    bill = mail("About my bill.", From=f"Kim Novak <{KIM}>", Subject="Bill")
    proving.receive(bill, KIM, "billing@desk.example")
    asks(proving, BEN, f"#who {KIM}\n#history 1")
    said = last(proving)
    assert f'there is no ticket of "{KIM}" that you may see' in said
    assert "there is no ticket 1" in said and "Novak" not in said and "Bill" not in said
