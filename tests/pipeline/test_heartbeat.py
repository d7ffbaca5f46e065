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


def test_a_killed_process_leaves_nothing_that_looks_ill(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    assert not is_alive(dead.pid)
    Heartbeat(tmp_path).begin(("tick",))
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_text(file.read_text().replace(str(pulses(tmp_path)[0].pid), str(dead.pid)))
    assert pulses(tmp_path) == []
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
