"""On the disk, on every system there is: the drive asked where it can be, else the
data, else the file."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from maildesk import disk

FULL = 51  # F_FULLFSYNC as macOS numbers it


class System:
    """What the disk was asked for, in order. The asking itself is done as this system can."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.refuses = 0
        self._patch = monkeypatch
        sync = os.fsync
        for name in ("fsync", "fdatasync"):
            monkeypatch.setattr(os, name, self._remembered(name, sync), raising=False)
        monkeypatch.setattr(disk, "FULL_SYNC", None)

    def has_no_fdatasync(self) -> None:
        self._patch.delattr(os, "fdatasync")

    def can_ask_the_drive(self, refuses: int = 0) -> None:
        self.refuses = refuses
        self._patch.setattr(disk, "FULL_SYNC", FULL)
        self._patch.setattr(fcntl, "fcntl", self._full)

    def _remembered(self, name: str, sync: Callable[[int], None]) -> Callable[[int], None]:
        def asked(handle: int) -> None:
            sync(handle)
            self.asked.append(name)

        return asked

    def _full(self, handle: int, command: int) -> int:
        assert (command, os.fstat(handle).st_nlink > 0) == (FULL, True)
        if self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        self.asked.append("drive")
        return 0


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    return System(monkeypatch)


def sync_both(folder: Path) -> None:
    file: BinaryIO
    with (folder / "new").open("wb") as file:
        disk.sync_file(file.fileno())
    disk.sync_folder(folder)


def test_linux_is_asked_for_the_data_of_a_file_and_for_the_whole_of_a_folder(
    system: System, tmp_path: Path
) -> None:
    sync_both(tmp_path)
    assert system.asked == ["fdatasync", "fsync"]


def test_a_system_without_fdatasync_is_asked_for_all(system: System, tmp_path: Path) -> None:
    system.has_no_fdatasync()
    sync_both(tmp_path)
    assert system.asked == ["fsync", "fsync"]


def test_macos_is_asked_to_have_it_on_the_drive(system: System, tmp_path: Path) -> None:
    system.has_no_fdatasync()
    system.can_ask_the_drive()
    sync_both(tmp_path)
    assert system.asked == ["drive", "drive"]


def test_a_file_system_that_cannot_ask_its_drive_is_synced_as_well_as_it_goes(
    system: System, tmp_path: Path
) -> None:
    system.has_no_fdatasync()
    system.can_ask_the_drive(refuses=errno.ENOTSUP)
    sync_both(tmp_path)
    assert system.asked == ["fsync", "fsync"]


def test_a_disk_that_fails_is_heard_of(tmp_path: Path) -> None:
    with (tmp_path / "gone").open("wb") as file:
        handle = file.fileno()
    with pytest.raises(OSError):
        disk.sync_file(handle)
    with pytest.raises(FileNotFoundError):
        disk.sync_folder(tmp_path / "nowhere")


def test_sqlite_asks_the_drive_where_we_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maildesk.store import db as module

    found = []
    for full in (None, FULL):
        monkeypatch.setattr(module, "FULL_SYNC", full)
        db = module.Database(f"sqlite:///{tmp_path}/{full}.db")
        with db.read() as conn:
            found.append(conn.exec_driver_sql("PRAGMA fullfsync").scalar_one())
        db.close()
    assert found == [0, 1]
