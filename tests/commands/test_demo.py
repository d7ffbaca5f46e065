"""The demo's own desk: it is gone when the demo ends, however slow the machine is."""

from __future__ import annotations

import signal
import subprocess
import sys

from maildesk.commands.demo import stopped

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('here', "
    "flush=True); time.sleep(600)"
)


def test_a_desk_that_does_not_stop_in_time_is_cut_off() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        assert stopped(process, patience=0.1) == -signal.SIGKILL
