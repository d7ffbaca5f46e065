"""One mail per ticket and window: the first at once, the rest together."""

from __future__ import annotations

from maildesk.pipeline.fire import fire
from tests.pipeline.notices.wishes import BEN, CARLA, KIM, wants
from tests.pipeline.notices.wishes import purposes as sent
from tests.pipeline.place import Place, mail, told, words


def test_the_first_goes_at_once_and_what_follows_in_one_mail(both: Place) -> None:
    wants(both, ben="bundle: 10m")
    both.receive(mail())
    assert sent(both, BEN) == ["agent_new"]
    both.later(120)
    both.answer(KIM, "It blinks.")
    both.later(120)
    both.answer(CARLA, "#note\nI know this one.")
    assert sent(both, BEN) == ["agent_new"]
    both.later(359)
    fire(both.services)
    assert sent(both, BEN) == ["agent_new"], "the window is ten minutes"
    both.later(1)
    fire(both.services)
    assert sent(both, BEN) == ["agent_new", "agent_bundle"]
    (letter,) = told(both, BEN, "agent_bundle")
    text = words(letter)
    assert "kim wrote" in text and "It blinks." in text
    assert "Carla Weiss left a note" in text and "I know this one." in text
    assert text.index("It blinks.") < text.index("I know this one.")
    assert (
        letter["References"].split()[0] == told(both, BEN, "agent_new")[0]["References"].split()[0]
    )
    fire(both.services)
    assert sent(both, BEN) == ["agent_new", "agent_bundle"], "nothing is told twice"


def test_a_bundle_is_answered_like_any_notification(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(KIM, "It blinks.")
    place.later(600)
    fire(place.services)
    place.answer(BEN, "Hold the button.")
    assert "Hold the button." in words(place.letters(KIM)[-1])
    place.answer(BEN, "#resolve")
    assert place.row("tickets", 1).status == "resolved"


def test_an_answer_to_the_mail_before_the_bundle_is_held_for_what_was_missed(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.later(60)
    place.answer(KIM, "Never mind, it prints.")
    place.later(60)
    place.answer(BEN, "Hold the button.")
    assert "agent_stale" in sent(place, BEN)
    assert "Never mind, it prints." in words(told(place, BEN, "agent_stale")[0])
    place.later(600)
    fire(place.services)
    place.answer(BEN, "Good to hear.")
    assert "Good to hear." in words(place.letters(KIM)[-1])


def test_the_next_window_begins_with_the_bundle(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(KIM, "One.")
    place.later(600)
    fire(place.services)
    place.later(300)
    place.answer(KIM, "Two.")
    place.later(299)
    fire(place.services)
    assert sent(place, BEN) == ["agent_new", "agent_bundle"]
    place.later(1)
    fire(place.services)
    assert sent(place, BEN)[1:] == ["agent_bundle", "agent_bundle"]
    place.later(601)
    place.answer(KIM, "Three.")
    assert sent(place, BEN)[-1] == "agent_reply", "after a quiet while it is at once again"


def test_notes_alone_make_a_bundle_whose_answer_is_a_note(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(BEN, "#take")
    place.later(700)
    place.answer(CARLA, "#note\nOne.")
    place.answer(CARLA, "#note\nTwo.")
    place.later(600)
    fire(place.services)
    (letter,) = told(place, BEN, "agent_bundle")
    assert "becomes a NOTE" in words(letter) and "Two." in words(letter)
    before = len(place.letters(KIM))
    place.answer(BEN, "Thank you.")
    assert len(place.letters(KIM)) == before


def test_what_is_urgent_or_one_asked_for_oneself_is_not_gathered(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(BEN, "#take\n#priority urgent")
    assert sent(place, BEN) == ["agent_new", "agent_transcript"]
    place.answer(KIM, "It burns.")
    assert sent(place, BEN)[-1] == "agent_reply"


def test_what_is_taken_back_while_it_waits_is_told_to_nobody(place: Place) -> None:
    desk = place.folder / "desk.yaml"
    desk.write_text(desk.read_text() + "\nundo_send: 2m\n")
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(BEN, "#take")
    place.answer(KIM, "Please.")
    place.later(590)
    place.answer(CARLA, "My answer.")
    place.answer(CARLA, "#undo")
    place.later(200)
    fire(place.services)
    (letter,) = told(place, BEN, "agent_bundle")
    assert "Please." in words(letter) and "My answer." not in words(letter)
    assert "Carla Weiss answered" not in words(letter)


def test_the_history_names_who_is_told_later(place: Place) -> None:
    wants(place, ben="bundle: 10m")
    place.receive(mail())
    place.answer(KIM, "It blinks.")
    (line,) = [
        row.detail for row in place.rows("history", what="notified") if "later" in row.detail
    ]
    assert line["later"] == [BEN] and BEN in line["agents"]
