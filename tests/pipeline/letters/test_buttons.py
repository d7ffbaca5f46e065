"""Buttons: each opens a mail that does what it says, for the one who was sent it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from maildesk.desk.mails.registry import MAILS
from maildesk.pipeline.letters.proofs import mailto
from tests.pipeline.place import Place, mail

BEN = "ben@desk.example"


def buttons(place: Place, person: str) -> dict[str, tuple[str, str]]:
    """Of the last mail: what each button says -> where its mail goes and what is in it."""
    html = place.letters(person)[-1].get_body(("html",))
    assert html is not None
    found = {}
    for piece in str(html.get_content()).split('href="mailto:')[1:]:
        link, _, rest = piece.partition('"')
        parts = urlsplit("mailto:" + link.replace("&amp;", "&"))
        label = rest.partition(">")[2].replace("<!--[if mso]>&nbsp;&nbsp;<![endif]-->", "")
        body = parse_qs(parts.query)["body"][0]
        found[label.partition("<")[0]] = (unquote(parts.path), body)
    return found


def test_a_notification_has_the_buttons_of_its_entry_and_they_work(place: Place) -> None:
    place.receive(mail())
    found = buttons(place, BEN)
    assert len(found) == len(MAILS["agent_new"].buttons)
    to, body = found["Take it"]
    assert body == "#take"
    place.receive(mail(body, From=BEN, To=to), BEN, to)
    assert place.row("tickets", 1).assignee == BEN


def test_of_a_stranger_they_name_the_one_they_are_about(place: Place) -> None:
    place.receive(mail())
    ids = str(place.letters("kim@customer.example")[-1]["Message-ID"])
    place.receive(
        mail("Me too.", From="lee@elsewhere.example", In_Reply_To=ids), "lee@elsewhere.example"
    )
    found = buttons(place, BEN)
    assert {body for _, body in found.values()} == {
        "#letin lee@elsewhere.example",
        "#keepout lee@elsewhere.example",
    }


def test_a_link_to_a_mail_is_quoted_as_the_rfc_says() -> None:
    link = mailto("a+b@x.example", "Re: 50 % & more [TKT-1]", "#note\n\n")
    assert link.startswith("mailto:a+b@x.example?subject=Re%3A%2050%20%25%20%26%20more")
    assert link.endswith("&body=%23note%0A%0A")
