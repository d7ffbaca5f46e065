"""The log cannot be written: mail is taken and answered all the same, `maildesk health` says so,
SIGTERM ends the desk."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maildesk.heartbeat import Pulse, pulses
from tests.commands.test_health import health
from tests.servers.process import NEVER, fill
from tests.servers.relay import Relay
from tests.stories.running_desk import ROOT, Inbox, command, wait_until, write

DESK = "support@desk.example"
NO_ROOM = Path("/dev/full")
WAYS = {"nobody reads": "nobody reads it", "the reader died": "Broken pipe", "closed": ""}
if NO_ROOM.exists():  # not everywhere, and nothing else is a full disk for everybody
    WAYS["no room"] = "No space left on device"


@contextmanager
def broken(way: str) -> Iterator[int]:
    """Somewhere to write to that takes nothing."""
    reader, writer = os.pipe()
    open_handles = [writer]
    if way == "nobody reads":
        fill(writer)
        open_handles.append(reader)
    else:
        os.close(reader)
    if way == "no room":
        open_handles.append(os.open(NO_ROOM, os.O_WRONLY))
    yield open_handles[-1] if way == "no room" else writer
    for handle in open_handles:
        os.close(handle)


@pytest.mark.parametrize("way", WAYS)
def test_a_desk_whose_log_cannot_be_written_works_says_so_and_ends(
    tmp_path: Path, relay: Relay, way: str
) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    settings = (
        f"relay: {{host: {relay.host}, port: {relay.port}}}\nlisteners: [{{port: 0}}]\n"
        f"pipeline: {{tick: 0.1}}\n"
    )
    (folder / "settings.yaml").write_text(settings, encoding="utf-8")
    with broken(way) as handle:
        closed = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh"] if way == "closed" else []
        process = subprocess.Popen(
            [*closed, *command(folder)], stdout=handle, stderr=handle, cwd=ROOT
        )
        try:
            _take_and_answer(folder, relay, way)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(NEVER)
            finally:
                process.kill()
    assert code == 0


def _take_and_answer(folder: Path, relay: Relay, way: str) -> None:
    inbox = Inbox(relay)
    wait_until(lambda: pulses(folder), "the desk runs")
    for name in ("kim", "sam"):
        sender = f"{name}@customer.example"
        with smtplib.SMTP(*_alive(folder).listening[0], timeout=NEVER) as link:
            link.sendmail(sender, [DESK], write(sender, DESK, "Hello", "Hello?").as_bytes())
        inbox.take(sender)
    words = WAYS[way]
    if words:
        wait_until(lambda: _alive(folder).log, "it says that its log cannot be written")
    done = health(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("; its log cannot be written since 20" in done.stdout) is bool(words)
    assert words in done.stdout


def _alive(folder: Path) -> Pulse:
    (pulse,) = pulses(folder)
    return pulse
