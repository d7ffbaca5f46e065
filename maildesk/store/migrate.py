"""Bring the tables to where this version needs them: at start, under a lock, by Alembic's
migrations.

Theory of operation. A migration may be applied while processes of the version before still work:

* Each has a transaction of its own, and ends wholly or not at all. One that broke off is begun
  anew by the next start.
* PostgreSQL: whoever changes a table waits a second for its lock, and not longer
  (`lock_timeout`): everybody who asks for the table later waits behind them. Then they let the
  others go on and try again. Large indexes are built beside (`migrations.online`).
* SQLite has one writer at a time: the others wait for the transaction, up to their busy timeout,
  and then try again by themselves; their senders hear "later".
* A migration that the version before cannot live with says so in the database (`works_with` in
  `desk_state`). A process that finds tables newer than it knows goes on if they work with it. If
  not, it does not start, with exit code 2, after which no supervisor begins it again; one that
  runs takes nothing more and touches nothing (`look`), until it is restarted with its successor.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection, event, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql import column, table

from maildesk.errors import NewerTables, PermanentFailure, TransientFailure
from maildesk.store import desk_state
from maildesk.store.db import Database
from maildesk.store.desk import article_votes  # noqa: F401 - `metadata` knows it from there
from maildesk.store.relays import tables  # noqa: F401 - `metadata` knows them from there
from maildesk.store.secrets import (  # noqa: F401 - as above
    oauth_grants,
    page_codes,
    page_sessions,
    proved_networks,
    waiting_forms,
)

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0040"
PATIENCE = 600.0  # seconds for a lock of the tables, or until another process has migrated
_LOCK = 0x6D61696C  # "mail": the advisory lock of everybody who migrates
_LOCKED = "55P03"  # lock_not_available (postgresql.org/docs/current/errcodes-appendix.html)


def migrate(db: Database, *, to: str = HEAD, patience: float = PATIENCE) -> str:
    """The revision the tables were at before; "" for a new database.

    NewerTables where a newer program made them and this one cannot use them, PermanentFailure
    where they cannot hold every letter, TransientFailure where the database is away, or a lock was
    not to be had for `patience` seconds.
    """
    until = monotonic() + patience
    try:
        with db.engine.connect() as conn, _alone(conn, db, until):
            _check_encoding(conn, db)
            before = _revision(conn)
            conn.commit()
            if before != to and not _is_newer_but_fits(conn, before):
                _upgrade(conn, db, to, until)
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


def look(db: Database) -> str:
    """Why this program can no longer use the tables, in words; "" while it can.

    Then `db` is closed to it: whatever wants to read or write hears a TransientFailure with these
    words, so that mail waits where it is.
    """
    with db.read() as conn:
        now = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if now == HEAD:
            return ""
        try:
            _is_newer_but_fits(conn, str(now or ""))
        except NewerTables as problem:
            db.refuse(str(problem))
            return str(problem)
    return ""


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


def _is_newer_but_fits(conn: Connection, revision: str) -> bool:
    """Whether these tables are of a later version, but work with this one. NewerTables where they
    do not."""
    known = _known()
    if revision in known or not revision:
        return False
    wanted = desk_state.get(conn, "works_with")
    conn.rollback()
    if wanted in known:
        return True
    raise NewerTables(
        f"the database was made by a newer maildesk: its tables are at {revision}, this version "
        f"knows them up to {HEAD}. Start the newer version, or restore the backup from before it"
    )


def _known() -> frozenset[str]:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(conn: Connection, db: Database, to: str, until: float) -> None:
    """Each migration in a transaction of its own, from the first that is missing."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = conn
    if db.is_sqlite:
        event.listen(conn, "begin", _begin_to_write)
    else:
        conn.execute(text("SET lock_timeout = '1s'"))
        conn.commit()
    try:
        while True:
            try:
                command.upgrade(config, to)
                return
            except OperationalError as problem:
                conn.rollback()
                if getattr(problem.orig, "sqlstate", "") != _LOCKED or monotonic() > until:
                    raise
                sleep(0.5)  # who waited behind us goes on meanwhile
    finally:
        if db.is_sqlite:
            event.remove(conn, "begin", _begin_to_write)
        elif not conn.invalidated:
            conn.rollback()
            conn.execute(text("RESET lock_timeout"))
            conn.commit()


def _begin_to_write(conn: Connection) -> None:
    """All of a migration or nothing, and no reading in it that another's writing makes untrue."""
    conn.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _alone(conn: Connection, db: Database, until: float) -> Iterator[None]:
    """Nobody else migrates meanwhile: an advisory lock, or a locked file beside the SQLite
    database.

    Who waits for the lock asks again and again: a statement that waits is a transaction, and one
    that builds an index beside waits for every transaction.
    """
    if not db.is_sqlite:
        while not _has_lock(conn):
            if monotonic() > until:
                raise TransientFailure("another process has been changing the tables for too long")
            sleep(0.1)
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


def _has_lock(conn: Connection) -> bool:
    found = bool(conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar())
    conn.commit()
    return found
