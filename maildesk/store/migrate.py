"""Bring the tables to where this version needs them: at start, under a lock, by Alembic's
migrations."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import column, table

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.store.db import Database

HEAD = "0009"
_LOCK = 0x6D61696C  # "mail": the advisory lock of everybody who migrates


def migrate(db: Database) -> str:
    """The revision the tables were at before; "" for a new database.

    PermanentFailure where they are newer than this program or cannot hold every letter,
    TransientFailure where the database is away.
    """
    try:
        with db.engine.connect() as conn, _alone(conn, db):
            _check_encoding(conn, db)
            before = _revision(conn)
            if before != HEAD:
                if db.is_sqlite:
                    # all of it or nothing: half a schema could not be mended
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
                _upgrade(conn)
            conn.commit()
            return before
    except (OperationalError, PoolTimeout) as problem:
        raise TransientFailure(f"the database cannot be reached: {problem}") from problem


def is_current(db: Database) -> bool:
    """Whether the tables are there, as this version needs them. Changes nothing."""
    try:
        with db.engine.connect() as conn:
            return _revision(conn) == HEAD
    except (OperationalError, PoolTimeout) as problem:
        raise TransientFailure(f"the database cannot be reached: {problem}") from problem


def _check_encoding(conn: Connection, db: Database) -> None:
    """Mail comes in every alphabet. A database in another encoding would refuse some of it, or hand
    back bytes."""
    if db.is_sqlite:
        return
    encoding, name = conn.execute(
        text("SELECT current_setting('server_encoding'), current_database()")
    ).one()
    if encoding != "UTF8":
        advice = f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"
        raise PermanentFailure(
            f"the encoding of the database {name} is {encoding}; maildesk needs UTF8: {advice}"
        )


def _revision(conn: Connection) -> str:
    if not inspect(conn).has_table("alembic_version"):
        return ""
    return str(conn.execute(select(table("alembic_version", column("version_num")))).scalar() or "")


def _upgrade(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = conn
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise PermanentFailure(f"the database was made by a newer maildesk: {problem}") from problem


@contextmanager
def _alone(conn: Connection, db: Database) -> Iterator[None]:
    """Nobody else migrates meanwhile: an advisory lock, or a locked file beside the SQLite
    database."""
    if not db.is_sqlite:
        conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        try:
            yield
        finally:
            conn.rollback()
            conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            conn.commit()
        return
    name = db.engine.url.database
    if not name or name == ":memory:":
        yield
        return
    with Path(name + ".migrating").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
