"""A database as an earlier version left it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from maildesk.store import migrate
from maildesk.store.db import Database

A_TICKET: dict[str, object] = {
    **dict.fromkeys(
        (
            "subject",
            "status",
            "priority",
            "type",
            "category",
            "queue",
            "channel",
            "requester_address",
        ),
        "",
    ),
    **dict.fromkeys(
        ("requester_name", "organisation", "tier", "address", "language", "assignee"), ""
    ),
    **dict.fromkeys(("resolution", "comment", "follows"), ""),
    **{
        "id": 1,
        "labels": "[]",
        "fields": "{}",
        "spent": 0,
        "message_count": 0,
        "surveyed": False,
        "archived": False,
    },
}


def as_of(conn: Connection, revision: str) -> None:
    """The tables as they were at this revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def at(db: Database, *names: str) -> dict[str, object]:
    """A moment for each of these columns."""
    return {name: 5 if db.is_sqlite else datetime(2026, 11, 20, tzinfo=UTC) for name in names}


def insert(conn: Connection, table: str, row: dict[str, object]) -> None:
    """A row in the words of the database, whatever the schema of today is."""
    conn.execute(
        text(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES "
            f"({', '.join(f':{name}' for name in row)})"
        ),
        row,
    )
