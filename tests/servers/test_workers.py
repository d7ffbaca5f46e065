"""Tests beside each other (`make test`): what a run says and leaves is as without workers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import process
from tests.servers.process import NEVER, free_port, hears_ctrl_c
from tests.servers.workers import own_share
from tests.stories.running_desk import ROOT, wait_until

BESIDE = ("-n", "2", "--dist", "loadfile")
PLAIN = """\
def test_plain(relay):
    pass
"""
LAZY = """\
import pytest

def test_lazy():
    pytest.skip("too lazy")
"""
NEVER_RUN = """\
import pytest

pytest.skip("not here", allow_module_level=True)
"""
WAITS = """\
import pathlib, signal

def test_waits(redis_url):
    pathlib.Path(__file__).with_suffix(".begun").touch()
    signal.pause()
"""


def started(folder: Path, *options: str, **files: str) -> subprocess.Popen[str]:
    """A run of pytest over these files, with the fixtures of this house."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    own = ("-p", "tests.conftest", "-c", "/dev/null", "--rootdir", str(folder))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    (folder / "tmp").mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *own, *options, str(folder)],
        cwd=ROOT,
        env=environment | {"CI": "true", "TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=hears_ctrl_c,
    )


def test_what_they_used_is_told_once_and_what_they_skipped_fails(tmp_path: Path) -> None:
    files = {"test_one": PLAIN, "test_two": PLAIN, "test_lazy": LAZY, "test_never": NEVER_RUN}
    with started(tmp_path, *BESIDE, **files) as run:
        said = run.communicate(timeout=NEVER)[0]
    assert run.returncode == 1, said
    assert said.count("used relay: our own") == 1
    assert "2 passed, 2 skipped" in said
    told = re.search("failed: in CI nothing may be skipped, and these were: (.*)", said)
    assert told is not None, said
    assert sorted(told[1].split(", ")) == ["test_lazy.py::test_lazy", "test_never.py"]


def test_told_to_end_they_leave_nothing_behind(tmp_path: Path) -> None:
    with started(tmp_path, *BESIDE, test_one=WAITS, test_two=WAITS) as run:
        wait_until(
            lambda: len([*tmp_path.glob("*.begun")]) == 2 or run.poll() is not None, "both run"
        )
        assert len([*(tmp_path / "tmp").glob("maildesk-redis-*")]) == 2
        run.send_signal(signal.SIGTERM)
        said = run.communicate(timeout=NEVER)[0]
    assert run.returncode == 2, said
    assert [*(tmp_path / "tmp").glob("maildesk-redis-*")] == []


def test_a_port_is_given_to_one_process_alone() -> None:
    given = free_port()
    asks = f"from tests.servers.process import take\nprint(take({given}))"
    other = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (other.stdout.strip(), process.take(given)) == ("False", False)


@pytest.mark.parametrize("count", [1, 2, 3, 15])
def test_what_all_share_is_shared_out(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", str(count))
    shares: list[int] = []
    for number in range(count):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{number}")
        shares += own_share(range(1, 16))
    assert sorted(shares) == list(range(1, 16))
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT")
    assert own_share(range(1, 16)) == range(1, 16)
