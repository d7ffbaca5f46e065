"""The spool: durable in groups, once for each message, and patient with a reply that overtook its
question."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maildesk.errors import TransientFailure
from maildesk.mail.message import Envelope
from maildesk.store import due, processed, spool
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.schema import blobs as blobs_table
from maildesk.store.schema import spool as spool_table
from tests.store.rows import ENVELOPE, LEASE, NOW, at_once, raw, spooled


def test_a_group_is_kept_in_its_order_small_and_large(db: Database, tmp_path: Path) -> None:
    messages = [raw(n, size=300_000 if n % 5 == 0 else 0) for n in range(40)]
    ids = spooled(db, tmp_path / "raw", *messages)
    assert ids == sorted(ids)
    keeper = Blobs(tmp_path / "raw", 100_000)
    with db.write() as conn:
        claimed = [
            spool.spooled(r)
            for r in due.claim(conn, spool_table, owner="one", now=NOW, lease=LEASE, limit=100)
        ]
        assert [job.id for job in claimed] == ids
        assert [keeper.get(conn, job.digest) for job in claimed] == messages
    assert {job.envelope for job in claimed} == {ENVELOPE}
    assert len([f for f in (tmp_path / "raw").rglob("*") if f.is_file()]) == 8


def test_a_claim_brings_each_message_its_own_bytes_but_for_the_large(
    db: Database, tmp_path: Path
) -> None:
    messages = [raw(1), raw(2), raw(3, size=300_000), raw(4)]
    spooled(db, tmp_path / "raw", *messages)
    with db.autocommit() as conn:
        jobs = spool.claim(conn, owner="me", now=NOW, lease=LEASE, limit=9)
    assert [job.raw for job in jobs] == [messages[0], messages[1], None, messages[3]]
    with db.autocommit() as conn:
        assert spool.claim(conn, owner="other", now=NOW, lease=LEASE, limit=9) == []


def test_the_same_message_twice_is_two_rows_and_one_raw_message(
    db: Database, tmp_path: Path
) -> None:
    spooled(db, tmp_path, raw(), raw())
    spooled(db, tmp_path, raw())
    with db.read() as conn:
        assert spool.depth(conn) == 3
        assert conn.execute(select(func.count()).select_from(blobs_table)).scalar_one() == 1


def test_a_group_is_kept_whole_or_not_at_all(db: Database, tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("in the way")
    with pytest.raises(TransientFailure):
        spooled(db, tmp_path / "raw", raw(1), raw(2, size=300_000), raw(3))
    with db.read() as conn:
        assert spool.depth(conn) == 0


def test_nothing_is_nothing(db: Database, tmp_path: Path) -> None:
    assert spooled(db, tmp_path) == []


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope("", ("support@desk.example",)),
        Envelope(None, ("support@desk.example", "sales@desk.example"), "imap:INBOX"),
        Envelope("jürgen@münchen.example", ("support@desk.example",), "lmtp", "2001:db8::1"),
        Envelope("", ()),
    ],
)
def test_an_envelope_comes_back_as_it_was(db: Database, tmp_path: Path, envelope: Envelope) -> None:
    with db.write() as conn:
        (row,) = spool.accept(conn, Blobs(tmp_path, 1000), [(raw(), envelope)], NOW)
        (claimed,) = due.claim(conn, spool_table, owner="one", now=NOW, lease=LEASE)
    job = spool.spooled(claimed)
    assert (job.id, job.envelope, job.received_at, job.released_by) == (row, envelope, NOW, "")


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\x00\x00\x00",
        b"Message-ID: <a\x00b@x>\r\n\r\nx",
        b"Message-ID: <\xff\xfe@x>\r\n\r\n",
        b"Message-ID: " + b"x" * 100_000,
        bytes(range(256)) * 40,
    ],
)
def test_odd_bytes_never_spoil_the_group_they_came_with(
    db: Database, tmp_path: Path, odd: bytes
) -> None:
    assert len(spooled(db, tmp_path, raw(1), odd, raw(2))) == 3


def test_an_odd_envelope_never_spoils_the_group_it_came_with(db: Database, tmp_path: Path) -> None:
    odd = Envelope(
        "a\x00b\udc80@x.example",
        ("\udcff@desk.example", "nul\x00@desk.example"),
        "smtp",
        "peer\x00",
    )
    with db.write() as conn:
        ids = spool.accept(conn, Blobs(tmp_path, 1000), [(raw(1), ENVELOPE), (raw(2), odd)], NOW)
        rows = due.claim(conn, spool_table, owner="one", now=NOW, lease=LEASE, limit=9)
    assert [row.id for row in rows] == ids
    assert len(spool.spooled(rows[1]).envelope.rcpt_to) == 2


def test_a_message_is_seen_for_the_first_time_once(db: Database) -> None:
    def see(number: int) -> bool:
        with db.write() as conn:
            return processed.is_first(conn, "1@harbour.example", b"d" * 16, number + 1)

    assert sorted(at_once(8, see)) == [False] * 7 + [True]


def test_the_same_id_with_another_body_is_new_mail(db: Database) -> None:
    with db.write() as conn:
        assert processed.is_first(conn, "1@x", b"a" * 16, 1)
        assert processed.is_first(conn, "1@x", b"b" * 16, 2)
        assert not processed.is_first(conn, "1@x", b"a" * 16, 3)
        assert processed.is_first(conn, "1@x", b"a" * 16, 1)  # the same row, tried again


def test_what_was_seen_in_a_transaction_that_failed_was_not_seen(db: Database) -> None:
    with pytest.raises(LookupError), db.write() as conn:
        assert processed.is_first(conn, "1@x", b"a" * 16, 1)
        raise LookupError
    with db.write() as conn:
        assert processed.is_first(conn, "1@x", b"a" * 16, 2)


def test_an_answer_waits_while_its_question_is_unprocessed(db: Database, tmp_path: Path) -> None:
    question, answer = spooled(db, tmp_path, raw(1, message_id="question@x"), raw(2))
    with db.write() as conn:
        assert spool.is_awaited(conn, ["elsewhere@x", "question@x"], answer)
        assert not spool.is_awaited(conn, ["elsewhere@x"], answer)
        assert not spool.is_awaited(conn, ["question@x"], question)  # nobody waits for themselves
        assert not spool.is_awaited(conn, [], answer)
        due.claim(conn, spool_table, owner="one", now=NOW, lease=LEASE)
        assert spool.is_awaited(conn, ["question@x"], answer)
        due.finish(conn, spool_table, question, "done")
        assert not spool.is_awaited(conn, ["question@x"], answer)


def test_a_released_message_goes_through_again_with_the_persons_name(
    db: Database, tmp_path: Path
) -> None:
    (row,) = spooled(db, tmp_path, raw())
    with db.write() as conn:
        due.claim(conn, spool_table, owner="one", now=NOW, lease=LEASE)
        due.finish(conn, spool_table, row, "held", outcome="held spam")
        spool.release(conn, row, "ben", NOW + timedelta(hours=1))
        (again,) = due.claim(
            conn, spool_table, owner="two", now=NOW + timedelta(hours=1), lease=LEASE
        )
    job = spool.spooled(again)
    assert (job.id, job.released_by, job.attempts) == (row, "ben", 1)
    with db.read() as conn:
        assert spool.by_id(conn, row) is not None
        assert spool.by_id(conn, row + 1) is None
