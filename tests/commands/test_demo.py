"""The demo plays through the desk that runs, or through one of its own, which is gone when the demo
ends."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from maildesk.commands.demo import Play, stopped
from maildesk.config.environment import load_settings
from maildesk.config.example import copy_example
from maildesk.config.policy import load_policy
from maildesk.heartbeat import FOLDER
from tests.servers.process import NEVER

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


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "maildesk.cli", "demo", "--desk", str(folder)]
    environment = {"MAILDESK_SMTP_PORT": "0", "COLUMNS": "100"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=NEVER)


def test_it_plays_the_whole_story_on_a_desk_of_its_own_and_leaves_none_running(
    tmp_path: Path,
) -> None:
    done = demo(tmp_path / "desk")
    assert done.returncode == 0, done.stderr
    assert "no desk is running here: starting one for the demo" in done.stdout
    assert "6. Seven days later the ticket closes by its timer" in done.stdout
    assert "Thank you for telling us: 4 of 5." in done.stdout
    link, _, page = done.stdout.partition("behind the link of that mail")[2].partition("page")
    assert "/ticket/" in link
    page = page.partition("4. The customer replies")[0]
    assert "The label printer prints nothing" in page
    assert "We have answered, and wait for you." in page
    assert "mailto:" not in done.stdout
    assert not list((tmp_path / "desk" / FOLDER).glob("*.json"))


def test_it_plays_on_a_desk_that_believes_a_mail_server(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    copy_example(folder)
    desk = folder / "desk.yaml"
    text = desk.read_text(encoding="utf-8")
    desk.write_text(text.replace("  # authserv_id", "  authserv_id"), encoding="utf-8")
    assert desk.read_text(encoding="utf-8") != text
    done = demo(folder)
    assert done.returncode == 0, done.stderr
    assert "Thank you for telling us: 4 of 5." in done.stdout


def test_what_the_first_scene_causes_is_waited_for_in_the_second(tmp_path: Path) -> None:
    """A desk that is quicker than the demo has written the acknowledgement by then."""
    folder = tmp_path / "desk"
    copy_example(folder)
    out = folder / "var" / "sent" / "new"
    out.mkdir(parents=True)
    settings, rules = load_settings(folder), load_policy(folder)
    play = Play(folder, settings, rules, 0, Console(file=io.StringIO()))
    (out / "1.desk").write_bytes(
        b"Delivered-To: kim@customer.example\nSubject: Re\n\nWe have it.\n"
    )
    play.scene(2, "The customer hears so")
    assert play.wait_for("kim@customer.example")["Subject"] == "Re"


def test_it_finds_the_desk_that_runs_on_another_port_than_the_settings_name(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    with subprocess.Popen(
        [sys.executable, "-m", "maildesk.cli", "run", "--desk", str(desk)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"MAILDESK_SMTP_PORT": "0", "HOME": str(tmp_path)},
    ) as running:
        assert running.stdout is not None
        port = next(
            line.split()[1].rpartition(":")[2]
            for line in running.stdout
            if line.split()[:1] == ["SMTP"]
        )
        done = demo(desk)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=NEVER)
    assert done.returncode == 0, done.stderr
    assert f"playing through the desk on port {port}" in done.stdout


def test_beside_a_desk_that_it_cannot_reach_it_starts_no_second_one(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    copy_example(desk)
    (desk / FOLDER).mkdir(parents=True)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = ["127.0.0.1", closed.getsockname()[1]]
    pulse = {"pid": os.getpid(), "roles": ["smtp"], "listening": [place], "silent": []}
    (desk / FOLDER / f"{socket.gethostname()}.{os.getpid()}.json").write_text(json.dumps(pulse))
    done = demo(desk)
    assert done.returncode == 1
    assert done.stderr == (
        f"maildesk: this desk runs (process {os.getpid()}), and no port of it takes the demo's "
        "mail. Stop it first, or try another --desk.\n"
    )


def test_beside_a_desk_with_a_relay_it_says_how_it_is_played(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    copy_example(folder)
    (folder / "settings.yaml").write_text("relay: {host: 127.0.0.1, port: 9}\n")
    done = demo(folder)
    assert done.returncode == 2
    assert "MAILDESK_SMTP_PORT=0" in done.stderr
    assert "demo --desk demo" in done.stderr
