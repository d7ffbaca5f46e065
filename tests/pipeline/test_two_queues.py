"""One mail to two queues is one ticket, and the agents of both hear of it."""

from __future__ import annotations

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import SUPPORT, Place, mail

BILLING, ANA, CARLA = "billing@desk.example", "ana@desk.example", "carla@desk.example"


def apart(place: Place) -> None:
    """Carla works the queue billing alone, Ana support alone."""
    words = "address: carla@desk.example\n    teams: [support, billing]"
    with_words(place, words, words.replace("support, ", ""), "agents.yaml")


def test_the_team_of_the_second_queue_hears_of_it(both: Place) -> None:
    apart(both)
    both.receive(mail(To=f"{SUPPORT}, {BILLING}"), "kim@customer.example", SUPPORT, BILLING)
    (ticket,) = both.rows("tickets")
    assert ticket.queue == "support"
    (told,) = both.letters(CARLA)
    words = str(told.get_body(("plain",)))
    assert BILLING in words
    assert "Hello." in words
    assert len(both.letters(ANA)) == 1
    assert len(both.letters("ben@desk.example")) == 1
    both.answer(CARLA, "An answer of billing's.")
    assert both.rows("outbox", purpose="reply")


def test_copies_of_it_by_two_ways_are_one_ticket_and_both_hear_once(both: Place) -> None:
    apart(both)
    raw = mail(To=SUPPORT, Cc=BILLING)
    both.receive(raw, "kim@customer.example", BILLING)
    assert both.receive(raw, "kim@customer.example", SUPPORT).outcome == "duplicate"
    (ticket,) = both.rows("tickets")
    assert ticket.queue == "billing"
    assert len(both.letters(ANA)) == len(both.letters(CARLA)) == 1


def test_two_addresses_of_one_queue_tell_nobody_twice(place: Place) -> None:
    place.receive(mail(Cc="hilfe@desk.example"))
    assert len(place.letters(ANA)) == 1


def test_who_wants_no_mail_of_new_tickets_gets_none_of_another_queues(place: Place) -> None:
    apart(place)
    carla = "address: carla@desk.example"
    with_words(place, carla, f"{carla}\n    notify: [assigned]", "agents.yaml")
    place.receive(mail(Cc=BILLING))
    assert place.letters(CARLA) == []
