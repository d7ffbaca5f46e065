"""A customer's signature: agents see it below the words, customers are quoted without it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from typer.testing import CliRunner

from maildesk.commands.tickets import app
from tests.pipeline.place import Place, mail, words

ANA, BEN = "ana@desk.example", "ben@desk.example"
KIM = "kim@customer.example"
SIGNED = (
    "Der Drucker streikt.\r\n\r\nMit freundlichen Grüßen\r\nKim Novak\r\n"
    "Kundennummer 4711\r\nTel. 030 123456\r\n"
)
CLOSING = "    Mit freundlichen Grüßen\n    Kim Novak\n    Kundennummer 4711\n    Tel. 030 123456"


def plain(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def page(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_agents_see_it_below_the_words(place: Place) -> None:
    place.receive(mail(SIGNED, Content_Type="text/plain; charset=utf-8"))
    assert f"Der Drucker streikt.\n\n{CLOSING}\n" in plain(place, BEN)
    assert "Kundennummer 4711" in page(place, BEN)


def test_whoever_is_given_the_ticket_later_sees_it_too(place: Place) -> None:
    place.receive(mail(SIGNED, Content_Type="text/plain; charset=utf-8"))
    place.answer(BEN, "#assign ana")
    assert "Kundennummer 4711" in plain(place, ANA)


def test_customers_are_quoted_without_it(place: Place) -> None:
    place.receive(mail(SIGNED, Content_Type="text/plain; charset=utf-8"))
    place.answer(BEN, "Wir schauen nach.")
    assert "Der Drucker streikt." in plain(place, KIM)
    assert "4711" not in plain(place, KIM)
    assert "4711" not in page(place, KIM)


def test_the_command_line_shows_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.receive(mail(SIGNED, Content_Type="text/plain; charset=utf-8"))
    monkeypatch.setenv("COLUMNS", "100")
    result = CliRunner().invoke(app, ["show", "1", "--desk", str(place.folder)])
    assert "Kundennummer 4711" in result.output


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ben Okafor\n", '<p><br></p><pre class="moz-signature" cols="72">Ben Okafor</pre>'),
        ("-- \nBen Okafor\n", ""),
    ],
)
def test_an_answer_that_is_only_a_signature_is_one_without_words(
    place: Place, text: str, html: str
) -> None:
    place.receive(mail())
    before = len(place.letters(KIM))
    to = str(place.letters(BEN)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = BEN, to, "Re: Printer"
    reply["In-Reply-To"] = str(place.letters(BEN)[-1]["Message-ID"])
    reply["Message-ID"] = "<signed@desk.example>"
    reply.set_content(f"{text}\nOn 11/30/26 03:02, Kim wrote:\n> It blinks.\n")
    if html:
        cited = '<blockquote type="cite">It blinks.</blockquote>'
        reply.add_alternative(html + cited, subtype="html")
    assert place.receive(reply.as_bytes(), BEN, to).outcome == "held"
    assert len(place.letters(KIM)) == before
    assert "no words" in words(place.letters(BEN)[-1])
