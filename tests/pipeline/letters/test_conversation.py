"""What agents are shown of a conversation: whoever comes to it anew reads how it came so far; each
reads what parts say that are no text in their own language."""

from __future__ import annotations

import re

import pytest

from maildesk.pipeline.letters.conversation import LONGEST, MOST
from tests.pipeline.place import Place, mail

ANA, BEN, CARLA = "ana@desk.example", "ben@desk.example", "carla@desk.example"
KIM = "kim@customer.example"
INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:Visit\r\n"
    "DTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CALENDAR = {"MIME_Version": "1.0", "Content_Type": "text/calendar; method=REQUEST"}


def words(place: Place, person: str, mail_: str = "") -> str:
    return _body(place, person, mail_, "plain")


def page(place: Place, person: str, mail_: str = "") -> str:
    return _body(place, person, mail_, "html")


def _body(place: Place, person: str, mail_: str, dress: str) -> str:
    """Of the last mail to this person, or the last that was this one."""
    purposes = [row.purpose for row in place.rows("outbox", recipient=person)]
    found = [n for n, purpose in enumerate(purposes) if not mail_ or purpose == mail_]
    body = place.letters(person)[found[-1]].get_body((dress,))
    assert body is not None
    return str(body.get_content())


def in_order(text: str, *said: str) -> bool:
    places = [text.find(one) for one in said]
    return -1 not in places and places == sorted(places)


def purpose(place: Place, person: str) -> str:
    return str(place.rows("outbox", recipient=person)[-1].purpose)


@pytest.fixture
def running(place: Place) -> Place:
    """Kim asked, Ben answered, and Kim wrote again."""
    place.receive(mail("It prints nothing."))
    place.answer(BEN, "Is the light on?")
    place.answer(KIM, "It blinks twice.")
    return place


@pytest.mark.parametrize(
    ("command", "mail_"),
    [
        ("#note\n#assign carla\nShe knows this model.", "agent_assigned"),
        ("#note\n#assign nobody\nShe knows this model.", "agent_free"),
        ("#take\n#note\n#queue billing\nShe knows this model.", "agent_moved"),
        ("#note\n#escalate\nShe knows this model.", "escalated"),
    ],
)
def test_who_gets_it_in_mid_conversation_reads_the_question_and_what_came_before(
    running: Place, command: str, mail_: str
) -> None:
    running.answer(BEN, command)
    reader = ANA if mail_ == "escalated" else CARLA
    text, html = words(running, reader, mail_), page(running, reader, mail_)
    said = ("She knows this model.", "It blinks twice.", "Is the light on?", "It prints nothing.")
    assert in_order(text, *said)
    assert in_order(html, *said)
    assert [text.count(one) for one in said] == [1, 1, 1, 1]
    # a colleague's words are no customer's
    assert in_order(text, "Ben", ", Notiz" if reader == CARLA else ", note", said[0])
    assert html.count(">Notiz<" if reader == CARLA else ">note<") == 1
    assert in_order(html, "It blinks twice.", "<details", "Is the light on?", "</details>")


def test_without_words_of_a_colleague_the_customers_last_ones_come_first(running: Place) -> None:
    running.answer(BEN, "#assign carla")
    text = words(running, CARLA)
    assert in_order(text, "It blinks twice.", "Is the light on?", "It prints nothing.")
    assert text.count("It blinks twice.") == 1


def test_a_new_ticket_has_nothing_before_it(place: Place) -> None:
    rules = place.folder / "rules.yaml"
    rule = "  - {name: To Carla, when: created, then: [{assign: carla@desk.example}]}\n"
    rules.write_text(rules.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("It prints nothing."))
    assert purpose(place, CARLA) == "agent_assigned"
    assert words(place, CARLA).count("It prints nothing.") == 1
    assert "<details" not in page(place, CARLA)


def test_notes_are_marked_and_a_long_conversation_is_cut_and_counted(running: Place) -> None:
    for number in range(MOST + 2):
        running.answer(BEN, f"#note\nNote {number}. " + "x" * LONGEST)
    running.answer(BEN, "#assign carla")
    text = words(running, CARLA)
    assert "Notiz" in text
    assert len(re.findall(r"> Note \d+", text)) == MOST
    assert f"Note {MOST + 1}." in text and "Note 0." not in text
    assert "… und 4 weitere" in text
    assert "x" * LONGEST not in text


def test_each_agent_reads_of_an_invitation_in_their_own_language(place: Place) -> None:
    place.receive(mail(INVITATION, **CALENDAR))
    assert "Invitation: Visit" in words(place, BEN)
    german = words(place, CARLA)
    assert "Einladung: Visit" in german and "Invitation" not in german
    assert "Wann: Dienstag, 1. Dezember 2026" in german
    (kept,) = place.rows("messages")
    assert kept.text.startswith("Invitation: Visit\nWhen: Tuesday")  # what rules and searches find


def test_who_gets_the_ticket_later_reads_it_in_theirs_as_well(place: Place) -> None:
    place.receive(mail(INVITATION, **CALENDAR))
    place.answer(BEN, "We will be there.")
    place.answer(BEN, "#note\n#assign carla\nPlease go.")
    german = words(place, CARLA)
    assert "Einladung: Visit" in german and "Invitation" not in german


def test_a_customer_reads_of_their_invitation_in_theirs(place: Place) -> None:
    place.receive(mail(INVITATION, To="hilfe@desk.example", **CALENDAR), KIM, "hilfe@desk.example")
    place.answer(BEN, "Wir kommen.")
    german = words(place, KIM)
    assert "> Einladung: Visit" in german and "Invitation" not in german


def test_with_a_page_comes_what_its_parts_say(place: Place) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Lee Moran\r\nEND:VCARD\r\n"
    body = (
        "--b\r\nContent-Type: text/html\r\n\r\n<p>Here is <b>who knows</b>.</p>\r\n"
        f"--b\r\nContent-Type: text/vcard\r\n\r\n{card}\r\n--b--\r\n"
    )
    place.receive(mail(body, MIME_Version="1.0", Content_Type="multipart/mixed; boundary=b"))
    html = page(place, CARLA)
    assert in_order(html, "Visitenkarte: Lee Moran", "Here is who knows.")
    assert "Contact card" not in html
