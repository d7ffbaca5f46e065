"""`maildesk agents`: who answers, and the admin's way to kill a leaked reply address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maildesk.commands import agents
from tests.pipeline.place import Place, mail


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "desk")
    made.receive(mail())
    yield made
    made.station.db.close()


def ask(place: Place, *words: str) -> Result:
    return CliRunner().invoke(agents.app, [*words, "--desk", str(place.folder)])


def test_an_admin_kills_an_agents_addresses_and_sees_when(place: Place) -> None:
    assert [row["renewed_at"] for row in json.loads(ask(place, "list", "--json").stdout)] == [None, None, None]
    renewed = ask(place, "renew", "ben")
    assert (renewed.exit_code, "ben@desk.example" in renewed.stdout) == (0, True)
    leaked = place.answer("ben@desk.example", "Send me your password.")
    assert leaked.outcome == "held renewed"
    rows = {row["address"]: row["renewed_at"] for row in json.loads(ask(place, "list", "--json").stdout)}
    assert [address for address, at in rows.items() if at] == ["ben@desk.example"]


def test_nobody_is_renewed_where_nobody_is_meant(place: Place) -> None:
    wrong = ask(place, "renew", "mallory")
    assert wrong.exit_code == 2
    assert "there is no agent mallory; there are ana@desk.example" in wrong.stderr
