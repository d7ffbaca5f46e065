"""A place to work at, on SQLite; `both` on PostgreSQL as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.config.settings import Relay as RelaySettings
from tests.pipeline.place import SQLITE, Place
from tests.servers.postgres import Postgres
from tests.servers.relay import Relay
from tests.store.filled import new_postgres


@pytest.fixture
def place(tmp_path: Path, relay: Relay) -> Iterator[Place]:
    """The example desk, at ten on a Friday, with a relay."""
    made = Place(tmp_path / "desk", relay=RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.look_for_leaks()
    made.services.db.close()


@pytest.fixture
def filled_url(postgres: Postgres) -> Iterator[str]:
    """A database of a PostgreSQL, with its tables."""
    url = new_postgres(postgres)
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path, relay: Relay) -> Iterator[Place]:
    """The same, on either database."""
    url = SQLITE if request.param == "sqlite" else str(request.getfixturevalue("filled_url"))
    made = Place(tmp_path / "desk", url, RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.look_for_leaks()
    made.services.db.close()


@pytest.fixture
def postgres_place(tmp_path: Path, relay: Relay, filled_url: str) -> Iterator[Place]:
    """The same on PostgreSQL, whose server may go while we live on."""
    made = Place(tmp_path / "desk", filled_url, RelaySettings(host=relay.host, port=relay.port))
    yield made
    made.services.db.close()
