"""What the web form sends: nobody is believed for the address that they typed there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maildesk.desk.pages.form import DOOR, PROVED_DOOR, WebForm
from maildesk.mail.compose.outgoing import Outgoing, compose
from maildesk.mail.message import Envelope, Mailbox
from maildesk.pipeline.pages.choices import HEADER, one_line, read, written
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import SUPPORT, Place
from tests.stories.running_desk import text_of

KIM, BEN = "kim@customer.example", "ben@desk.example"
INSULT = "You owe us money, see https://evil.example"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / "desk")
    yield place
    place.look_for_leaks()
    place.services.db.close()


def typed(
    place: Place,
    text: str = INSULT,
    *,
    subject: str = INSULT,
    form: WebForm | None = None,
    via: str = DOOR,
    sender: str = KIM,
    unique: str = "a1",
) -> Any:
    """A message of the form, processed; its spool row."""
    raw = compose(
        Outgoing(
            message_id=f"{unique}.form@desk.example",
            sender=Mailbox("You owe money", sender),
            to=(Mailbox("", SUPPORT),),
            subject=subject,
            date=place.now,
            text=text,
            headers=((HEADER, written(form or WebForm())),),
        )
    )
    with place.services.db.write() as conn:
        arrivals = [(raw, Envelope(sender, (SUPPORT,), via, "192.0.2.1"))]
        row = spool.accept(conn, place.services.blobs, arrivals, place.now)[0]
    receive(place.services)
    return place.row("spool", row)


def test_the_choices_travel_and_odd_ones_say_nothing() -> None:
    form = WebForm("billing", "high", {"order": "Ä 4711", "plan": "x" * 150})
    assert read(written(form), DOOR) == form
    assert read(written(form), PROVED_DOOR).is_proved
    for odd in ("", "é", "bm8=", "W10=", "x" * 999, written(form)[:40]):
        assert read(odd, DOOR) == WebForm()
    folded = read(written(WebForm(fields={"order": "a\r\nX: b\0" + "c" * 999})), DOOR)
    assert folded.fields["order"] == ("a X: b " + "c" * 999)[:200]
    assert one_line("می\u200cخواهم 👩\u200d🔧", 99) == "می\u200cخواهم 👩\u200d🔧"
    assert one_line("exe.\u202etxt\u2028\u2066", 99) == "exe. txt"


def test_a_request_of_the_form_is_marked_and_its_words_go_to_nobody_outside(place: Place) -> None:
    form = WebForm("billing", "high", {"licence_key": "LK-1", "unknown": "x"})
    typed(place, form=form)
    ticket = place.row("tickets", 1)
    assert (ticket.channel, ticket.category, ticket.priority) == ("web", "billing", "high")
    assert dict(ticket.fields) == {"licence_key": "LK-1"}
    (greeting,) = place.letters(KIM)
    for told in ("evil", "owe", "money"):
        assert told not in greeting.as_string()
    assert "TKT-0001" in text_of(greeting)
    assert "Written on the web form" in text_of(place.letters(BEN)[-1])


@pytest.mark.parametrize("policy", ["strangers: neutral", "strangers: full"])
def test_a_known_customer_is_no_more_believed_there(place: Place, policy: str) -> None:
    with_words(place, "strangers: neutral", f"{policy}  ")
    typed(place, "First", subject="First")
    place.answer(KIM, "Yes, it is me.")
    typed(place, unique="b2")
    assert len(place.rows("tickets")) == 2
    last = place.letters(KIM)[-1]
    assert "TKT-0002" in text_of(last)
    assert "evil" not in last.as_string()


def test_an_answer_of_the_address_proves_it(place: Place) -> None:
    typed(place, "The lamp is dark.", subject="Lamp")
    place.answer(KIM, "It is me.")
    told = place.letters(BEN)[-1]
    assert "It is me." in text_of(told)
    assert "Written on the web form" not in text_of(told)


def test_an_answer_by_a_number_alone_proves_nothing(place: Place) -> None:
    typed(place, "The lamp is dark.", subject="Lamp")
    with_number = f"From: {KIM}\r\nTo: {SUPPORT}\r\nSubject: Re: [TKT-0001]\r\n"
    place.receive(f"{with_number}Message-ID: <x@y.example>\r\n\r\nMe, too.\r\n".encode(), KIM)
    assert len(place.rows("tickets")) == 1
    assert "Written on the web form" in text_of(place.letters(BEN)[-1])


def test_an_address_that_a_code_proved_is_greeted_as_any(place: Place) -> None:
    typed(place, "The lamp is dark.", subject="Lamp", via=PROVED_DOOR)
    assert "Lamp" in str(place.letters(KIM)[-1]["Subject"])
    assert "Written on the web form" not in text_of(place.letters(BEN)[-1])


def test_a_number_in_the_subject_leads_into_no_ticket(place: Place) -> None:
    typed(place, "The lamp is dark.", subject="Lamp")
    place.answer(KIM, "It is me.")
    typed(place, "#close", subject="Re: [TKT-0001] Lamp", unique="b2")
    assert [one.status for one in place.rows("tickets")] == ["open", "open"]


def test_words_like_a_robots_open_a_ticket(place: Place) -> None:
    typed(place, "I am out of office until Monday.", subject="Automatic reply: out of office")
    assert len(place.rows("tickets")) == 1


def test_who_types_an_agents_address_opens_nothing(place: Place) -> None:
    row = typed(place, "#close", sender=BEN)
    assert row.state == "held"
    assert place.rows("tickets") == []


def test_a_mail_with_that_field_is_a_mail(place: Place) -> None:
    value = written(WebForm("billing", "urgent"))
    head = f"From: {KIM}\r\nTo: {SUPPORT}\r\nSubject: Hi\r\nMessage-ID: <h@y.example>\r\n"
    place.receive(f"{head}{HEADER}: {value}\r\n\r\nWords.\r\n".encode(), KIM)
    ticket = place.row("tickets", 1)
    assert (ticket.channel, ticket.priority) == ("email", "normal")


def test_the_same_form_twice_is_one_ticket(place: Place) -> None:
    typed(place)
    assert typed(place).outcome == "duplicate"
    place.now += timedelta(hours=2)
    assert typed(place).outcome == "duplicate"
    assert len(place.rows("tickets")) == 1
