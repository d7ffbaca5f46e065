"""What has to outlive the power: a new file is found again only once its folder is on the disk, too (fsync(2))."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """The names in this folder are on the disk. OSError where that cannot be."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
