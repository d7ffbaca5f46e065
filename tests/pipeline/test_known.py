"""What is known of a customer elsewhere stands in the mails of agents, and in nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from maildesk import cli
from tests.pipeline.place import Place, mail, words
from tests.servers.web import Page, Web

BEN, KIM = "ben@desk.example", "kim@customer.example"
ROWS = """\
email,plan,note
kim@customer.example,Gold,<b>"secret"</b> {{ 7 * 7 }}
@elsewhere.example,Basic,
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "desk")
    yield made
    made.services.db.close()


def html(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_rows_of_contacts_csv_are_shown_to_agents_as_text(place: Place) -> None:
    (place.folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail("It jams."))
    shown = words(place.letters(BEN)[-1])
    assert 'Known of this customer: plan: Gold note: <b>"secret"</b> {{ 7 * 7 }}' in shown
    assert "&lt;b&gt;" in html(place, BEN)
    place.answer(BEN, "#show")
    assert "Known of this customer: plan: Gold" in words(place.letters(BEN)[-1])
    assert "secret" in html(place, BEN)
    place.answer(BEN, "Pull the paper out.")
    assert not [one for one in place.letters(KIM) if "secret" in str(one) or "Gold" in str(one)]


def test_a_domain_has_a_row_and_a_stranger_none(place: Place) -> None:
    (place.folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    place.services.keeper.reload_now()
    place.receive(mail("It jams.", From="sam@elsewhere.example"), "sam@elsewhere.example")
    assert "plan: Basic" in words(place.letters(BEN)[-1])
    place.receive(mail("Me too.", From="zoe@stranger.example"), "zoe@stranger.example")
    assert "Known of" not in words(place.letters(BEN)[-1])


def test_a_command_that_names_the_customer_says_what_is_known_of_them(place: Place) -> None:
    (place.folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    place.services.keeper.reload_now()
    place.receive(mail("It jams.", From="zoe@stranger.example"), "zoe@stranger.example")
    place.answer(BEN, "#priority high")
    assert "Known of" not in words(place.letters(BEN)[-1])
    place.answer(BEN, f"#customer {KIM}")
    assert "Known of this customer: plan: Gold" in words(place.letters(BEN)[-1])


def test_who_a_customer_is_says_what_is_known_of_them(place: Place) -> None:
    (place.folder / "contacts.csv").write_text(ROWS, encoding="utf-8")
    place.services.keeper.reload_now()
    place.receive(mail("It jams."))
    place.answer(BEN, f"#customer {KIM}?")
    assert "Known of this customer: plan: Gold" in words(place.letters(BEN)[-1])


def test_check_names_bad_rows_and_they_are_no_mistake(place: Place) -> None:
    text = ROWS + "nobody,x,\n" * 30
    (place.folder / "contacts.csv").write_text(text, encoding="utf-8")
    if not cli.app.registered_groups:
        cli._register()
    done = CliRunner().invoke(cli.app, ["check", "--desk", str(place.folder)])
    assert done.exit_code == 0, done.output
    assert "contacts.csv:4: no address, and no @domain" in done.output
    assert "contacts.csv: 10 more rows" in done.output


def test_another_system_is_asked_before_the_notification_which_goes_out_in_any_case(
    place: Place, tmp_path: Path
) -> None:
    web = Web(tmp_path / "crm", "localhost")
    try:
        web.pages["localhost/c"] = Page(b'{"plan": "Gold"}')
        file = place.folder / "desk.yaml"
        lines = f"""
context:
  url: 'https://localhost:{web.port}/c?email={{{{ address }}}}'
  private_network: yes
  timeout: 10s
  ca_file: {web.certificate.certificate}
"""
        file.write_text(file.read_text(encoding="utf-8") + lines, encoding="utf-8")
        assert place.services.keeper.reload_now()
        place.receive(mail("It jams."))
        assert web.asked == ["localhost/c?email=kim%40customer.example"]
        assert "Known of this customer: plan: Gold" in words(place.letters(BEN)[-1])
        web.pages["localhost/c"] = Page(b"<html>", 500)
        place.receive(mail("Me too.", From="sam@elsewhere.example"), "sam@elsewhere.example")
        assert "Known of" not in words(place.letters(BEN)[-1])
        place.later(2 * 3600)
        place.answer(KIM, "It still jams.")
        assert "plan: Gold" in words(place.letters(BEN)[-1])  # what it said last
    finally:
        place.services.contexts.wait()
        web.remove()
