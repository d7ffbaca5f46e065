"""A provider, a clock that both sides share, and a desk's settings that point there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.store.db import Database
from tests.oauth.place import Place
from tests.servers.clock import Clock
from tests.servers.postgres import Postgres
from tests.servers.provider import Provider
from tests.store.filled import new_postgres, put_sqlite


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    server = Provider(clock)
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables."""
    if request.param == "sqlite":
        put_sqlite(tmp_path / "var" / "desk.db")
        database = Database(f"sqlite:///{tmp_path}/var/desk.db")
        yield database
        database.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = new_postgres(server)
    database = Database(address)
    yield database
    database.close()
    server.drop_database(address)


@pytest.fixture
def place(db: Database, provider: Provider, clock: Clock, tmp_path: Path) -> Place:
    return Place(db, provider, clock, tmp_path)
