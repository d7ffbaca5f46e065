"""The columns' own types: times to the microsecond, and words that no stranger can make a database
choke on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_mock_engine, select

from maildesk.store.db import Database
from maildesk.store.rows.columns import Instant, Words
from maildesk.store.schema import metadata, spool, suppressed
from tests.store.rows import NOW

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SQLITE, POSTGRESQL = (
    create_mock_engine(f"{name}://", print).dialect for name in ("sqlite", "postgresql+psycopg")
)


@given(st.integers(-(5 * 10**15), 2 * 10**17))
def test_a_time_survives_sqlite_to_the_microsecond(microseconds: int) -> None:
    at, column, dialect = EPOCH + timedelta(microseconds=microseconds), Instant(), SQLITE
    assert column.process_result_value(column.process_bind_param(at, dialect), dialect) == at


def test_a_time_of_another_zone_is_the_same_instant() -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))
    assert Instant().process_bind_param(berlin, SQLITE) == (NOW - EPOCH) // timedelta(
        microseconds=1
    )
    back = Instant().process_result_value(berlin, POSTGRESQL)
    assert back == NOW
    assert back is not None
    assert back.utcoffset() == timedelta(0)


@given(st.text())
def test_words_are_kept_as_they_are_but_for_what_no_database_takes(text: str) -> None:
    kept = Words().process_bind_param(text, SQLITE)
    assert kept is not None
    kept.encode()
    assert "\x00" not in kept
    if "\x00" not in text:
        assert kept == text


@pytest.mark.parametrize(
    "odd", ["nul\x00", "half \udc80 pair", "\ud800", "日本語", "", "\u2028", "🎉" * 1000]
)
def test_odd_words_come_back_readable(db: Database, odd: str) -> None:
    with db.write() as conn:
        conn.execute(suppressed.insert(), {"address": odd, "until": NOW, "why": odd})
        found = conn.execute(select(suppressed.c.why)).scalar_one()
    assert found == odd.replace("\x00", "\ufffd").replace("\udc80", "?").replace("\ud800", "?")


@pytest.mark.parametrize("name", ["spool", "timers", "outbox"])
def test_due_rows_have_what_the_pattern_needs_and_a_small_index(name: str) -> None:
    table = metadata.tables[name]
    assert {"state", "due_at", "owner", "attempts", "error"} <= set(table.c.keys())
    (index,) = [i for i in table.indexes if i.name == f"ix_{name}_due"]
    assert list(index.columns.keys()) == ["due_at", "id"]
    assert index.dialect_options["sqlite"]["where"] is not None
    assert index.dialect_options["postgresql"]["where"] is not None


def test_looking_for_what_is_due_reads_the_index_and_not_the_table(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from maildesk.store import due
    from maildesk.store.migrate import migrate

    db = Database(f"sqlite:///{tmp_path_factory.mktemp('plan')}/desk.db")
    migrate(db)
    with db.read() as conn:
        assert due.due_ids(conn, spool, now=NOW) == []
        wanted = (
            "EXPLAIN QUERY PLAN SELECT id FROM spool WHERE due_at <= 1 ORDER BY due_at, id LIMIT 1"
        )
        assert "USING COVERING INDEX ix_spool_due" in str(conn.exec_driver_sql(wanted).all())
    db.close()
