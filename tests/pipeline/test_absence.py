"""Away and back by mail, on a database: what is kept, and who hears of what comes meanwhile."""

from __future__ import annotations

from tests.pipeline.place import SUPPORT, Place, mail, told, words

ANA, BEN, CARLA, KIM = (
    "ana@desk.example",
    "ben@desk.example",
    "carla@desk.example",
    "kim@customer.example",
)
DAY = 24 * 3600


def answer_to_the_ticket(place: Place, person: str, text: str) -> None:
    """This person answers the notification of the first ticket."""
    first = told(place, person, "agent_new")[0]
    to = str(first["Reply-To"]).rpartition("<")[2].rstrip(">")
    answer = mail(text, From=person, To=to, In_Reply_To=str(first["Message-ID"]))
    place.receive(answer, person, to)


def test_an_agent_is_away_by_mail_and_back_again(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#away until monday 9:00")
    answer = words(both.letters(BEN)[-1])
    assert "You are away until Monday, 23 November 2026 at 09:00 CET." in answer
    assert "Carla Weiss" in answer
    assert [row.agent for row in both.rows("agent_absences")] == [BEN]
    known = len(told(both, BEN, "agent_new"))
    both.receive(mail("Another one.", Subject="Scanner", From="Lee <lee@customer.example>"))
    assert len(told(both, BEN, "agent_new")) == known, "nobody who is away hears of new tickets"
    assert told(both, CARLA, "agent_new")
    answer_to_the_ticket(both, BEN, "#back")
    assert "You are here again." in words(both.letters(BEN)[-1])
    assert both.rows("agent_absences") == []
    both.receive(mail("A third.", Subject="Router", From="Max <max@customer.example>"))
    assert len(told(both, BEN, "agent_new")) == known + 1


def test_an_absence_ends_by_itself_and_no_customer_hears_of_it(place: Place) -> None:
    place.receive(mail())
    place.answer(CARLA, "#abwesend bis morgen 9 Uhr")
    assert "Sie sind abwesend bis Samstag, 21. November 2026" in words(place.letters(CARLA)[-1])
    place.later(2 * DAY)
    known = len(told(place, CARLA, "agent_new"))
    place.receive(mail("Another one.", Subject="Scanner", From="Lee <lee@customer.example>"))
    assert len(told(place, CARLA, "agent_new")) == known + 1
    assert all("abwesend" not in words(one).lower() for one in place.letters(KIM))
    assert SUPPORT in str(place.letters(KIM)[0]["From"])
