"""Buttons for what makes sense now: to put off one's own ticket, to merge what is likely one."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.pipeline.place import Place, mail
from tests.stories.clients import taps

ANA, BEN = "ana@desk.example", "ben@desk.example"
KIM = "kim@customer.example"


def offers(letter: EmailMessage, begins: str) -> list[str]:
    """What the buttons of this mail send that begin so."""
    return [tap.body.strip() for tap in taps(letter, begins)]


def writes(place: Place, subject: str, sender: str = KIM) -> EmailMessage:
    place.receive(mail(f"About {subject}", From=sender, Subject=subject), sender)
    return place.letters(ANA)[-1]


def test_a_ticket_of_ones_own_may_be_put_off_for_a_day(place: Place) -> None:
    assert offers(writes(place, "Paper jam"), "#snooze") == []
    place.answer(BEN, "#take")
    place.receive(mail("Still.", Subject="Re: [TKT-0001] Paper jam"), KIM)
    told = place.letters(BEN)[-1]
    assert offers(told, "#snooze") == ["#snooze 1d"]
    assert offers(told, "#take") == []


@pytest.mark.parametrize("again", ["Re: Paper jam", "paper jam in tray two", "PAPER JAM!"])
def test_what_is_likely_the_same_may_be_merged_into_the_older(place: Place, again: str) -> None:
    writes(place, "Paper jam in tray")
    told = writes(place, again)
    assert offers(told, "#merge") == ["#merge TKT-0002"]
    assert "[TKT-0001]" in taps(told, "#merge")[0].subject


def test_what_is_called_otherwise_old_or_somebody_elses_is_not_offered(place: Place) -> None:
    writes(place, "Paper jam")
    assert offers(writes(place, "Invoice for October"), "#merge") == []
    assert offers(writes(place, "Paper jam", "lee@x.example"), "#merge") == []
    place.later(15 * 86400)
    assert offers(writes(place, "Paper jam"), "#merge") == []


def test_what_is_closed_is_not_offered(place: Place) -> None:
    writes(place, "Paper jam")
    place.answer(BEN, "#close")
    assert offers(writes(place, "Paper jam"), "#merge") == []


def test_one_tap_makes_them_one(place: Place) -> None:
    writes(place, "Paper jam")
    writes(place, "Paper jam again")
    (tap,) = taps(place.letters(BEN)[-1], "#merge")
    place.receive(mail(tap.body, From=BEN, To=tap.to, Subject=tap.subject), BEN, tap.to)
    first, second = place.rows("tickets")
    assert second.merged_into == first.id
