"""A place to work at, on SQLite; `both` on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.config.settings import Relay as RelaySettings
from tests.pipeline.place import Place
from tests.servers.relay import Relay


@pytest.fixture
def place(tmp_path: Path, relay: Relay) -> Iterator[Place]:
    """The example desk, at ten on a Friday, with a relay."""
    made = Place(tmp_path / "desk", relay=RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.look_for_leaks()
    made.services.db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path, relay: Relay) -> Iterator[Place]:
    """The same, on either database."""
    url = "sqlite:///var/maildesk.sqlite" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    made = Place(tmp_path / "desk", url, RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.look_for_leaks()
    made.services.db.close()


@pytest.fixture
def postgres_place(tmp_path: Path, relay: Relay, postgres_url: str) -> Iterator[Place]:
    """The same on PostgreSQL, whose server may go while we live on."""
    made = Place(tmp_path / "desk", postgres_url, RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.services.db.close()
