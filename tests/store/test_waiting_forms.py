"""Requests that wait for a code: who typed it has the request, others' tries are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maildesk.store.db import Database
from maildesk.store.secrets import waiting_forms
from maildesk.store.secrets.mailed import MOST_TRIES
from maildesk.store.secrets.waiting_forms import Waiting, opened, proved, put

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LASTS = timedelta(minutes=15)
RIGHT, WRONG = b"r" * 32, b"w" * 32
ONE = Waiting("kim@customer.example", "support@desk.example", b"Subject: x\r\n\r\n\x00\xff\r\n")


def waits(db: Database, form: str = "a", now: datetime = NOW, digest: bytes = RIGHT) -> bool:
    with db.write() as conn:
        return put(conn, form, ONE, digest, now, LASTS)


def tries(db: Database, digest: bytes, form: str = "a", now: datetime = NOW) -> Waiting | None:
    with db.write() as conn:
        return proved(conn, form, digest, now)


def test_the_code_brings_the_request_back_until_it_is_opened(db: Database) -> None:
    assert waits(db)
    assert tries(db, WRONG) is None
    assert tries(db, RIGHT, form="b") is None
    assert tries(db, RIGHT) == ONE
    assert tries(db, RIGHT) == ONE  # it was not spooled yet
    with db.write() as conn:
        opened(conn, "a")
    assert tries(db, RIGHT) is None


def test_a_code_ends_after_its_time_and_its_tries(db: Database) -> None:
    assert waits(db)
    assert tries(db, RIGHT, now=NOW + LASTS) is None
    for _ in range(MOST_TRIES):
        assert tries(db, WRONG) is None
    assert tries(db, RIGHT) is None
    assert waits(db, digest=WRONG)  # the same form once more, with a new code
    assert tries(db, RIGHT) is None
    assert tries(db, WRONG) == ONE


def test_there_is_room_for_so_much_and_it_is_free_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_forms, "MOST_OCTETS", 2 * len(ONE.raw))
    assert waits(db, "a")
    assert waits(db, "b")
    assert waits(db, "b")
    assert not waits(db, "c")
    assert waits(db, "c", NOW + timedelta(hours=2))
    assert tries(db, RIGHT, form="a") is None


def test_files_take_no_room_from_who_has_but_words(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_forms, "MOST_OCTETS", 4000)
    monkeypatch.setattr(waiting_forms, "SMALL", len(ONE.raw))
    large = Waiting(ONE.address, ONE.recipient, bytes(1000))
    with db.write() as conn:
        found = [put(conn, f"large {n}", large, RIGHT, NOW, LASTS) for n in range(4)]
    assert found == [True, True, True, False]
    assert waits(db, "small")
