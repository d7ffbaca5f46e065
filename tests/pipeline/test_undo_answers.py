"""`#undo` in answer to what the desk answered: what that very mail did is taken back, to all its
tickets, or of what the agent set for themselves."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_asking_address import BEN, CARLA, UNDO, answers, asked
from tests.pipeline.test_many import opened
from tests.pipeline.test_questions import ANSWER
from tests.pipeline.test_shown import tap


def last(place: Place, agent: str = BEN) -> str:
    return words(told(place, agent, ANSWER)[-1])


def done_for(place: Place, text: str, *names: str) -> None:
    """Tickets 2, 3 … of these customers beside the first, and what Ben did to many of them."""
    letter = asked(place)
    opened(place, *names)
    assert answers(place, letter, text).outcome == "acted"


def undoes(place: Place, text: str = "#undo", **fields: str) -> str:
    """Ben answers the last answer with this; the outcome."""
    return str(answers(place, told(place, BEN, ANSWER)[-1], text, **fields).outcome)


def of(place: Place, column: str) -> list[object]:
    return [getattr(row, column) for row in place.rows("tickets")]


def test_it_takes_back_what_that_mail_did_to_all_its_tickets(place: Place) -> None:
    done_for(place, "#for 1 2 3\n#priority high", "lee", "eva")
    receipt = last(place)
    assert "TKT-0002 Jam lee Priority: high (before: normal)" in receipt
    assert "To take this back: #undo on the first line of your reply" in receipt
    batch = told(place, BEN, ANSWER)[-1]
    answers(place, batch, "#for 2\n#priority urgent")  # a later mail: that it leaves alone
    answers(place, batch, "#undo")
    assert of(place, "priority") == ["normal", "urgent", "normal"]
    said = last(place)
    assert "TKT-0001 Jam Priority: normal (before: high)" in said
    assert "TKT-0002 Jam lee not done: it has all been changed since (Ben Okafor)" in said
    assert "Done for 2 tickets" in said
    assert place.rows("quarantine") == []


def test_once_and_what_it_did_can_be_had_again(place: Place) -> None:
    done_for(place, "#for 1 2\n#tag vip", "lee")
    batch = told(place, BEN, ANSWER)[-1]
    assert undoes(place) == "acted"
    assert place.rows("ticket_labels") == []
    answers(place, batch, "#undo")
    assert last(place).count("it was taken back before") == 1, "of both, once"
    answers(place, told(place, BEN, ANSWER)[-2], "#undo")  # of the undo
    assert len(place.rows("ticket_labels")) == 2


def test_a_button_does_it_too(place: Place) -> None:
    done_for(place, "#for 1 2\n#tag vip", "lee")
    tap(place, BEN, told(place, BEN, ANSWER)[-1], UNDO)
    assert place.rows("ticket_labels") == []
    assert "Done for 2 tickets: #undo" not in last(place)
    assert "Done for 2 tickets" in last(place)


def test_what_is_out_stays_out_and_the_rest_goes_back(place: Place) -> None:
    done_for(place, "#for 1 2\n#resolve\nThe server is up again.", "lee")
    undoes(place)
    assert of(place, "status") == ["open", "open"]
    assert last(place).count("what is out cannot be taken back") == 2


def test_answers_that_wait_are_stopped(place: Place) -> None:
    file = place.folder / "desk.yaml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nundo_send: 1h\n", encoding="utf-8")
    assert place.services.keeper.reload_now()
    done_for(place, "#for 1 2\nThe server is up again.", "lee")
    undoes(place)
    assert last(place).count("stopped in time: its mails went to nobody") == 2
    assert {row.state for row in place.rows("outbox", purpose="reply")} == {"withdrawn"}


def test_what_was_refused_then_has_nothing_to_take_back(place: Place) -> None:
    done_for(place, "#for 1 99\n#tag vip")
    undoes(place)
    assert "Done for 1 ticket" in last(place) and "99" not in last(place).split("TKT-0001")[1]


def test_after_a_day_it_is_too_late(place: Place) -> None:
    done_for(place, "#for 1\n#tag vip")
    place.later(86401)
    undoes(place)
    assert "it is too late" in last(place)
    assert len(place.rows("ticket_labels")) == 1


def test_from_anybody_else_it_takes_nothing_back(place: Place) -> None:
    done_for(place, "#for 1\n#tag vip")
    for sender in (CARLA, "kim@customer.example"):
        assert undoes(place, From=sender) == "held spoofed"
    assert len(place.rows("ticket_labels")) == 1


SETTINGS = "#bundle 10m\n#remind 4h\n#quiet-hours 18:00-8:00\n#notify created off\n#digest 8:00"


def test_what_a_mail_set_is_put_back(place: Place) -> None:
    letter = asked(place, "#bundle 20m")
    answers(place, letter, SETTINGS)
    assert undoes(place) == "acted"
    assert [(one.name, one.value) for one in place.rows("agent_choices")] == [("bundle", "1200")]
    assert [one.minute for one in place.rows("agent_digests")] == [None]
    said = last(place)
    assert "you get one mail in 20 minutes" in said and "Before: Of one ticket" in said
    assert "You have no quiet hours." in said and "You get no digest any more." in said


def test_what_was_set_anew_since_stays(place: Place) -> None:
    letter = asked(place, "#bundle 10m\n#remind 4h")
    answers(place, letter, "#bundle 30m")
    answers(place, letter, "#undo")
    assert [(one.name, one.value) for one in place.rows("agent_choices")] == [("bundle", "1800")]
    assert "#bundle stays: it has been set anew since." in last(place)
    answers(place, letter, "#undo", Subject="Re: again")
    assert "#bundle stays" in last(place) and len(place.rows("agent_choices")) == 1


def test_twice_changes_nothing_more(place: Place) -> None:
    letter = asked(place, "#bundle 10m")
    answers(place, letter, "#undo")
    answers(place, letter, "#undo")
    assert "It is as it was before already." in last(place)


def test_an_absence_is_called_off_and_had_again(place: Place) -> None:
    letter = asked(place, "#away until friday")
    answers(place, letter, "#undo")
    assert place.rows("agent_absences") == []
    assert "You are here again." in last(place)
    answers(place, told(place, BEN, ANSWER)[-1], "#undo")
    assert len(place.rows("agent_absences")) == 1
    assert "You are away until" in last(place)


@pytest.mark.parametrize("line", ["#list mine", "#help", "#stats", "#bundle"])
def test_of_a_list_there_is_nothing_to_take_back(place: Place, line: str) -> None:
    answers(place, asked(place, "#stats"), line)
    undoes(place)
    assert "told you something and changed nothing" in last(place)


def test_a_list_that_was_asked_back_changed_nothing(place: Place) -> None:
    answers(place, asked(place), "#for jam\n#priority high")
    undoes(place)
    assert "told you something and changed nothing" in last(place)
    assert of(place, "priority") == ["normal"]


def test_in_german(place: Place) -> None:
    place.receive(mail("Der Toner ist leer.", Subject="Toner"))
    place.answer(CARLA, "#bündeln 10m")
    letter = told(place, CARLA, ANSWER)[-1]
    answers(place, letter, "#rückgängig", From=CARLA)
    assert place.rows("agent_choices") == []
    answers(place, told(place, CARLA, ANSWER)[-1], "#liste meine", From=CARLA)
    answers(place, told(place, CARLA, ANSWER)[-1], "#rückgängig", From=CARLA)
    assert "nichts verändert" in last(place, CARLA)
