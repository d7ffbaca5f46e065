"""Own fields that fill themselves, links from their values, and tickets that are linked, in the
mails that agents get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from maildesk.commands import tickets
from tests.pipeline.place import Place, mail, words

APP = typer.Typer()
APP.add_typer(tickets.app, name="ticket")
BEN, KIM = "ben@desk.example", "kim@customer.example"
OWN = """\
custom_fields:
  - licence_key
  - name: order
    pattern: '\\border (?:no\\. ?)?([A-Z]{2}-\\d{5})\\b'
    link: 'https://shop.example/orders/{{ value }}'
  - {name: room, pattern: '(?s)room: (.{1,80})'}
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "desk")
    file = made.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("custom_fields: [licence_key, related_app]\n", OWN), "utf-8")
    made.services.keeper.reload_now()
    yield made
    made.services.db.close()


def fields(place: Place, number: int = 1) -> Any:
    return place.row("tickets", number).fields


def test_what_a_customer_writes_fills_an_empty_field_once(place: Place) -> None:
    place.receive(mail("It came broken.", Subject="Order no. HB-12345"))
    assert fields(place) == {"order": "HB-12345"}
    place.answer(BEN, "Which room?")
    place.answer(KIM, "Room: 7\r\nand order HB-99999, too")
    assert fields(place)["order"] == "HB-12345"
    assert fields(place)["room"].startswith("7 and order")


def test_what_an_agent_set_stays(place: Place) -> None:
    place.receive(mail("It came broken."))
    place.answer(BEN, "#set order=HB-00001\n")
    place.answer(BEN, "#note Written down.\n")
    last = str(place.letters(KIM)[-1]["Message-ID"])
    place.receive(mail("order HB-22222", In_Reply_To=last, Subject="Re: [TKT-0001] Printer"))
    assert fields(place) == {"order": "HB-00001"}


def test_words_of_strangers_of_spam_and_of_agents_fill_nothing(place: Place) -> None:
    place.receive(mail("It came broken."))
    place.answer(BEN, "Is it order HB-33333?")
    assert fields(place) == {}
    last = str(place.letters(KIM)[-1]["Message-ID"])
    place.receive(
        mail("order HB-44444", From="zoe@stranger.example", In_Reply_To=last),
        "zoe@stranger.example",
    )
    assert fields(place) == {}
    place.receive(mail("Out of office: order HB-4", Auto_Submitted="auto-replied"))
    place.answer(BEN, "#spam")
    place.answer(KIM, "order HB-55555")
    assert fields(place) == {}


def test_history_says_what_filled_it_and_the_link_is_shown(place: Place) -> None:
    place.receive(mail("order HB-12345"))
    (line,) = place.rows("history", what="fields.order")
    assert line.rule == "desk.yaml custom_fields order"
    assert line.detail == {"from": "", "to": "HB-12345"}
    (letter,) = place.letters(BEN)
    link = "https://shop.example/orders/HB-12345"
    assert f"Order HB-12345 {link}" in words(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert f'href="{link}"' in html.get_content()
    assert link not in "".join(str(one) for one in place.letters(KIM))
    place.answer(BEN, "#show")
    assert link in words(place.letters(BEN)[-1])
    done = CliRunner().invoke(APP, ["ticket", "show", "1", "--json", "--desk", str(place.folder)])
    assert json.loads(done.stdout)["field_links"] == {"order": link}
    done = CliRunner().invoke(APP, ["ticket", "show", "1", "--desk", str(place.folder)])
    assert f"order: HB-12345  {link}" in done.stdout.replace("\n", " ")


def test_tickets_that_are_linked_are_named(place: Place) -> None:
    place.receive(mail("It came broken."))
    place.receive(mail("It is broken again."))
    place.answer(BEN, "#link TKT-0001\n")
    place.answer(BEN, "#follow carla\n#note Look.")
    shown = words(place.letters("carla@desk.example")[-1])
    assert "Verknüpft mit TKT-0001" in shown
    assert "Folgen Carla" in shown
