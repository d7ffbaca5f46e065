"""`maildesk ticket also`, `maildesk contacts`, and what `maildesk ticket show` says of a customer's
other addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from maildesk.commands import lists, tickets
from tests.pipeline.place import Place, mail

APP = typer.Typer()
APP.add_typer(tickets.app, name="ticket")
APP.command("contacts")(lists.contacts)
OLD, NEW = "eva@lund.example", "eva@home.example"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A desk with a ticket of Eva's."""
    made = Place(tmp_path / "desk")
    made.receive(mail("It is broken.", From=f"Eva Lund <{OLD}>"), OLD)
    yield made
    made.services.db.close()


def ask(place: Place, *words: str) -> str:
    done = CliRunner().invoke(APP, [*words, "--desk", str(place.folder)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_an_address_is_joined_shown_listed_and_taken_out(place: Place) -> None:
    assert "No addresses were learnt." in ask(place, "contacts")
    assert "TKT-0001: done" in ask(place, "ticket", "also", "1", f"+{NEW}")
    assert f"also {NEW}" in ask(place, "ticket", "show", "1")
    listed = [line.split() for line in ask(place, "contacts").splitlines()[1:]]
    assert [line[:3] for line in listed] == [[OLD, OLD, "first"], [OLD, NEW, "agent"]]
    assert all("TKT-0001" in line for line in listed)
    ask(place, "ticket", "also", "1", f"-{NEW}")
    assert "No addresses were learnt." in ask(place, "contacts")
    assert "also" not in ask(place, "ticket", "show", "1").split("\n")[2]


def test_one_of_desk_yaml_is_shown_too(place: Place) -> None:
    file = place.folder / "desk.yaml"
    line = f"contacts:\n  - {{addresses: [{OLD}, {NEW}], tier: vip}}\n"
    file.write_text(file.read_text(encoding="utf-8").replace("contacts:\n", line, 1), "utf-8")
    assert f"also {NEW}" in ask(place, "ticket", "show", "1")
