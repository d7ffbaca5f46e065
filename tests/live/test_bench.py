"""What `make bench` runs, small: a bench that no longer runs would be noticed on the day somebody
needs its figures."""

from __future__ import annotations

from pathlib import Path

from tests.bench.__main__ import run
from tests.bench.corpus import corpus


def test_a_run_of_the_bench_is_exact(tmp_path: Path) -> None:
    figures = run(tmp_path / "desk", corpus(12), agents=3)
    assert set(figures) == {
        "new/s",
        "ms CPU new",
        "reply/s",
        "ms CPU reply",
        "p50 ms",
        "p95 ms",
        "MB",
    }
