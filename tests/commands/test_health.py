"""`maildesk health`: well while everything does its rounds and answers, and in words what is wrong
where not."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from maildesk.heartbeat import FOLDER, Heartbeat
from tests.servers.process import NEVER
from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, wait_until


def health(desk: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command, as Docker calls it."""
    command = [sys.executable, "-m", "maildesk.cli", "health", "--desk", str(desk), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=NEVER)


def test_a_desk_that_runs_is_well_and_one_that_hangs_or_was_killed_is_not(
    tmp_path: Path, relay: Relay
) -> None:
    desk = RunningDesk(tmp_path / "desk", relay).start()
    done = health(desk.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert f" is well (process {desk.processes[0].pid}) 127.0.0.1:{desk.port}" in done.stdout
    assert health(desk.folder, "--role", "work").returncode == 0

    desk.processes[0].send_signal(signal.SIGSTOP)
    (file,) = (desk.folder / FOLDER).iterdir()
    os.utime(file, (1, 1))  # long ago
    done = health(desk.folder)
    assert done.returncode == 1
    assert "has done no round for" in done.stderr
    assert "does not answer: timed out" in done.stderr
    desk.processes[0].send_signal(signal.SIGCONT)
    wait_until(lambda: health(desk.folder).returncode == 0, "it is well again")

    killed = desk.processes[0].pid
    desk.kill()
    done = health(desk.folder)
    assert done.returncode == 1
    none, gone = done.stderr.splitlines()
    assert none == "maildesk: no process of this desk runs here"
    assert re.fullmatch(
        rf"maildesk: imap,smtp,tick,work \(process {killed}\) died without a word \w+ ago and was "
        r"not started again",
        gone,
    )

    desk.revive()
    assert health(desk.folder).returncode == 0, "another has taken its place"
    assert desk.stop() == [0]


@pytest.mark.parametrize(
    ("greeting", "code"),
    [(b"220 desk\r\n", 0), (b"421 too many\r\n", 0), (b"", 1), (b"HTTP/1.1\r\n", 1)],
)
def test_a_listener_is_well_when_it_greets(tmp_path: Path, greeting: bytes, code: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        Heartbeat(tmp_path).begin(("smtp",), [("0.0.0.0", server.getsockname()[1])])
        process = subprocess.Popen(
            [sys.executable, "-m", "maildesk.cli", "health", "--desk", str(tmp_path)]
        )
        link, _ = server.accept()
        link.sendall(greeting)
        link.shutdown(socket.SHUT_WR)
        assert process.wait(60) == code
        link.close()


def test_a_role_that_does_not_run_here_is_missed(tmp_path: Path) -> None:
    Heartbeat(tmp_path).begin(("tick",))
    assert health(tmp_path).returncode == 0
    done = health(tmp_path, "--role", "smtp")
    assert (done.returncode, done.stderr) == (
        1,
        "maildesk: no process with the role smtp of this desk runs here\n",
    )


def test_a_role_that_there_is_not_is_named_with_those_there_are(tmp_path: Path) -> None:
    done = health(tmp_path, "--role", "foo")
    assert (done.returncode, done.stderr) == (
        2,
        "maildesk: there is no role foo; there are smtp, imap, work, tick, web\n",
    )
