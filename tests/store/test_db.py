"""What a transaction promises on either database, and what is said when it cannot."""

from __future__ import annotations

import signal
import socket
import sqlite3
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from maildesk.errors import TransientFailure
from maildesk.store.db import Database, without_password
from maildesk.store.db import _words as db_words
from maildesk.store.schema import suppressed
from tests.servers.postgres import Postgres
from tests.store.rows import NOW, at_once


def add(db: Database, address: str) -> None:
    with db.write() as conn:
        conn.execute(insert(suppressed), {"address": address, "until": NOW, "why": "test"})


def count(db: Database) -> int:
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(suppressed)).scalar_one()


def test_what_is_committed_is_there_and_what_failed_is_not(db: Database) -> None:
    add(db, "kept@y.example")
    with pytest.raises(LookupError), db.write() as conn:
        conn.execute(insert(suppressed), {"address": "lost@y.example", "until": NOW, "why": "test"})
        raise LookupError
    assert count(db) == 1
    add(db, "lost@y.example")
    assert count(db) == 2


def test_eight_writers_never_find_it_locked(db: Database) -> None:
    def many(number: int) -> None:
        for m in range(25):
            add(db, f"{number}.{m}@y.example")

    at_once(8, many)
    assert count(db) == 200


def test_a_reader_sees_what_is_committed_and_nothing_half_done(db: Database) -> None:
    with db.write() as conn:
        conn.execute(insert(suppressed), {"address": "x@y.example", "until": NOW, "why": "test"})
        assert count(db) == 0
    with db.read() as conn:
        before = conn.execute(select(func.count()).select_from(suppressed)).scalar_one()
        add(db, "z@y.example")
        assert (
            before,
            conn.execute(select(func.count()).select_from(suppressed)).scalar_one(),
        ) == (1, 2)


def test_times_come_back_as_they_went_in(db: Database) -> None:
    exact = NOW.replace(microsecond=123456)
    with db.write() as conn:
        conn.execute(insert(suppressed), {"address": "x@y.example", "until": exact, "why": "test"})
        found = conn.execute(select(suppressed.c.until)).scalar_one()
    assert found == exact
    assert found.utcoffset() == exact.utcoffset()


