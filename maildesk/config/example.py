"""The example desk folder: where it lies, and the one time it is copied."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# copied last: a copy that was interrupted leaves a desk that says what is missing
LAST = "desk.yaml"


def example_root() -> Path:
    """The example's folder: beside the source, else where it was installed."""
    beside = Path(__file__).resolve().parents[2] / "deploy" / "desk"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "maildesk" / "desk"


def copy_example(desk: Path) -> bool:
    """Copies the example to a desk folder without files of its own; whether it did.

    A folder with any YAML file is somebody's desk and stays as it is, even where a file is missing.
    Where two processes start at once, one copies and the other finds the whole desk.
    """
    if (desk / LAST).exists():
        return False
    desk.mkdir(parents=True, exist_ok=True)
    with _alone(desk):
        if any(desk.glob("*.yaml")):
            return False
        source = example_root()
        files = (path for path in source.rglob("*") if path.is_file())
        for path in sorted(files, key=lambda p: (p.name == LAST, p)):
            _copy(path, desk / path.relative_to(source))
    return True


def _copy(path: Path, target: Path) -> None:
    """Whole or not at all; what is there stays."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(path, draft)
    draft.replace(target)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else copies into this folder meanwhile: a lock on the folder itself, which leaves no
    file behind."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
