"""Who hears of one act in two ways gets one mail of it."""

from __future__ import annotations

from tests.pipeline.place import Place, mail
from tests.pipeline.test_whole_act import BEN, CARLA, purposes


def test_whoever_is_given_a_ticket_with_a_note_gets_one_mail(place: Place) -> None:
    place.receive(mail())
    before = len(purposes(place, CARLA))
    place.answer(BEN, "#assign carla\n#note\nThe customer is in a hurry.")
    assert purposes(place, CARLA)[before:] == ["agent_assigned"]
    assert "The customer is in a hurry." in str(place.letters(CARLA)[-1])


def test_whoever_works_the_queue_it_came_to_gets_one_mail(place: Place) -> None:
    place.receive(mail())
    before = len(purposes(place, CARLA))
    place.answer(BEN, "#queue billing\n#note\nIt is about an invoice.")
    assert purposes(place, CARLA)[before:] == ["agent_free"]
    assert "It is about an invoice." in str(place.letters(CARLA)[-1])


def test_a_note_alone_reaches_them_as_ever(place: Place) -> None:
    place.receive(mail())
    before = len(purposes(place, CARLA))
    place.answer(BEN, "#note\nIt is about an invoice.")
    assert purposes(place, CARLA)[before:] == ["agent_note"]
