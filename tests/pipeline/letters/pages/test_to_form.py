"""The mail with the code of a request: the code, and nothing that anybody typed."""

from __future__ import annotations

import pytest

from maildesk.pipeline.pages.form_codes import mail_code
from tests.pipeline.place import SUPPORT, Place
from tests.stories.running_desk import text_of

KIM = "kim@customer.example"


def asks(place: Place, form: str = "a1", language: str = "en", to: str = KIM) -> bool:
    message = (b"Subject: You owe us\r\n\r\nYou owe us money.\r\n", SUPPORT)
    digest = b"d" * 32
    return mail_code(place.services, form, message, to, language, "417 302", digest)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Your code"), ("de", "Ihr Code"), ("fr", "Votre code")]
)
def test_the_code_goes_out_in_the_readers_language(place: Place, language: str, said: str) -> None:
    assert asks(place, language=language)
    (mail,) = place.letters(KIM)
    assert mail["Subject"] == said
    assert "417 302" in text_of(mail)
    assert "owe" not in mail.as_string()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert place.rows("tickets") == []


def test_one_address_gets_no_more_than_loops_allow(place: Place) -> None:
    asked = [asks(place, f"a{n}") for n in range(7)]
    assert asked == [True] * 5 + [False] * 2
    assert asks(place, "b", to="lee@elsewhere.example")


def test_a_form_has_only_its_newest_code(place: Place) -> None:
    assert asks(place)
    assert asks(place)
    assert len(place.rows("waiting_forms")) == 1


def test_what_waits_takes_no_more_room_than_there_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maildesk.store.secrets.waiting_forms.MOST_OCTETS", 60)
    assert asks(place, "a")
    assert not asks(place, "b")
    place.later(3700)
    assert asks(place, "b")
