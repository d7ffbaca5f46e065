"""What has to outlive the power: a file's octets, and the name by which it is
found again (fsync(2)).

macOS leaves what was synced in the drive's own memory unless it is asked with F_FULLFSYNC (its
fcntl(2)), and has no fdatasync(2), which elsewhere spares the journey for a time of change that
nobody reads.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)


def sync_file(handle: int) -> None:
    """What was written to this open file is on the disk. OSError where that cannot be."""
    if not _reached_the_drive(handle):
        getattr(os, "fdatasync", os.fsync)(handle)


def sync_folder(folder: Path) -> None:
    """The names in this folder are on the disk. OSError where that cannot be."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _reached_the_drive(handle):
            os.fsync(handle)
    finally:
        os.close(handle)


def _reached_the_drive(handle: int) -> bool:
    """Whether the drive itself was asked, and has done it; a file system that cannot (a network's)
    is synced like any other."""
    if FULL_SYNC is not None:
        with suppress(OSError):
            fcntl.fcntl(handle, FULL_SYNC)
            return True
    return False
