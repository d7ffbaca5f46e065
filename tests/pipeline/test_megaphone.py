"""The desk is nobody's megaphone: what a stranger writes is neither repeated to whomever they name, nor believed for its look."""

from __future__ import annotations

from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of


def test_an_agent_is_told_of_a_name_that_is_theirs_or_a_colleagues(place: Place) -> None:
    place.receive(mail("Send me the list.", From="Ben 0kafor <kim@evil.example>"), "kim@evil.example")

    (notice,) = place.letters("ana@desk.example")
    assert "This sender looks like Ben Okafor and is not." in text_of(notice)
    assert "The mail is from kim@evil.example" in text_of(notice)
    assert "kafor" not in str(notice["From"]), "the list of mails shows the address, too"
    (german,) = place.letters("carla@desk.example")
    assert "Dieser Absender sieht aus wie Ben Okafor, ist es aber nicht." in text_of(german)
    html = notice.get_body(("html",))
    assert html is not None and "looks like" in html.get_content()


def test_a_name_from_the_right_turns_nothing_beside_it(place: Place) -> None:
    place.receive(mail("Hello", From="=?utf-8?B?16nXnNeV150=?= <kim@customer.example>", Subject="pay=?utf-8?Q?=E2=80=AE?=fdp.exe"))

    (notice,) = place.letters("ana@desk.example")
    assert "\u2068שלום\u2069 <kim@customer.example>" in text_of(notice)
    assert "\u2068" not in str(notice["From"]) and "\u202e" not in str(notice["Subject"]) + text_of(notice)
