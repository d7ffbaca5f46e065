"""Migrations: once, whoever comes at the same time, all or nothing, and the tables are
those of the schema."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, inspect, text

from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.errors import NewerTables, PermanentFailure, TransientFailure
from maildesk.store import desk_state
from maildesk.store.db import Database
from maildesk.store.desk import tickets
from maildesk.store.migrate import HEAD, look, migrate
from maildesk.store.migrations import versions
from maildesk.store.queries import search, ticket_queries
from maildesk.store.schema import metadata
from tests.desk.stories import POLICY
from tests.store.earlier import A_TICKET, as_of, at, insert

SCRIPT = """
import sys
from datetime import UTC, datetime
from maildesk.store.db import Database
from maildesk.store.migrate import migrate
database = Database(sys.argv[1])
sys.stdin.readline()
print(repr(migrate(database)))
"""


@pytest.fixture
def empty(url: str) -> Database:
    return Database(url)


def tables(db: Database) -> set[str]:
    with db.read() as conn:
        return {
            name
            for name in inspect(conn).get_table_names()
            if not name.startswith(f"{search.TABLE}_")
        }  # FTS5 keeps its own there


def is_ours(_object: object, name: str | None, *_more: object) -> bool:
    """Not the full text: SQLAlchemy has no word for what it is."""
    return not (name or "").startswith(search.TABLE)


def plan(conn: Connection) -> list[str]:
    """The tables and indexes as the database itself writes them down."""
    if conn.dialect.name == "sqlite":
        found = conn.execute(
            text(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT IN "
                "('alembic_version', 'sqlite_sequence')"
            )
        )
        return sorted(
            " ".join(
                row.sql.replace('"', "")
                .replace("(", " ( ")
                .replace(")", " ) ")
                .replace(",", " , ")
                .split()
            )
            for row in found
        )
    columns = conn.execute(
        text(
            "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, "
            "column_default FROM information_schema.columns WHERE table_schema = 'public' AND "
            "table_name <> 'alembic_version'"
        )
    )
    indexes = conn.execute(
        text(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> "
            "'alembic_version'"
        )
    )
    keys = conn.execute(
        text(
            "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> "
            "'alembic_version'"
        )
    )
    return sorted(str(tuple(row)) for rows in (columns, indexes, keys) for row in rows)


def test_a_new_database_gets_its_tables_once(empty: Database) -> None:
    assert migrate(empty) == ""
    assert migrate(empty) == HEAD
    assert tables(empty) == {*metadata.tables, search.TABLE, "alembic_version"}


def test_what_the_migrations_make_is_what_the_schema_says(empty: Database) -> None:
    migrate(empty)
    with empty.engine.connect() as conn:
        context = MigrationContext.configure(
            conn,
            opts={"compare_type": True, "compare_server_default": True, "include_object": is_ours},
        )
        assert compare_metadata(context, metadata) == []


def test_a_database_made_by_migrations_is_the_same_to_the_letter_as_one_made_of_the_schema(
    empty: Database,
) -> None:
    migrate(empty)
    with empty.engine.connect() as conn:
        migrated = plan(conn)
    with empty.engine.begin() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    with empty.engine.connect() as conn:
        assert plan(conn) == migrated
    assert len(migrated) >= 30


def test_everybody_who_took_part_before_there_was_a_status_still_does(empty: Database) -> None:
    with empty.engine.begin() as conn:
        as_of(conn, "0001")
        insert(
            conn,
            "tickets",
            A_TICKET
            | at(empty, "created_at", "updated_at")
            | {"status": "open", "requester_address": "kim@x.example"},
        )
        insert(conn, "participants", {"ticket_id": 1, "address": "lee@x.example", "name": "Lee"})
    assert migrate(empty) == "0001"
    with empty.read() as conn:
        found = tickets.ticket(conn, 1, POLICY)
    assert found is not None
    assert [person.address for person in found.participants] == ["kim@x.example", "lee@x.example"]


def test_numbers_of_deleted_rows_are_not_used_again_on_sqlite(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/desk.db")
    migrate(db)
    with db.read() as conn:
        found = conn.execute(
            text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
        )
        assert [row.name for row in found] == ["page_log_ins", "spool", "tickets"]
    db.close()


def test_three_processes_that_start_at_once_migrate_once(url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in started]
    assert sorted(out.strip() for out, _ in said) == ["''", f"'{HEAD}'", f"'{HEAD}'"], said


def made_newer(db: Database, works_with: str) -> None:
    """As a version after this one leaves the tables."""
    with db.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        desk_state.put(conn, "works_with", works_with)


def test_a_database_newer_than_the_program_is_left_alone_and_said_in_words(empty: Database) -> None:
    migrate(empty)
    assert look(empty) == ""
    made_newer(empty, works_with="9999")
    with pytest.raises(NewerTables, match="made by a newer maildesk"):
        migrate(empty)
    with empty.read() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
        assert tables(empty) == {*metadata.tables, search.TABLE, "alembic_version"}


def test_a_process_that_runs_touches_nothing_of_a_newer_database(empty: Database) -> None:
    migrate(empty)
    made_newer(empty, works_with="9999")
    assert "Start the newer version" in look(empty)
    for way in (empty.read, empty.write, empty.autocommit):
        with pytest.raises(TransientFailure, match="made by a newer maildesk"), way() as conn:
            conn.execute(text("SELECT 1"))


def test_a_newer_database_that_works_with_this_program_is_used(empty: Database) -> None:
    migrate(empty)
    made_newer(empty, works_with=HEAD)
    assert look(empty) == ""
    assert migrate(empty) == "9999"
    with empty.read() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_letter_is_refused_in_words(
    postgres_url: str, encoding: str
) -> None:
    here = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    name = f"{here.url.database}_{encoding.lower()}"
    with here.connect() as conn:
        conn.execute(
            text(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        )
        db = Database(here.url.set(database=name).render_as_string(hide_password=False))
        try:
            wanted = f"is {encoding}; maildesk needs UTF8: CREATE DATABASE {name} ENCODING 'UTF8'"
            with pytest.raises(PermanentFailure, match=wanted):
                migrate(db)
        finally:
            db.close()
            conn.execute(text(f"DROP DATABASE {name}"))
    here.dispose()


def test_a_migration_that_breaks_off_leaves_nothing_and_works_the_next_time(
    empty: Database,
) -> None:
    made = 0

    @event.listens_for(empty.engine, "before_cursor_execute")
    def break_off(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal made
        made += "CREATE TABLE" in statement
        if made == 8:
            made += 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    assert tables(empty) == set()
    assert migrate(empty) == ""
    assert tables(empty) == {*metadata.tables, search.TABLE, "alembic_version"}


def test_who_had_answered_a_mail_before_strangers_were_told_apart_is_none(empty: Database) -> None:
    message = {
        "ticket_id": 1,
        "kind": "public",
        "automatic": False,
        "from_name": "",
        "agent": "",
        "subject": "",
        "text": "",
    }
    message |= {"reply": "", "message_id": "", "attachments": "[]", "direction": "in"}
    trusted = "came with the reply address of {} for TKT-1; From {}"
    with empty.engine.begin() as conn:
        as_of(conn, "0001")
        insert(conn, "tickets", A_TICKET | at(empty, "created_at", "updated_at"))
        for sender, trust in (
            ("Ana@x.example", trusted.format("ana@x.example", "matches")),
            ("eve@x.example", "a new conversation"),
        ):
            for words in (trust, trusted.format("lee@x.example", "is another")):
                insert(
                    conn,
                    "messages",
                    message | at(empty, "at") | {"from_address": sender, "trust": words},
                )
    assert migrate(empty) == "0001"
    with empty.read() as conn:
        assert [
            row.address for row in conn.execute(text("SELECT address FROM correspondents"))
        ] == ["ana@x.example"]


def test_what_was_there_before_lists_and_search_is_found_by_them(empty: Database) -> None:
    ticket = {
        "status": "open",
        "requester_address": "Kim@X.example",
        "requester_name": "Kim Lee",
        "subject": "Störung",
    }
    ticket |= {"labels": '["VIP"]', "reference": "TKT-0001"}
    message = {
        "ticket_id": 1,
        "kind": "public",
        "automatic": False,
        "from_name": "",
        "agent": "",
        "subject": "",
    }
    message |= {
        "from_address": "a@b",
        "text": "A paper jam.",
        "reply": "打印机",
        "message_id": "",
        "direction": "in",
        "trust": "",
    }
    with empty.engine.begin() as conn:
        as_of(conn, "0005")
        insert(conn, "tickets", A_TICKET | at(empty, "created_at", "updated_at") | ticket)
        insert(conn, "participants", {"ticket_id": 1, "address": "lee@y.example", "name": "Lee"})
        insert(
            conn,
            "messages",
            message | at(empty, "at") | {"attachments": '[{"filename": "tray.log"}]'},
        )
    assert migrate(empty) == "0005"
    asker = Asker(POLICY, datetime(2026, 11, 20, tzinfo=UTC))
    with empty.read() as conn:
        for query in (
            "label:vip",
            "from:kim@x.example",
            "from:lee",
            "subject:storung",
            "has:attachment",
            "tkt-0001",
            "印机",
        ):
            found = ticket_queries.find(conn, parse(query, asker), EVERYTHING, POLICY)
            assert [one.id for one in found.tickets] == [1], query
        for query in ('"paper jam" tray', "with:lee@y.example", "lee stor"):
            assert ticket_queries.find(conn, parse(query, asker), EVERYTHING, POLICY).tickets, query


def test_under_which_policy_timers_were_derived_is_no_mailbox_any_more(empty: Database) -> None:
    with empty.engine.begin() as conn:
        as_of(conn, "0007")
        insert(
            conn,
            "cursors",
            {"mailbox": " timers", "uidvalidity": 0, "uid": int("00a1b2c3d4e5", 16)},
        )
        insert(conn, "cursors", {"mailbox": "support", "uidvalidity": 7, "uid": 3})
    assert migrate(empty) == "0007"
    with empty.read() as conn:
        assert desk_state.get(conn, "timers_derived_under") == "00a1b2c3d4e5"
        assert [row.mailbox for row in conn.execute(text("SELECT mailbox FROM cursors"))] == [
            "support"
        ]


def test_a_database_that_is_away_is_a_matter_of_time() -> None:
    db = Database("postgresql://maildesk@127.0.0.1:1/nothing")
    with pytest.raises(TransientFailure, match="cannot be reached"):
        migrate(db)
    db.close()


def test_the_migrations_are_one_line_and_end_where_the_program_says() -> None:
    scripts = ScriptDirectory(str(Path(versions.__file__).parent.parent))
    assert scripts.get_heads() == [HEAD]
    assert scripts.get_bases() == ["0001"]
