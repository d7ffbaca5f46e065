"""One database, SQLite or PostgreSQL: connections, transactions, and what a commit promises.

SQLite: WAL, foreign keys, synchronous=FULL (a 250 is a promise), writers begin
IMMEDIATE and queue on a lock of this process, so that nobody polls the file and
"database is locked" is left to other processes. PostgreSQL: as it comes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from maildesk.errors import TransientFailure

# Time may mend these. The hot path runs on the driver's own cursor, whose errors are the driver's.
AWAY: tuple[type[Exception], ...] = (OperationalError, PoolTimeout, sqlite3.OperationalError)


class Database:
    """The way in for everybody in this process. Create it after a fork, never before."""

    def __init__(self, url: str, *, desk: Path | None = None, pool: int = 12) -> None:
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        if self.is_sqlite and address.database:
            path = (desk or Path()) / address.database
            path.parent.mkdir(parents=True, exist_ok=True)
            address = address.set(database=str(path))
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        self._away = AWAY if self.is_sqlite else (*AWAY, _psycopg_away())
        self._write_lock = threading.Lock()
        self.engine = _engine(address.render_as_string(hide_password=False), self.is_sqlite, pool)
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT") if not self.is_sqlite else self.engine

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction, committed at the end. TransientFailure where the database is away or full.

        One that is not `durable` outlives the process but perhaps not a power failure, and waits for no
        disk: for claims and for what is merely done again, never for what somebody was promised.
        """
        try:
            if not self.is_sqlite:
                with self.engine.begin() as conn:
                    if not durable:
                        conn.exec_driver_sql("SET LOCAL synchronous_commit = off")
                    yield conn
                return
            with self._write_lock, self.engine.connect() as conn:
                raw: Any = conn.connection
                raw.execute("PRAGMA synchronous=FULL" if durable else "PRAGMA synchronous=NORMAL")
                raw.execute("BEGIN IMMEDIATE")
                try:
                    yield conn
                except BaseException:
                    with suppress(sqlite3.OperationalError):  # a full disk has rolled it back already
                        raw.execute("ROLLBACK")
                    raise
                raw.execute("COMMIT")
        except self._away as problem:
            raise TransientFailure(_words(problem)) from problem

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking; each statement sees what is committed then."""
        try:
            with self._reader.connect() as conn:
                yield conn
        except self._away as problem:
            raise TransientFailure(_words(problem)) from problem

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _psycopg_away() -> type[Exception]:
    """What psycopg raises where the server is away; a desk on SQLite never loads it."""
    from psycopg import OperationalError as Away

    return Away


def without_password(url: str) -> str:
    """The database's URL as people may read it."""
    return make_url(url).render_as_string(hide_password=True)


def _engine(url: str, is_sqlite: bool, pool: int) -> Engine:
    if not is_sqlite:
        engine = create_engine(url, pool_size=pool, max_overflow=4, pool_timeout=15, pool_pre_ping=False, pool_recycle=1800)
        event.listen(engine, "connect", _let_nobody_sleep_on_locks)
        return engine
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=4,
        pool_timeout=15,
        connect_args={"check_same_thread": False, "timeout": 15, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def configure(raw: object, _entry: ConnectionPoolEntry) -> None:
        cursor = raw.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000", "cache_size=-8000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _let_nobody_sleep_on_locks(raw: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """A worker that froze in a transaction, or whose machine lost its power, keeps its locks for seconds, not hours."""
    cursor = raw.cursor()
    cursor.execute("SET idle_in_transaction_session_timeout = '8s'")
    cursor.close()
    raw.commit()


def _words(problem: Exception) -> str:
    origin = problem.orig if isinstance(problem, DBAPIError) else problem
    return str(origin).splitlines()[0] if str(origin) else type(origin).__name__