def test_a_sqlite_commit_reaches_the_disk(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/desk.db")
    with db.read() as conn:
        found = [
            conn.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 1, 1]  # SQLite leaves it to us to sync the log …
    with db.write() as conn:
        conn.execute(text("CREATE TABLE kept (x)"))
    assert db.log == tmp_path / "desk.db-wal"  # … which is this file
    assert b"CREATE TABLE kept" in db.log.read_bytes()
    db.close()


def test_whatever_words_a_database_has_for_a_full_disk_the_sender_hears_that_it_is(
    db: Database,
) -> None:
    problem: Exception = sqlite3.OperationalError("disk I/O error")
    if db.is_sqlite:
        problem.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE  # type: ignore[attr-defined]
    else:
        problem = psycopg.errors.DiskFull("auf dem Gerät ist kein Speicherplatz mehr verfügbar")
    with pytest.raises(TransientFailure, match=r"^database or disk is full$"), db.write():
        raise problem


def test_where_the_log_cannot_be_synced_nothing_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name has to be short
    db = Database(f"sqlite:///{tmp_path}/desk.db")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("log")
    db.log = Path("log")  # no system opens a socket as a file
    with pytest.raises(TransientFailure, match="cannot be synced"), db.write() as conn:
        conn.execute(text("CREATE TABLE promised (x)"))
    with db.write(durable=False) as conn:
        conn.execute(text("CREATE TABLE claimed (x)"))
    db.close()


def test_postgresql_commits_reach_the_disk(postgres_url: str) -> None:
    db = Database(postgres_url)
    with db.read() as conn:
        assert [
            conn.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("fsync", "synchronous_commit")
        ] == ["on", "on"]
    db.close()


def test_a_new_sqlite_database_waits_for_its_log_while_another_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE made (number INTEGER)")
    waited: list[float] = []

    def let_go(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr("maildesk.store.db.sleep", let_go)
    db = Database(f"sqlite:///{tmp_path}/desk.db")
    with db.read() as conn:
        assert conn.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert conn.execute(text("SELECT count(*) FROM made")).scalar_one() == 0
    assert len(waited) == 3
    db.close()
    other.close()


def test_a_relative_sqlite_path_lies_in_the_desk_folder(tmp_path: Path) -> None:
    db = Database("sqlite:///var/maildesk.db", desk=tmp_path)
    add_table = db.engine.url.database
    assert add_table == str(tmp_path / "var" / "maildesk.db")
    assert (tmp_path / "var").is_dir()
    db.close()


def test_a_new_database_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    db = Database("sqlite:///var/maildesk.db", desk=tmp_path)
    with db.write() as conn:
        conn.execute(text("CREATE TABLE mail (raw BLOB)"))
    assert {f.name: f.stat().st_mode & 0o077 for f in (tmp_path / "var").iterdir()} == {
        "maildesk.db": 0,
        "maildesk.db-shm": 0,
        "maildesk.db-wal": 0,
    }
    db.close()


def test_a_database_that_is_away_is_a_matter_of_time() -> None:
    db = Database("postgresql://maildesk@127.0.0.1:1/nothing")
    with pytest.raises(TransientFailure), db.write():
        raise AssertionError("there is no connection")
    with pytest.raises(TransientFailure), db.read():
        raise AssertionError("there is no connection")
    db.close()


def test_a_connection_that_was_cut_is_a_matter_of_time_and_the_next_one_works(
    postgres_url: str,
) -> None:
    db, other = Database(postgres_url), Database(postgres_url)
    with db.read():
        assert db.losses == 0
    with pytest.raises(TransientFailure), db.write() as conn:
        mine = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.write() as there:
            there.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        conn.execute(text("SELECT 1"))
    with db.write() as conn:
        assert conn.execute(text("SELECT 1")).scalar_one() == 1
    assert db.losses == 1
    db.close()
    other.close()


def test_connections_that_died_unused_are_noticed_at_the_next_use_and_an_error_of_ours_is_no_loss(
    postgres_url: str,
) -> None:
    db, other = Database(postgres_url), Database(postgres_url)
    with pytest.raises(LookupError), db.write():
        raise LookupError  # gives its connection back to the pool
    with pytest.raises(DBAPIError), db.write() as conn:
        conn.execute(text("SELEKT nonsense"))
    assert db.losses == 0
    with other.read() as there:
        mine = "pid <> pg_backend_pid() AND datname = current_database()"
        there.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
    with db.write() as conn:
        assert conn.execute(text("SELECT 1")).scalar_one() == 1
    assert db.losses > 0
    db.close()
    other.close()


def test_another_server_behind_the_same_name_is_noticed_with_the_first_connection_to_it(
    own_postgres: Postgres,
) -> None:
    url = own_postgres.new_database()
    db = Database(url)
    db.look()
    db.close()  # nothing is left that could be found dead
    own_postgres.restart(signal.SIGINT)
    db.look()
    assert db.losses == 1
    db.close()
    own_postgres.drop_database(url)


def test_a_standby_is_waited_for_until_it_is_promoted(own_postgres: Postgres) -> None:
    url = own_postgres.new_database()
    own_postgres.restart(signal.SIGINT, as_standby=True)
    db = Database(url)
    with pytest.raises(TransientFailure, match="standby"), db.write():
        raise AssertionError("nothing can be written there")
    own_postgres.promote()
    add_a_table(db)
    db.close()
    own_postgres.drop_database(url)


def add_a_table(db: Database) -> None:
    with db.write() as conn:
        conn.execute(text("CREATE TABLE kept (x int)"))


def test_as_many_may_read_and_write_as_there_are_threads(db: Database) -> None:
    def look_and_write(number: int) -> None:
        with db.read() as conn:
            conn.execute(text("SELECT 1"))
            together.wait(20)
        with db.write() as conn:
            if not db.is_sqlite:  # there a writer is alone anyway
                together.wait(20)
            conn.execute(
                insert(suppressed), {"address": f"{number}@y.example", "until": NOW, "why": "test"}
            )

    threads = 12  # the pool that a database has by itself
    together = Barrier(threads)
    at_once(threads, look_and_write)
    assert count(db) == threads


def test_two_that_wait_for_each_other_are_parted(db: Database) -> None:
    if db.is_sqlite:  # one writer at a time: there is nothing to wait for
        at_once(2, lambda n: add(db, f"{n}@y.example"))
        assert count(db) == 2
        return
    for address in ("a", "b"):
        add(db, address)

    def cross(number: int) -> str:
        first, second = ("a", "b") if number else ("b", "a")
        try:
            with db.write() as conn:
                for address in (first, second):
                    conn.execute(
                        text("UPDATE suppressed SET why = :why WHERE address = :a"),
                        {"why": str(number), "a": address},
                    )
                    conn.execute(text("SELECT pg_sleep(0.3)"))
        except TransientFailure as problem:
            return str(problem)
        return "done"

    outcomes = sorted(at_once(2, cross))
    assert outcomes == ["deadlock detected", "done"]


def test_a_full_sqlite_database_is_a_matter_of_time_and_works_again(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/desk.db", pool=1)
    with db.write() as conn:
        conn.execute(text("CREATE TABLE big (x BLOB)"))
    with db.write() as conn:  # it holds for the connection that writes
        conn.execute(text("PRAGMA max_page_count = 10"))
    with pytest.raises(TransientFailure, match="full"), db.write() as conn:
        conn.execute(text("INSERT INTO big VALUES (zeroblob(10000))"))
        conn.execute(text("INSERT INTO big VALUES (zeroblob(100000))"))
    with db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM big")).scalar_one() == 0
    with db.write() as conn:
        conn.execute(text("PRAGMA max_page_count = 1000"))
        conn.execute(text("INSERT INTO big VALUES (zeroblob(100000))"))
    with db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM big")).scalar_one() == 1
    db.close()


def test_a_password_is_shown_to_nobody() -> None:
    assert (
        without_password("postgresql://desk:secret@db.example/desk")
        == "postgresql://desk:***@db.example/desk"
    )


def test_what_the_database_library_tells_programmers_is_not_said() -> None:
    words = (
        "QueuePool limit of size 2 reached (Background on this error at: "
        "https://sqlalche.me/e/20/3o7r)"
    )
    assert db_words(PoolTimeout(words)) == "QueuePool limit of size 2 reached"
