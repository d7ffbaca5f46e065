"""The power fails: what heard 250 is on the disk, not merely in the system's memory of it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from maildesk import disk
from maildesk.ingress.group_commit import GroupCommit
from maildesk.intake import Intake
from maildesk.mail.message import Envelope
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.migrate import migrate

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ENVELOPE = Envelope("ana@harbour.example", ("support@desk.example",))


class Disk:
    """A disk that keeps what it was told to: a file's bytes when it was synced, once its folder was
    synced with its name."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._bytes: Mapping[str, bytes] = {
            file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()
        }
        self._names = frozenset(self._bytes)
        monkeypatch.setattr(disk, "_reached_the_drive", self._synced)

    def holds(self) -> Mapping[str, bytes]:
        """What would be found after a power failure now."""
        return {name: content for name, content in self._bytes.items() if name in self._names}

    def _synced(self, handle: int) -> bool:
        opened = os.fstat(handle)
        if stat.S_ISDIR(opened.st_mode):
            # before the sync: what others write meanwhile does not count
            names = frozenset(os.listdir(handle))
            os.fsync(handle)
            self._names |= names
            return True
        (file,) = (file for file in self.folder.iterdir() if file.stat().st_ino == opened.st_ino)
        content = file.read_bytes()
        os.fsync(handle)
        self._bytes = {**self._bytes, file.name: content}
        return True


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Disk]]:
    folder = tmp_path / "var"
    url = f"sqlite:///{folder}/desk.db"
    first = Database(url)
    migrate(first)
    first.close()  # SQLite itself has put all of it on the disk, and there is no log any more
    disk = Disk(folder, monkeypatch)
    db = Database(url)
    yield db, disk
    db.close()


def found_in(held: Mapping[str, bytes], folder: Path, query: str) -> list[str]:
    """What a desk finds that starts again on this disk."""
    folder.mkdir()
    for name, content in held.items():
        (folder / name).write_bytes(content)
    with sqlite3.connect(folder / "desk.db") as conn:
        found = [row[0] for row in conn.execute(query)]
    conn.close()
    return found


def test_every_mail_that_heard_250_is_on_the_disk_when_it_hears_it(
    desk: tuple[Database, Disk], tmp_path: Path
) -> None:
    db, disk = desk
    before = (disk.folder / "desk.db").read_bytes()
    accept = GroupCommit(
        Intake(db, Blobs(tmp_path / "raw", 50_000), lambda _stage, _row: None, lambda: NOW)
    )
    heard: list[str] = []
    moments: list[tuple[frozenset[str], Mapping[str, bytes]]] = []

    async def send(number: int) -> None:
        name = f"{number}@harbour.example"
        await accept(
            f"From: ana@harbour.example\r\nMessage-ID: <{name}>\r\n\r\n{number}\r\n".encode(),
            ENVELOPE,
        )
        heard.append(name)
        moments.append((frozenset(heard), disk.holds()))

    async def pour() -> None:
        for first in range(0, 12, 4):
            await asyncio.gather(*(send(number) for number in range(first, first + 4)))

    asyncio.run(pour())
    accept.close()
    assert len(moments) == 12
    for number, (promised, held) in enumerate(moments):
        assert promised <= {
            *found_in(held, tmp_path / f"after{number}", "SELECT message_id FROM spool")
        }
    # all of it was the log's doing: SQLite has synced nothing meanwhile
    assert (disk.folder / "desk.db").read_bytes() == before


def test_what_nobody_was_promised_waits_for_no_disk(
    desk: tuple[Database, Disk], tmp_path: Path
) -> None:
    db, disk = desk
    with db.write() as conn:
        conn.execute(text("CREATE TABLE made (name TEXT)"))
        conn.execute(text("INSERT INTO made VALUES ('promised')"))
    with db.write(durable=False) as conn:
        conn.execute(text("INSERT INTO made VALUES ('claimed')"))
    query = "SELECT name FROM made ORDER BY rowid"
    assert found_in(disk.holds(), tmp_path / "early", query) == ["promised"]
    with db.write() as conn:
        conn.execute(text("INSERT INTO made VALUES ('promised, too')"))
    assert found_in(disk.holds(), tmp_path / "late", query) == [
        "promised",
        "claimed",
        "promised, too",
    ]
