"""A held mail in an agent's name: they are asked at the address on file, and one tap frees it."""

from __future__ import annotations

from email.message import EmailMessage

from tests.pipeline.place import SUPPORT, Place, mail

BEN = "ben@desk.example"


def asked(place: Place) -> EmailMessage:
    """The question that Ben was sent last."""
    (*_, row) = place.rows("outbox", recipient=BEN, purpose="agent_held")
    return next(x for x in place.letters(BEN) if str(x["Message-ID"]) == f"<{row.message_id}>")


def test_a_mail_that_nothing_proves_is_asked_about_and_freed_by_one_tap(place: Place) -> None:
    place.receive(mail("Pay here.", From=BEN), BEN, SUPPORT)
    question = asked(place)
    assert str(question["Subject"]) == "Held: Printer"
    to = str(question["Reply-To"]).rpartition("<")[2].rstrip(">")
    (held,) = place.rows("quarantine")
    assert held.state == "held"
    place.receive(mail("#confirm", From=BEN, To=to), BEN, to)
    (held,) = place.rows("quarantine")
    assert held.state == "released"


def test_the_question_shows_what_it_is_about_and_no_more(place: Place) -> None:
    place.receive(mail("Pay here. " * 500, From=BEN, Subject="Invoice"), BEN, SUPPORT)
    body = asked(place).get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert "Nothing was sent to the customer and nothing was changed." in text
    assert "> Pay here." in text
    assert len(text) < 3000
