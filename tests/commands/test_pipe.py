"""A mail server's pipe puts what is said into the delivery report: one sentence, and the right exit
code. Why, the log has."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maildesk.config.example import copy_example
from tests.servers.process import NEVER, new_folder

LATER = b"maildesk: not now; please try again later\n"


class SystemLog:
    """The system log's socket, with what was written there."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "log"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.place))

        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def lines(self) -> list[str]:
        """All that came, once nobody writes any more."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", str(self.place))
        self._reader.join(10)
        return self._lines

    def _read(self) -> None:
        while line := self._socket.recv(65536):
            self._lines.append(line.decode())

    def close(self) -> None:
        if self._reader.is_alive():
            self.lines()
        self._socket.close()


@pytest.fixture
def system_log() -> Iterator[SystemLog]:
    folder = new_folder("log")
    log = SystemLog(folder)
    yield log
    log.close()
    shutil.rmtree(folder)


def inject(desk: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return given_to_inject(desk, b"Subject: x\n\ny\n", *options, **environment)


def given_to_inject(
    desk: Path, message: bytes, *options: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "maildesk.cli", "inject", "--desk", str(desk), *options]
    return subprocess.run(
        command,
        input=message,
        capture_output=True,
        env=os.environ | environment,
        timeout=NEVER,
        check=False,
    )


def misspelt(desk: Path) -> None:
    (desk / "settings.yaml").write_text("brokr: memory\n", encoding="utf-8")


def not_there(desk: Path) -> None:
    shutil.rmtree(desk)


def shut(desk: Path) -> None:
    """Its place is taken, which root minds as much as anybody does."""
    (desk / "var").write_text("no folder")


def spoilt(desk: Path) -> None:
    (desk / "var").mkdir()
    (desk / "var" / "maildesk.sqlite").write_bytes(b"no database at all" * 100)


def half_installed(desk: Path) -> None:
    (desk / "lib").mkdir()
    (desk / "lib" / "sqlalchemy.py").write_text(
        "raise ImportError('libsecret.so at /opt/hidden')\n"
    )


KINDS: list[tuple[Callable[[Path], None], list[str], dict[str, str], str]] = [
    (
        lambda _: None,
        [],
        {"MAILDESK_DATABASE": "postgresql://desk:hunter2@127.0.0.1:1/desk"},
        "cannot be reached",
    ),
    (misspelt, [], {}, "settings.yaml:1:1: "),
    (not_there, [], {}, "there is no desk folder"),
    (shut, [], {}, "File exists"),
    (spoilt, [], {}, "DatabaseError"),
    (lambda _: None, ["--frm=a@b.example"], {}, "No such option"),
    (half_installed, [], {"PYTHONPATH": "{desk}/lib"}, "libsecret.so"),
]


@pytest.mark.parametrize(("breaks", "options", "environment", "why"), KINDS)
def test_a_sender_hears_one_sentence_and_the_system_log_why(
    tmp_path: Path,
    system_log: SystemLog,
    breaks: Callable[[Path], None],
    options: list[str],
    environment: dict[str, str],
    why: str,
) -> None:
    desk = tmp_path / "desk"
    copy_example(desk)
    breaks(desk)
    given = {"SENDER": "kim@customer.example", "MAILDESK_SYSLOG": str(system_log.place)}
    done = inject(
        desk,
        *options,
        **given | {name: value.format(desk=desk) for name, value in environment.items()},
    )
    assert (done.returncode, done.stdout, done.stderr) == (75, b"", LATER)
    head, *details = system_log.lines()
    assert head.startswith("<19>"), "mail, error"
    assert "maildesk[" in head
    assert "not_taken code=75 why=" in head
    assert why in head
    assert 'sender="kim@customer.example"' in head
    assert "hunter2" not in "\n".join([head, *details])


def test_what_is_no_message_is_sent_back_in_words(tmp_path: Path) -> None:
    copy_example(tmp_path / "desk")
    done = given_to_inject(tmp_path / "desk", b"\n")
    assert (done.returncode, done.stdout, done.stderr) == (
        65,
        b"",
        b"maildesk: there was no message\n",
    )


def test_told_to_stop_while_it_waits_it_asks_for_the_mail_once_more(tmp_path: Path) -> None:
    copy_example(tmp_path / "desk")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://desk@127.0.0.1:{silent.getsockname()[1]}/desk"
        command = [sys.executable, "-m", "maildesk.cli", "inject", "--desk", str(tmp_path / "desk")]
        environment = os.environ | {"MAILDESK_DATABASE": url}
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        assert process.stdin is not None
        process.stdin.write(b"Subject: x\n\ny\n")
        process.stdin.close()
        process.stdin = None
        link, _ = silent.accept()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        link.close()
    assert (process.returncode, said) == (75, b"")


def test_a_person_at_a_terminal_reads_why(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "maildesk.cli", "inject", "--desk", str(tmp_path / "none")]
    done = subprocess.run(
        command,
        input=b"Subject: x\n\ny\n",
        stderr=theirs,
        stdout=subprocess.PIPE,
        timeout=NEVER,
        check=False,
    )
    os.close(theirs)
    assert done.returncode == 75
    assert f"there is no desk folder {tmp_path / 'none'}" in os.read(ours, 4096).decode()
    os.close(ours)


def test_without_a_system_log_the_desk_keeps_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from maildesk.commands import pipe

    monkeypatch.setattr(sys, "argv", ["maildesk", "inject", f"--desk={tmp_path}"])
    monkeypatch.setattr(pipe, "_SYSTEM_LOGS", ())
    monkeypatch.setattr(pipe, "MOST", 150)
    (tmp_path / "var").mkdir()
    for words in (b"one\n", b"two\n", b"three\n"):
        with (tmp_path / "details").open("w+b") as details:
            details.write(words)
            pipe._remember(75, details)
    log = tmp_path / "var" / "inject.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "three" in log.read_text()
    assert "two" in log.with_name("inject.log.1").read_text()
