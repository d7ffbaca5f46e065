"""A process's sign of life: renewed while it does its rounds, gone when it goes, and nobody's when
it was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from maildesk.heartbeat import FOLDER, Heartbeat, is_alive, pulses
from maildesk.pipeline.ticker import Ticker
from tests.pipeline.place import Place
from tests.stories.running_desk import wait_until


def test_it_says_what_the_process_does_and_where_it_listens(tmp_path: Path) -> None:
    heart = Heartbeat(tmp_path)
    assert pulses(tmp_path) == []
    heart.begin(("work", "smtp"), [("127.0.0.1", 2525)], [("::", 465)])
    (pulse,) = pulses(tmp_path)
    assert (pulse.roles, pulse.listening, pulse.silent) == (
        ("smtp", "work"),
        (("127.0.0.1", 2525),),
        (("::", 465),),
    )
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0
    heart.end()
    assert pulses(tmp_path) == []
    heart.beat()  # one that has ended is no trouble


BEATS = """
import sys, time
from pathlib import Path
from maildesk.heartbeat import Heartbeat
Heartbeat(Path(sys.argv[1])).begin(sys.argv[2].split(","))
print("begun", flush=True)
time.sleep(3600)
"""


def killed(desk: Path, *roles: str) -> list[int]:
    """Processes that lived together, each with these roles, and were killed with -9."""
    made = []
    for each in roles:
        command = [sys.executable, "-c", BEATS, str(desk), each]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        made.append(process)
    assert {one.pid for one in pulses(desk) if one.is_alive} == {one.pid for one in made}
    for process in made:
        process.kill()
        wait_until(lambda: not is_alive(process.pid), "it is dead, and not buried yet")  # noqa: B023
        process.communicate()
    return [process.pid for process in made]


def missed(desk: Path) -> set[int]:
    """The processes that died without a word."""
    return {one.pid for one in pulses(desk) if not one.is_alive}


def test_a_killed_process_is_missed_until_another_takes_its_place(tmp_path: Path) -> None:
    first, second = killed(tmp_path, "work", "work,imap")
    assert missed(tmp_path) == {first, second}
    Heartbeat(tmp_path).begin(("work",))
    assert missed(tmp_path) == {second}
    Heartbeat(tmp_path).begin(("work", "smtp", "imap"))
    assert [one.is_alive for one in pulses(tmp_path)] == [True]


def test_of_two_that_died_one_is_still_missed_when_one_is_back(tmp_path: Path) -> None:
    both = set(killed(tmp_path, "work", "work"))
    Heartbeat(tmp_path).begin(("work",))
    assert len(missed(tmp_path)) == 1
    assert missed(tmp_path) < both


def test_one_that_died_is_forgotten_after_a_day(tmp_path: Path) -> None:
    (died,) = killed(tmp_path, "tick")
    (file,) = (tmp_path / FOLDER).iterdir()
    at = file.stat().st_mtime
    assert [one.pid for one in pulses(tmp_path, at + 86_400)] == [died]
    assert pulses(tmp_path, at + 86_401) == []
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_what_is_no_sign_of_life_is_passed_over(tmp_path: Path) -> None:
    Heartbeat(tmp_path).begin(("tick",))
    (file,) = (tmp_path / FOLDER).iterdir()
    for words in ("", "{}", "[1]", '{"pid": 1, "roles": 7, "listening": [], "silent": []}'):
        file.write_text(words)
        assert pulses(tmp_path) == []


def test_a_ticker_beats_while_its_rounds_are_good_and_nothing_hangs(place: Place) -> None:
    beats: list[int] = []
    well = Ticker(place.services, kicks=True, renews=True, beat=lambda: beats.append(1))
    well.start()
    wait_until(lambda: len(beats) >= 2, "it beats")
    well.stop()
    hanging = Ticker(
        place.services, kicks=True, renews=True, hangs=-1, beat=lambda: beats.append(1)
    )
    count = len(beats)
    with place.services.held_rows.working("spool", [7]):
        hanging.start()
        wait_until(
            lambda: any("hangs" in one["Subject"] for one in place.letters("ana@desk.example")),
            "it is told",
        )
        hanging.stop()
    assert len(beats) == count
