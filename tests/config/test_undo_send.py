"""How long an agent's answer waits: in desk.yaml, and what is wrong with it is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.check import check
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy


def written(folder: Path, line: str) -> Path:
    copy_example(folder)
    file = folder / "desk.yaml"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30s", 30), ("2m", 120), ("1h", 3600), ("0", 0), ("no", 0), ("off", 0), ("0s", 0)],
)
def test_a_moment_or_none(tmp_path: Path, value: str, seconds: int) -> None:
    policy = load_policy(written(tmp_path / "desk", f"undo_send: {value}"))
    assert policy.undo_send == timedelta(seconds=seconds)


def test_nothing_waits_where_nothing_is_said(tmp_path: Path) -> None:
    copy_example(tmp_path / "desk")
    policy = load_policy(tmp_path / "desk")
    assert (policy.undo_send, policy.periods.undo) == (timedelta(0), timedelta(days=1))


@pytest.mark.parametrize("value", ["30", "2h", "soon", "-5s", "yes"])
def test_anything_else_is_a_mistake_with_what_was_expected(tmp_path: Path, value: str) -> None:
    found = check(written(tmp_path / "desk", f"undo_send: {value}"))
    said = " ".join(map(str, found))
    assert "expected a period such as 10s, 30s or 2m, of no more than 1h, or no" in said
