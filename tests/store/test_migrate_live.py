"""Migrations while the version before still works: its statements go through, nothing it wrote is
lost, and nobody waits for somebody who waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import JSON, Connection, MetaData, Table, create_engine, func, select, text

from maildesk.errors import TransientFailure
from maildesk.store.db import Database
from maildesk.store.migrate import HEAD, migrate
from tests.servers.process import NEVER
from tests.store.earlier import A_TICKET, at, insert
from tests.stories.running_desk import wait_until

BREAKS = "0010"  # names that the version before does not know
EARLIER = [f"{number:04d}" for number in range(1, int(BREAKS))]
FILLED = 100


class OldWriter:
    """A process of an earlier version: what it writes for a mail, in the columns of its time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        known = MetaData()
        known.reflect(db.engine, only=["tickets", "messages", "history", "timers", "outbox"])
        self._tables = known.tables
        self.written: list[int] = []
        self.waited = 0
        self.problem: BaseException | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to write; something is written when this returns."""
        self._thread.start()
        self.go_on()

    def go_on(self) -> None:
        """Something more is written when this returns."""
        there = len(self.written)
        wait_until(lambda: len(self.written) > there or self.problem is not None, "it writes")

    def stop(self) -> None:
        """Write no more."""
        self._stopping.set()
        self._thread.join(NEVER)

    def _run(self) -> None:
        number = FILLED
        while not self._stopping.is_set():
            number += 1
            try:
                with self._db.write() as conn:
                    self._mail(conn, number)
                self.written.append(number)
            except TransientFailure:  # as a worker does: the same again, a little later
                self.waited += 1
                number -= 1
            except BaseException as problem:
                self.problem = problem
                return

    def _mail(self, conn: Connection, number: int) -> None:
        """A ticket, its message, its history, a timer and a mail; and a change of an older one."""
        now: dict[str, Any] = at(self._db, "at")
        moment = now["at"]
        dated = {"created_at": moment, "updated_at": moment}
        self._add(conn, "tickets", A_TICKET | {"id": number, "reference": f"T-{number}"} | dated)
        about = {"ticket_id": number, "kind": "public", "what": "received", "at": moment}
        self._add(conn, "messages", about | {"message_id": f"{number}@old.example"})
        self._add(conn, "history", about)
        due = {"due_at": moment, "state": "due", "rings_at": moment}
        self._add(conn, "timers", about | due)
        once = {"once": f"{number}:acknowledgement", "recipient": "kim@x.example"}
        self._add(conn, "outbox", about | due | once | dated | {"message_id": f"o{number}"})
        older = self._tables["tickets"].c.id == number - FILLED
        change = self._tables["tickets"].update().where(older)
        conn.execute(change.values(status="closed", updated_at=moment))
        conn.execute(select(self._tables["tickets"]).where(older)).one()

    def _add(self, conn: Connection, name: str, values: dict[str, Any]) -> None:
        table = self._tables[name]
        conn.execute(table.insert(), {**_nothing(table), **_known(table, values)})


def _known(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    is_ours = {c.name: not isinstance(c.type, JSON) for c in table.c}
    return {name: value for name, value in values.items() if is_ours.get(name)}


def _nothing(table: Table) -> dict[str, Any]:
    """What stands in the columns that must hold something."""
    empty: dict[type[Any], Any] = {bool: False, int: 0, str: "", bytes: b""}
    wanted = (c for c in table.c if not c.nullable and c.server_default is None and c.name != "id")
    return {
        c.name: [] if isinstance(c.type, JSON) else empty.get(c.type.python_type, "")
        for c in wanted
    }


def filled(db: Database, revision: str) -> None:
    """A desk of that time with some hundred tickets."""
    migrate(db, to=revision)
    with db.write() as conn:
        for number in range(1, FILLED + 1):
            ticket = A_TICKET | at(db, "created_at", "updated_at")
            words = {"id": number, "reference": f"T-{number}", "subject": f"Paper jam {number}"}
            insert(conn, "tickets", ticket | words | {"requester_address": "kim@x.example"})
    if not db.is_sqlite:
        with db.write() as conn:
            conn.execute(text("SELECT setval('tickets_id_seq', 100000)"))


@contextmanager
def migrating(db: Database, **more: Any) -> Iterator[threading.Thread]:
    """Somebody who migrates meanwhile; at the end they must have come through."""
    found: list[object] = []

    def work() -> None:
        try:
            found.append(migrate(db, **more))
        except BaseException as problem:
            found.append(problem)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(NEVER)
    assert len(found) == 1
    assert isinstance(found[0], str), found[0]


@pytest.fixture
def empty(url: str) -> Iterator[Database]:
    made = Database(url)
    yield made
    made.close()


@pytest.mark.parametrize("revision", EARLIER[:-1])
def test_a_version_works_on_while_and_after_the_tables_are_changed(
    empty: Database, url: str, revision: str
) -> None:
    filled(empty, revision)
    old = Database(url)
    writer = OldWriter(old)
    writer.start()
    with migrating(empty, to=EARLIER[-1]):
        pass
    writer.go_on()
    writer.stop()
    assert writer.problem is None
    with empty.read() as conn:
        for table in ("tickets", "messages", "history", "timers", "outbox"):
            more = FILLED if table == "tickets" else 0
            count = conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert count == more + len(writer.written), table
        closed = text("SELECT count(*) FROM tickets WHERE status = 'closed'")
        assert conn.execute(closed).scalar_one() == min(
            len(writer.written), FILLED + len(writer.written)
        )
    old.close()


def test_a_version_that_is_broken_with_hears_not_now_and_leaves_nothing_half(
    empty: Database, url: str
) -> None:
    filled(empty, EARLIER[-1])
    old = Database(url)
    writer = OldWriter(old)
    writer.start()
    with migrating(empty):
        pass
    wait_until(
        lambda: writer.waited > 0 or writer.problem is not None, "it hears that it must wait"
    )
    count = len(writer.written)
    wait_until(lambda: writer.waited > 3 or writer.problem is not None, "it tries again")
    writer.stop()
    assert writer.problem is None
    assert len(writer.written) == count
    with empty.read() as conn:
        for table in ("messages", "history", "timers", "outbox"):
            found = conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            assert found == count, table
        keys = text("SELECT count(*) FROM outbox WHERE idempotency_key LIKE '%acknowledgement'")
        assert conn.execute(keys).scalar_one() == count
    old.close()


def test_nobody_waits_behind_a_migration_that_waits_for_a_long_transaction(
    postgres_url: str,
) -> None:
    db = Database(postgres_url)
    filled(db, "0007")
    engine = create_engine(postgres_url)
    with engine.connect() as long:
        long.execute(text("SELECT count(*) FROM tickets"))  # a backup, a report: it keeps reading
        with migrating(db) as migration:
            waits = text(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
            )
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as here:
                wait_until(lambda: here.execute(waits).scalar_one() > 0, "it waits for its lock")
                for number in range(3):
                    here.execute(text("UPDATE tickets SET spent = :n WHERE id = 1"), {"n": number})
            assert migration.is_alive()
            long.rollback()
    engine.dispose()
    assert migrate(db) == HEAD
    db.close()


def test_a_lock_that_is_never_given_is_said_in_words_and_leaves_the_tables_as_they_were(
    postgres_url: str,
) -> None:
    db = Database(postgres_url)
    migrate(db, to="0007")
    engine = create_engine(postgres_url)
    with engine.connect() as long:
        long.execute(text("SELECT count(*) FROM tickets"))
        with pytest.raises(TransientFailure, match="lock timeout"):
            migrate(db, patience=0)
    engine.dispose()
    assert migrate(db) == "0007"
    db.close()


def test_a_large_index_is_built_beside_while_everybody_writes(postgres_url: str) -> None:
    db = Database(postgres_url)
    filled(db, BREAKS)
    engine = create_engine(postgres_url)
    builds = text("SELECT count(*) FROM pg_stat_progress_create_index")
    with engine.connect() as long:
        long.execute(text("UPDATE tickets SET spent = 1 WHERE id = 1"))
        with migrating(db):
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as here:
                wait_until(lambda: here.execute(builds).scalar_one() > 0, "the index is built")
                here.execute(text("UPDATE tickets SET spent = 2 WHERE id > 1"))
            long.commit()
    found = select(func.count()).select_from(text("pg_index")).where(text("NOT indisvalid"))
    with engine.connect() as conn:
        assert conn.execute(found).scalar_one() == 0
        names = conn.execute(text("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%fresh'"))
        assert names.all() == []
    engine.dispose()
    db.close()


def test_an_index_that_was_left_half_built_is_built_anew(postgres_url: str) -> None:
    db = Database(postgres_url)
    filled(db, BREAKS)
    with db.write() as conn:
        conn.execute(text("CREATE INDEX ix_tickets_updated_fresh ON tickets (id)"))
    migrate(db)
    with db.read() as conn:
        found = conn.execute(
            text("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'ix_tickets_updated%'")
        )
        (definition,) = (row.indexdef for row in found)
    assert "(updated_at, id, merged_into" in definition
    db.close()
