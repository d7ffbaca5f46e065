"""Mail that is held for a reason no agent hears of is told to the admins, once an hour at most."""

from __future__ import annotations

from email.message import EmailMessage

from maildesk.pipeline.admins.unseen_mail import Unseen
from maildesk.pipeline.ticker import Ticker
from maildesk.store import quarantine
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail


def test_a_mail_that_cannot_be_processed_is_told_to_the_admins(both: Place) -> None:
    both.receive(mail(From=""), "")
    Ticker(both.services, kicks=True, renews=False).look_further()
    (told,) = alarms(both)
    assert told["Subject"].endswith("1 message waits in quarantine")
    assert "no_sender" in text_of(told)


def test_within_an_hour_nothing_is_told_twice_and_nothing_forgotten(both: Place) -> None:
    unseen = Unseen()
    hold(both, "first")
    unseen.look(both.services)
    hold(both, "second")
    hold(both, "third")
    both.later(59 * 60)
    unseen.look(both.services)
    assert len(alarms(both)) == 1
    both.later(2 * 60)
    unseen.look(both.services)
    unseen.look(both.services)
    _, told = alarms(both)
    assert told["Subject"].endswith("2 messages wait in quarantine")
    assert "first" not in text_of(told)
    assert "third" in text_of(told)
    both.later(3600)
    unseen.look(both.services)
    assert len(alarms(both)) == 2


def test_another_ticker_of_the_desk_does_not_tell_it_again(both: Place) -> None:
    hold(both, "first")
    for _ in range(2):
        Unseen().look(both.services)
    assert len(alarms(both)) == 1


def test_of_spam_and_of_what_a_person_has_decided_nothing_is_said(place: Place) -> None:
    with_words(place, "block: []", "block: [kim@customer.example]")
    place.receive(mail())
    held = hold(place, "looked at already")
    with place.services.db.write() as conn:
        quarantine.decide(conn, held, "dropped", "Ana", place.now)
    Unseen().look(place.services)
    assert alarms(place) == []


def hold(place: Place, words: str) -> int:
    """A message in quarantine; its id."""
    with place.services.db.write() as conn:
        return quarantine.hold(
            conn, now=place.now, reason="poison", words=words, sender="kim@customer.example"
        )


def alarms(place: Place) -> list[EmailMessage]:
    """What the first admin was told."""
    return [one for one in place.letters("ana@desk.example") if "quarantine" in str(one["Subject"])]


def text_of(told: EmailMessage) -> str:
    """Its plain text."""
    body = told.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
