"""A process that is forked off is one as if it were started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.forked import ROOT, run
from tests.servers.process import NEVER


@pytest.mark.parametrize("words", [["--version"], ["schema", "ticket"], ["ticket", "show", "1"]])
def test_it_says_and_ends_as_one_that_was_started(words: list[str], tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "MAILDESK_DESK": str(tmp_path / "none")}
    command = [sys.executable, "-m", "maildesk.cli", *words]
    started = subprocess.run(
        command, capture_output=True, cwd=ROOT, env=environment, timeout=NEVER, check=False
    )
    done = run(words, environment=environment)
    assert (done.returncode, done.stdout) == (started.returncode, started.stdout)
    assert done.stderr == started.stderr
