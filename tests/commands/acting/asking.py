"""`maildesk ticket …`, as somebody at the machine types it."""

from __future__ import annotations

import typer
from typer.testing import CliRunner, Result

from maildesk.commands import tickets
from tests.pipeline.place import Place

KIM, BEN = "kim@customer.example", "ben@desk.example"
APP = typer.Typer()
APP.add_typer(tickets.app, name="ticket")


def ask(place: Place, *words: str, given: str | None = None) -> Result:
    """What these words behind `maildesk ticket` come to; `given`: standard input."""
    return CliRunner().invoke(APP, ["ticket", *words, "--desk", str(place.folder)], input=given)


def statuses(place: Place) -> list[str]:
    """How the tickets stand, in their order."""
    return [row.status for row in place.rows("tickets")]
