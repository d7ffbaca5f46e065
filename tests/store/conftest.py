"""A migrated database of each kind: every test of this room runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.store.db import Database
from tests.servers.postgres import Postgres
from tests.store.filled import new_postgres, put_sqlite


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/desk.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables."""
    if request.param == "sqlite":
        put_sqlite(tmp_path / "desk.db")
        database = Database(f"sqlite:///{tmp_path}/desk.db")
        yield database
        database.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = new_postgres(server)
    database = Database(address)
    yield database
    database.close()
    server.drop_database(address)
