"""Raw messages: kept once by their digest, small ones in the database, large ones in files that are
on the disk first."""

from __future__ import annotations

import resource
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, func, select, type_coerce, update

from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.rows.packing import Packer, pack, unpack
from maildesk.store.schema import blobs
from tests.store.rows import NOW, at_once

SMALL, LARGE = b"small" * 10, b"\x00\xff" * 5000


def put(db: Database, keeper: Blobs, *raws: bytes) -> list[bytes]:
    with db.write() as conn:
        return keeper.put(conn, raws, NOW)


def rows(db: Database) -> int:
    with db.read() as conn:
        return conn.execute(select(func.count()).select_from(blobs)).scalar_one()


def test_what_goes_in_comes_out(db: Database, tmp_path: Path) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    digests = put(db, keeper, SMALL, LARGE, b"")
    assert digests == [sha256(raw).digest() for raw in (SMALL, LARGE, b"")]
    with db.read() as conn:
        assert [keeper.get(conn, d) for d in digests] == [SMALL, LARGE, b""]


def test_the_same_bytes_are_kept_once(db: Database, tmp_path: Path) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    assert len(put(db, keeper, SMALL, LARGE, SMALL, LARGE)) == 4
    put(db, keeper, LARGE, SMALL)
    assert rows(db) == 2
    assert len([f for f in (tmp_path / "raw").rglob("*") if f.is_file()]) == 1


def test_a_large_one_lies_in_one_file_and_nothing_partial_stays(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    (digest,) = put(db, keeper, LARGE)
    (file,) = [f for f in (tmp_path / "raw").rglob("*") if f.is_file()]
    assert file.name == digest.hex()
    assert file.read_bytes() == LARGE
    assert (tmp_path / "raw").stat().st_mode & 0o077 == 0, "its owner's alone"
    with db.read() as conn:
        assert conn.execute(select(blobs.c.body, blobs.c.size)).one() == (None, len(LARGE))


def test_a_damaged_file_is_not_taken_for_the_message_and_is_mended_when_it_comes_again(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    (digest,) = put(db, keeper, LARGE)
    (file,) = [f for f in (tmp_path / "raw").rglob("*") if f.is_file()]
    file.write_bytes(LARGE[:-1])  # as a copy leaves it that broke off
    with db.read() as conn, pytest.raises(PermanentFailure, match="is damaged"):
        keeper.get(conn, digest)
    put(db, keeper, LARGE)
    with db.read() as conn:
        assert keeper.get(conn, digest) == LARGE


def test_eight_who_bring_the_same_message_keep_it_once(db: Database, tmp_path: Path) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    at_once(8, lambda _: put(db, keeper, SMALL, LARGE))
    assert rows(db) == 2


def test_eight_who_bring_the_same_messages_in_another_order_do_not_block_each_other(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    messages = [bytes([n]) * 20 for n in range(30)]
    at_once(8, lambda n: put(db, keeper, *(messages if n % 2 else reversed(messages))))
    assert rows(db) == 30


def test_a_message_that_is_gone_is_said_in_words_that_name_no_path(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    (digest,) = put(db, keeper, LARGE)
    (file,) = [f for f in (tmp_path / "raw").rglob("*") if f.is_file()]
    file.unlink()
    with db.read() as conn:
        with pytest.raises(PermanentFailure, match="cannot be read: No such file") as gone:
            keeper.get(conn, digest)
        with pytest.raises(PermanentFailure, match="is not in the database"):
            keeper.get(conn, b"\x00" * 32)
    assert str(tmp_path) not in str(gone.value)


def test_a_file_that_cannot_be_written_is_a_matter_of_time_and_leaves_nothing(
    db: Database, tmp_path: Path
) -> None:
    (tmp_path / "raw").write_text("a file where the folder should be")
    keeper = Blobs(tmp_path / "raw", 1000)
    with pytest.raises(TransientFailure, match="cannot be kept"):
        put(db, keeper, SMALL, LARGE)
    assert rows(db) == 0


def test_a_disk_that_fills_up_while_writing_keeps_no_part_of_a_file(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # the system cuts every file off there
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, before[1]))
    try:
        with pytest.raises(TransientFailure, match="cannot be kept: File too large"):
            put(db, keeper, b"x" * 5_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert rows(db) == 0
    assert [f for f in (tmp_path / "raw").rglob("*") if f.is_file()] == []


def test_nothing_to_keep_is_no_error(db: Database, tmp_path: Path) -> None:
    assert put(db, Blobs(tmp_path / "raw", 1000)) == []


def test_a_message_of_an_earlier_version_is_read_as_it_lies_there(
    db: Database, tmp_path: Path
) -> None:
    keeper = Blobs(tmp_path / "raw", 1000)
    (digest,) = put(db, keeper, SMALL)
    with db.write() as conn:
        conn.execute(update(blobs).values(body=type_coerce(SMALL, LargeBinary)))
        assert keeper.get(conn, digest) == SMALL


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x01" * 100_000, b"x" * 100_000, SMALL])
def test_whatever_a_message_begins_with_it_comes_out_as_it_went_in(raw: bytes) -> None:
    assert unpack(pack(raw)) == raw
    assert unpack(Packer(b"small").pack(raw), b"small") == raw


def test_the_words_that_mails_are_packed_against_have_never_changed() -> None:
    words = (files("maildesk.store.rows") / "packing.txt").read_bytes().replace(b"\r\n", b"\n")
    assert (
        sha256(words).hexdigest()
        == "5f25aa5c7db30e136561e47b732d82179fbf627deecbd09df5a8e64553ce9004"
    )
