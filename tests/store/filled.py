"""Databases with their tables, made once and then copied: to make them costs
more than most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from maildesk.store.db import Database
from maildesk.store.migrate import migrate
from tests.servers.postgres import Postgres


def fill(url: str) -> None:
    """Make the tables, and leave no connection open."""
    database = Database(url)
    migrate(database)
    database.close()


def put_sqlite(file: Path) -> None:
    """A new desk's database, where there is none."""
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.touch(0o600)
        file.write_bytes(_sqlite())


def new_postgres(server: Postgres) -> str:
    """The URL of a new database with its tables."""
    server.add_template("maildesk", fill)
    return server.new_database("maildesk")


@cache
def _sqlite() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        fill(f"sqlite:///{file}")
        assert not file.with_name("desk.db-wal").exists(), "all of its log is in it"
        return file.read_bytes()
