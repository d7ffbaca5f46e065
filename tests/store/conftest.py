"""A migrated database of each kind: every test of this room runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.store.db import Database
from maildesk.store.migrate import migrate
from tests.servers.postgres import Postgres


def _fill(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()


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
        database = Database(f"sqlite:///{tmp_path}/desk.db")
        migrate(database)
        yield database
        database.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    server.add_template("maildesk", _fill)
    address = server.new_database("maildesk")
    database = Database(address)
    yield database
    database.close()
    server.drop_database(address)
