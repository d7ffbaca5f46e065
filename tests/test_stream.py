"""What is printed keeps nobody waiting and raises nothing; what was lost meanwhile is counted, and
told where it is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk import stream as module
from maildesk.stream import NonBlockingStream, Unwritten
from tests.servers.process import fill
from tests.stories.running_desk import wait_until


class Pipe:
    """A pipe and the stream that writes into it."""

    def __init__(self, room: int) -> None:
        self.reader, self.writer = os.pipe()
        self.lost: list[Unwritten] = []
        self.stream = NonBlockingStream(self.writer, room=room, on_lost=self._told)

    def _told(self, found: Unwritten) -> None:
        self.lost.append(found)
        self.stream.write(f"{found.lost} lines are missing\n")

    def read_until(self, end: bytes) -> bytes:
        found = b""
        while not found.endswith(end):
            found += os.read(self.reader, 65_536)
        return found


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    monkeypatch.setattr(module, "AGAIN", 0.01)
    made = Pipe(room=1000)
    yield made
    os.set_blocking(made.reader, False)
    # let its thread go on, so that the pipe can be closed under it
    while made.stream.unwritten() is not None:
        try:
            os.read(made.reader, 65_536)
        except BlockingIOError:
            made.stream.drain(0.01)
    for handle in (made.reader, made.writer):
        os.close(handle)


def test_lines_arrive_in_their_order_and_that_is_no_trouble(pipe: Pipe) -> None:
    for number in range(10):
        print(number, "größer \udcff", file=pipe.stream)
    assert pipe.read_until(b"9 gr\xc3\xb6\xc3\x9fer \\udcff\n").count(b"\n") == 10
    pipe.stream.drain()
    assert pipe.stream.unwritten() is None
    assert pipe.lost == []


def test_nobody_reads_and_nobody_waits(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(pipe.writer)
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    for number in range(1000):
        pipe.stream.write(f"{number:09}\n")
    found = pipe.stream.unwritten()
    assert found is not None
    assert re.fullmatch(
        r"cannot be written since 20..-..-.. ..:..:.. UTC \(nobody reads it\), \d+ lines lost",
        str(found),
    )
    came = pipe.read_until(b"lines are missing\n").lstrip(b".").decode().splitlines()
    *numbers, words = came
    assert [int(number) for number in numbers] == list(range(len(numbers)))
    assert words == f"{1000 - len(numbers)} lines are missing"
    assert len(numbers) >= 100
    pipe.stream.write("and on\n")
    assert pipe.read_until(b"and on\n") == b"and on\n"
    assert pipe.stream.unwritten() is None


def test_a_pipe_that_others_made_non_blocking_is_waited_for(pipe: Pipe) -> None:
    fill(pipe.writer)
    os.set_blocking(pipe.writer, False)
    pipe.stream.write("late\n")
    assert pipe.read_until(b"late\n").strip(b".") == b"late\n"


def test_a_disk_that_has_room_again_gets_what_waited(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, is_full = os.write, threading.Event()

    def write_or_fail(handle: int, octets: bytes) -> int:
        if is_full.is_set():
            raise OSError(28, "No space left on device")
        return write(handle, octets)

    monkeypatch.setattr(os, "write", write_or_fail)
    is_full.set()
    pipe.stream.write("one\n")
    wait_until(
        lambda: "(No space left on device), 0 lines lost" in str(pipe.stream.unwritten()),
        "it is noticed",
    )
    pipe.stream.drain()  # at once
    pipe.stream.write("two\n")
    is_full.clear()
    assert pipe.read_until(b"two\n") == b"one\ntwo\n"
    pipe.stream.drain()
    assert pipe.stream.unwritten() is None


STORY = """
import logging, sys, threading, warnings
from maildesk.log import configure, log, wait_for_no_reader
wait_for_no_reader()
configure()
class Unspeakable:
    def __str__(self): raise ValueError
log.info("spooled", spool=7)
log.info("spooled", spool=Unspeakable())
logging.getLogger("x").warning("standard")
logging.getLogger("x").warning("standard %d", "no number")
warnings.warn("beware")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
print("said")
sys.exit("the end")
"""


def test_whatever_a_process_says_comes_and_its_last_words_as_well() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORY], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "said\n")
    for words in (
        "spooled spool=7\n",
        "spooled could not be told: ValueError\n",
        "WARNING x standard\n",
        "beware",
        "ZeroDivisionError",
    ):
        assert words in done.stderr
    assert done.stderr.endswith("the end\n")


@pytest.mark.parametrize("closed", ["", ">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_from_the_start_are_nobodys(closed: str, tmp_path: Path) -> None:
    story = (
        f"{STORY.replace('sys.exit', 'str')}\nfile = open('{tmp_path}/file', 'x')\n"
        f"log.info('late')\n"
    )
    words = f'exec {sys.executable} -c "$0" {closed}'
    assert (
        subprocess.run(["sh", "-c", words, story], capture_output=True, check=False).returncode == 0
    )
    assert (tmp_path / "file").read_bytes() == b""
