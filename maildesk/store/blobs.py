"""Raw messages, kept once, by the SHA-256 of their bytes.

Up to the limit of the settings they lie in the database, so that one commit makes
a message durable and one backup holds it all; larger ones lie in fsynced files.
Two functions, `put` and `get`: an object store can come in behind them. What the
outbox packs its letters against is small and lies in the database always.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Label,
    LargeBinary,
    bindparam,
    cast,
    delete,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.disk import sync_file, sync_folder
from maildesk.errors import PermanentFailure, TransientFailure
from maildesk.store.incoming import Raw
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import blobs

_COLUMNS = ("digest", "size", "body", "created_at")
_INSERT_SQLITE = Prepared(sqlite.insert(blobs).on_conflict_do_nothing(), _COLUMNS)
# What is there already is locked: who erases it waits, and then sees that it is wanted again.
_INSERT_POSTGRESQL = Prepared(
    postgresql.insert(blobs).on_conflict_do_update(
        index_elements=[blobs.c.digest], set_={"size": blobs.c.size}
    ),
    _COLUMNS,
)
_BODY = Prepared(select(blobs.c.body).where(blobs.c.digest == bindparam("digest")))


PIECE = 256 * 1024  # octets of a file that are read at once


class Blobs:
    """Where raw messages are kept."""

    def __init__(self, folder: Path, inline_limit: int) -> None:
        self._folder = folder
        self._limit = inline_limit

    def put(self, conn: Connection, raws: Iterable[Raw], now: datetime) -> list[bytes]:
        """Keep these messages within the transaction; their digests, in order.

        A large one is in its file, and the file's name on the disk, when this returns; its row is
        written first, so that nobody removes the file meanwhile (`remove_file`).
        """
        rows: dict[bytes, dict[str, Any]] = {}
        digests, large = [], []
        for raw in raws:
            digest = sha256(raw).digest() if isinstance(raw, bytes) else raw.digest
            digests.append(digest)
            if digest in rows:
                continue
            body = raw if isinstance(raw, bytes) and len(raw) <= self._limit else None
            if body is None:
                large.append((digest, raw))
            rows[digest] = {"digest": digest, "size": len(raw), "body": body, "created_at": now}
        if not rows:
            return []
        # one order for all: no deadlock between two doors
        _insert(conn, [rows[d] for d in sorted(rows)])
        for digest, raw in large:
            self._write_file(digest, raw)
        return digests

    def remove_file(self, conn: Connection, digest: bytes, now: datetime) -> None:
        """Remove the file of a message that was erased, unless the same has come again since.

        A row stands for it while the file goes, so that whoever brings it back waits for us.
        """
        row = {"digest": digest, "size": 0, "body": b"", "created_at": now}
        make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        ours = make(blobs).values(row).on_conflict_do_nothing().returning(blobs.c.digest)
        if conn.execute(ours).first() is None:
            return
        path = self._path(digest)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)
        conn.execute(delete(blobs).where(blobs.c.digest == digest))

    def get(self, conn: Connection, digest: bytes) -> bytes:
        """The raw message; PermanentFailure, in words, where it is gone or not what it was."""
        row = next(iter(_BODY(conn, {"digest": digest})), None)
        if row is None:
            raise PermanentFailure(f"the raw message {digest.hex()[:12]} is not in the database")
        if row.body is not None:
            return bytes(row.body)
        try:
            raw = self._path(digest).read_bytes()
        except OSError as problem:
            raise PermanentFailure(
                f"the file of raw message {digest.hex()[:12]} cannot be read: {problem.strerror}"
            ) from problem
        if sha256(raw).digest() != digest:
            raise PermanentFailure(f"the file of raw message {digest.hex()[:12]} is damaged")
        return raw

    def stretch(self, conn: Connection, digest: bytes) -> Callable[[int, int], Iterator[bytes]]:
        """What reads so many octets from there on, a piece at a time, also when the connection is
        used no more.

        PermanentFailure, here or while reading, where the message is gone. Whether it is what it
        was is not asked.
        """
        row = next(iter(_BODY(conn, {"digest": digest})), None)
        if row is None:
            raise PermanentFailure(f"the raw message {digest.hex()[:12]} is not in the database")
        if row.body is not None:
            body = memoryview(row.body)
            return lambda start, length: iter((bytes(body[start : start + length]),))
        return lambda start, length: self._read(digest, start, length)

    def _read(self, digest: bytes, start: int, length: int) -> Iterator[bytes]:
        try:
            with self._path(digest).open("rb") as file:
                file.seek(start)
                while length > 0 and (piece := file.read(min(PIECE, length))):
                    length -= len(piece)
                    yield piece
        except OSError as problem:
            raise PermanentFailure(
                f"the file of raw message {digest.hex()[:12]} cannot be read: {problem.strerror}"
            ) from problem
        if length > 0:
            raise PermanentFailure(f"the file of raw message {digest.hex()[:12]} is damaged")

    def _path(self, digest: bytes) -> Path:
        name = digest.hex()
        return self._folder / name[:2] / name

    def _write_file(self, digest: bytes, raw: Raw) -> None:
        """The file and its name are on the disk when this returns; TransientFailure, and no part of
        it, where there is no room."""
        path = self._path(digest)
        partial = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            # people's mail: its owner's alone
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            # a backup that broke off may have left a part
            if not path.exists() or path.stat().st_size != len(raw):
                if isinstance(raw, bytes):
                    with partial.open("wb") as file:
                        file.write(raw)
                        file.flush()
                        sync_file(file.fileno())
                (partial if isinstance(raw, bytes) else raw.path).rename(path)
            # also for a file that another is about to promise
            for folder in (path.parent, self._folder, self._folder.parent):
                sync_folder(folder)
        except OSError as problem:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            raise TransientFailure(
                f"a large message cannot be kept: {problem.strerror}"
            ) from problem


def put_small(conn: Connection, raw: bytes, now: datetime) -> bytes:
    """Keep these octets in the database, whatever the settings say of larger ones; their digest."""
    digest = sha256(raw).digest()
    _insert(conn, [{"digest": digest, "size": len(raw), "body": raw, "created_at": now}])
    return digest


def get_small(conn: Connection, digest: bytes) -> bytes:
    """What `put_small` has kept."""
    return b"".join(row.body for row in _BODY(conn, {"digest": digest}))


def body_named_by(table: str) -> Label[Any]:
    """What is kept under the `digest` of a row of this table, as one more column `body` of what an
    UPDATE of it returns; empty where it lies in a file.

    Written out: SQLAlchemy leaves the table's name out behind RETURNING on SQLite, and would
    compare a digest with itself. Cast: there SQLite does not know the column's type, and without
    it reads every message that is kept instead of the index.
    """
    digest = cast(literal_column(f"{table}.digest"), LargeBinary)
    return select(blobs.c.body).where(blobs.c.digest == digest).scalar_subquery().label("body")


def _insert(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    insert = _INSERT_SQLITE if conn.dialect.name == "sqlite" else _INSERT_POSTGRESQL
    insert.many(conn, rows)
