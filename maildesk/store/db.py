"""One database, SQLite or PostgreSQL: connections, transactions, and what a commit promises.

Theory of operation. The caller chooses what has to outlive what:

                           SQLite                            PostgreSQL
    write()                on the disk before it returns     as the server has it: on its disk
    write(durable=False)   outlives this process, not a      outlives this process; a crash of the
                           power failure                     server forgets the last moments
    autocommit()           as write(durable=False)           the same, each statement by itself
    read()                 each statement sees what is committed at that time

`write()` is for what somebody was promised: the 250 of a mail (RFC 5321, 6.1), a ticket. The
others are for what is merely done again: claims, leases, counts.

SQLite: WAL, foreign keys. Writers of this process queue on a lock of our own and begin IMMEDIATE:
nobody polls the file, and "database is locked" is left to other processes. SQLite itself syncs
nothing at a commit (synchronous=NORMAL); we sync its log afterwards, when the next writer has been
let in already. That is all that differs from synchronous=FULL
(sqlite.org/pragma.html#pragma_synchronous): no `write()` returns before its own sync is over.

PostgreSQL: two pools, the second with synchronous_commit=off. The server may crash, or a standby
take its place, while we live on. `losses` goes up whenever that may have happened; who keeps in
memory what was written last (`pipeline.outcomes`) compares it and writes that again. SQLite's log
is lost with the machine alone, and then so are we (`dies_alone`).

Where the database is away or full, all of them raise TransientFailure, whatever the driver said.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from maildesk.disk import FULL_SYNC, sync_file, sync_folder
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
            _make_private(path)
            address = address.set(database=str(path))
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        self.log = Path(f"{address.database}-wal") if self.is_sqlite and address.database else None
        self._away = AWAY if self.is_sqlite else (*AWAY, *_psycopg_away())
        self._refused = ""  # why nobody of this process may use it any more
        self._synced = 0  # the inode of the log whose name in the folder is on the disk, too
        self._write_lock = threading.Lock()
        given = address.render_as_string(hide_password=False)
        # a server may crash and we live on; SQLite's log is lost with the machine, and so are we
        self.dies_alone = not self.is_sqlite
        # goes up when a connection was lost or another server answers: what was
        # written last may be gone
        self.losses = 0
        self._server = ""
        self.engine = relaxed = _engine(given, self.is_sqlite, pool)
        reader = autocommit = self.engine
        if not self.is_sqlite:
            relaxed = _engine(given, self.is_sqlite, pool)
            for engine in (self.engine, relaxed):
                event.listen(engine, "connect", self._meet)
                event.listen(engine, "handle_error", self._on_error)
            event.listen(relaxed, "connect", _wait_for_no_disk)
            reader, autocommit = (
                one.execution_options(isolation_level="AUTOCOMMIT")
                for one in (self.engine, relaxed)
            )
        engines = (self.engine, relaxed, autocommit, reader)
        self._writers, self._relaxed, self._autocommit, self._readers = (
            _ConnectionCache(engine, self) for engine in engines
        )

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction, committed at the end. TransientFailure where the database is away or full.

        One that is not `durable` outlives the process but perhaps not a power failure, and
        waits for no disk: for claims and for what is merely done again, never for what
        somebody was promised.
        """
        try:
            if not self.is_sqlite:
                with (self._writers if durable else self._relaxed).one() as conn, conn.begin():
                    yield conn
                return
            # Always the same connection: what it has read of the file stays good for its next
            # transaction.
            with self._write_lock, self._writers.one() as conn:
                raw: Any = conn.connection
                raw.execute("BEGIN IMMEDIATE")
                try:
                    yield conn
                except BaseException:
                    # a full disk has rolled it back already
                    with suppress(sqlite3.OperationalError):
                        raw.execute("ROLLBACK")
                    raise
                raw.execute("COMMIT")
            if durable and self.log is not None:
                self._synced = _sync(self.log, self._synced)
        except self._away as problem:
            raise TransientFailure(_words(problem)) from problem

    @contextmanager
    def autocommit(self, *, durable: bool = False) -> Iterator[Connection]:
        """For statements that stand each for itself, and that are merely done again after a power
        failure: claims.

        PostgreSQL commits them one by one, without the two journeys of a transaction; SQLite all
        together, as `write` does. What is `durable` a server that crashes does not forget: we live
        on, and have done what it says. SQLite dies with us.
        """
        lent = self._readers if durable else self._autocommit
        try:
            with self.write(durable=False) if self.is_sqlite else lent.one() as conn:
                yield conn
        except self._away as problem:
            raise TransientFailure(_words(problem)) from problem

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking; each statement sees what is committed then."""
        try:
            with self._readers.one() as conn:
                yield conn
        except self._away as problem:
            raise TransientFailure(_words(problem)) from problem

    def refuse(self, why: str) -> None:
        """From now on whoever wants to read or write hears a TransientFailure with these words."""
        self._refused = why

    def check(self) -> None:
        """TransientFailure where it is refused."""
        if self._refused:
            raise TransientFailure(self._refused)

    def look(self) -> None:
        """See whether the database is still there; TransientFailure where it is not."""
        with self.read() as conn:
            conn.exec_driver_sql("SELECT 1")

    def lose(self) -> None:
        """A connection was lost, and with it perhaps what was written last."""
        self.losses += 1

    def _on_error(self, context: ExceptionContext) -> None:
        """Also of a connection that had died while nobody used it."""
        if context.is_disconnect:
            self.lose()
        if isinstance(problem := context.original_exception, self._away[4:]):
            raise TransientFailure(_words(problem)) from problem

    def _meet(self, raw: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        """A new connection: is it to the server that we knew, and has that been running since? A
        standby is none for us.

        After a fail-over the name may lead to one for a while. Whoever stayed with it would never
        write again.
        """
        cursor = raw.cursor()
        cursor.execute("SELECT pg_postmaster_start_time()::text, pg_is_in_recovery()")
        server, is_standby = cursor.fetchone() or ("", False)
        cursor.close()
        raw.commit()
        if is_standby:
            raise _psycopg_away()[0]("this server is a standby, which takes no changes")
        if self._server not in ("", server):
            self.lose()
        self._server = server

    def close(self) -> None:
        """Give the connections back."""
        for lent in (self._writers, self._relaxed, self._autocommit, self._readers):
            lent.close()
        self.engine.dispose()


def _make_private(path: Path) -> None:
    """A new database is its owner's alone: it holds everybody's mail. SQLite gives its log and the
    rest the same rights."""
    with suppress(OSError):  # connecting says better what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))


class _ConnectionCache:
    """Connections between two uses stay checked out: to ask the pool for one costs as much as the
    query it is wanted for."""

    def __init__(self, engine: Engine, db: Database) -> None:
        self._engine, self._db = engine, db
        self._losses = db.losses
        self._idle: list[Connection] = []
        self._is_closed = False

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection for this block. Where anything goes wrong none is used again: the server may
        have been restarted."""
        self._db.check()
        # one was lost: the pool asks each of these before it is used again
        if self._losses != self._db.losses:
            self._losses = self._db.losses
            self._give_back()
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = self._engine.connect()
        try:
            yield conn
            # SQLAlchemy's own notion of one, which begins with the first statement
            if conn.in_transaction():
                conn.rollback()
        except BaseException:
            # psycopg saw its end
            if not conn.invalidated and getattr(conn.connection.dbapi_connection, "closed", False):
                self._db.lose()
            conn.close()
            self._give_back()
            raise
        self._idle.append(conn)
        if self._is_closed:
            self._give_back()

    def close(self) -> None:
        """Give back what is not in use, and later what is."""
        self._is_closed = True
        self._give_back()

    def _give_back(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


def _sync(log: Path, known: int) -> int:
    """The write-ahead log as it is now is on the disk, and so is its name where it is not the
    `known` one; its inode.

    Opened anew each time: SQLite may have begun another file.
    """
    try:
        opened = os.open(log, os.O_RDONLY)
        try:
            sync_file(opened)
            inode = os.fstat(opened).st_ino
        finally:
            os.close(opened)
        if inode != known:
            sync_folder(log.parent)
        return inode
    except FileNotFoundError:  # there is none, see `configure`
        return 0
    except OSError as problem:
        raise TransientFailure(
            f"the database's log cannot be synced: {problem.strerror}"
        ) from problem


def _psycopg_away() -> tuple[type[Exception], ...]:
    """What psycopg raises where the server is away, and where the tables are no longer those that
    we know, as a newer version of this program leaves them. A desk on SQLite never loads it."""
    from psycopg import OperationalError as Away
    from psycopg.errors import UndefinedColumn, UndefinedTable

    return Away, UndefinedColumn, UndefinedTable


def without_password(url: str) -> str:
    """The database's URL as people may read it."""
    return make_url(url).render_as_string(hide_password=True)


def _engine(url: str, is_sqlite: bool, pool: int) -> Engine:
    """An engine with room for `pool` threads that all read and all write: what is lent for one is
    not there for the other."""
    if not is_sqlite:
        engine = create_engine(
            url,
            pool_size=pool,
            max_overflow=pool + 4,
            pool_timeout=15,
            pool_pre_ping=True,
            pool_recycle=1800,
            client_encoding="utf8",  # whatever the server prefers
        )
        event.listen(engine, "connect", _let_nobody_sleep_on_locks)
        return engine
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=pool + 4,
        pool_timeout=15,
        connect_args={"check_same_thread": False, "timeout": 15, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def configure(raw: object, _entry: ConnectionPoolEntry) -> None:
        cursor = raw.cursor()  # type: ignore[attr-defined]
        mode = _with_a_log(cursor)
        # a file system that can have no log is synced by SQLite itself
        sync = "NORMAL" if mode == "wal" else "FULL"
        full = ("fullfsync=ON",) if FULL_SYNC is not None else ()  # as in `maildesk.disk`
        for pragma in (
            *full,
            f"synchronous={sync}",
            "foreign_keys=ON",
            "busy_timeout=15000",
            # for each of some twenty connections; what it has not, the system's cache has
            "cache_size=-2000",
            "secure_delete=ON",  # what is deleted is not left lying in the file
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _with_a_log(cursor: sqlite3.Cursor, seconds: float = 15) -> str:
    """The journal mode of a database that was asked for WAL: "wal" wherever its file
    system can have one.

    Several processes may open a new desk at once. SQLite refuses the change while anybody else
    writes, and does not wait as it does elsewhere (sqlite.org/c3ref/busy_handler.html), so we do.
    """
    until = monotonic() + seconds
    while True:
        try:
            return str(cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0])
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(0.01)


def _let_nobody_sleep_on_locks(raw: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """A worker that froze in a transaction, or whose machine lost its power, keeps its locks for
    seconds, not hours."""
    cursor = raw.cursor()
    cursor.execute("SET idle_in_transaction_session_timeout = '8s'")
    cursor.close()
    raw.commit()


def _wait_for_no_disk(raw: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = raw.cursor()
    cursor.execute("SET synchronous_commit = off")
    cursor.close()
    raw.commit()


# SQLite's "disk I/O error" where a file may not become larger: of the system's words for that it
# knows ENOSPC alone, and not EDQUOT and EFBIG; and it says the same where its index of the log
# (-shm) finds no room (sqlite.org/rescode.html).
_NO_ROOM = frozenset(
    (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE)
)
_DISK_FULL = "53100"  # PostgreSQL's own words for it are in the language of the server


# SQLAlchemy's word to programmers
_BACKGROUND = re.compile(r"\s*\(Background on this error at: \S+\)")


def _words(problem: Exception) -> str:
    origin = problem.orig if isinstance(problem, DBAPIError) else problem
    if (
        getattr(origin, "sqlite_errorcode", None) in _NO_ROOM
        or getattr(origin, "sqlstate", None) == _DISK_FULL
    ):
        return "database or disk is full"
    return (
        _BACKGROUND.sub("", str(origin).splitlines()[0]) if str(origin) else type(origin).__name__
    )
