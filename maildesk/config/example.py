"""The example desk folder: where it lies, and the one time it is copied."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def example_root() -> Path:
    """The example's folder: beside the source, else where it was installed."""
    beside = Path(__file__).resolve().parents[2] / "deploy" / "desk"
    return beside if beside.is_dir() else Path(sys.prefix) / "share" / "maildesk" / "desk"


def copy_example(desk: Path) -> bool:
    """Copies the example to a desk folder without files of its own; whether it did.

    A folder with any YAML file is somebody's desk and stays as it is, even where a file is missing.
    """
    if desk.is_dir() and any(desk.glob("*.yaml")):
        return False
    source = example_root()
    desk.mkdir(parents=True, exist_ok=True)
    # desk.yaml last: a copy that was interrupted leaves a desk that says what is missing
    for path in sorted(source.rglob("*"), key=lambda p: p.name == "desk.yaml"):
        target = desk / path.relative_to(source)
        if path.is_dir():
            target.mkdir(exist_ok=True)
        elif not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return True
