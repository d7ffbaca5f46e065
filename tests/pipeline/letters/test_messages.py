"""Messages of the conversation as mails show them."""

from __future__ import annotations

from maildesk.mail.parse import parse
from maildesk.pipeline.letters.messages import files_listed
from tests.pipeline.letters.files.test_passed_on import letter
from tests.pipeline.place import Place, mail


def words(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_colleagues_words_are_shown_by_name_and_without_their_address(place: Place) -> None:
    place.receive(mail())
    place.answer("ana@desk.example", "#take")
    place.answer("ben@desk.example", "#note\nShe has the old model.")
    assert "Ben Okafor 20 Nov 2026, 11:00, note She has the old model." in words(
        place, "ana@desk.example"
    )


def test_what_the_customer_said_last_is_no_robots_word(place: Place) -> None:
    place.receive(mail("It smokes."))
    away = mail("I am away.", Auto_Submitted="auto-replied", Subject="Re: [TKT-0001] Printer")
    place.receive(away)
    place.answer("ben@desk.example", "#assign carla")
    assert "It smokes." in words(place, "carla@desk.example")
    assert "I am away." not in words(place, "carla@desk.example")


def test_a_row_remembers_the_files_by_name_type_and_size() -> None:
    found = files_listed(parse(letter()))
    assert {*found[0]} == {"index", "filename", "content_type", "size", "inline"}
    assert all(isinstance(one["size"], int) for one in found)
