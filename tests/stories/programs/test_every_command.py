"""Every command of the table as every mail program writes it, on the running desk in both modes:
what becomes of the ticket and its history, and who is written to.

All of it is poured in at once, so that one desk a mode does; each pair of a command and a program
is tried in one of the modes. What is expected stands in `rows`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from maildesk.desk.commands.table import COMMANDS
from tests.pipeline.written import PROGRAMS
from tests.stories.clients import tapped, taps
from tests.stories.conftest import running
from tests.stories.programs.judging import differences
from tests.stories.programs.rows import ROWS
from tests.stories.programs.spelling import SPELLINGS
from tests.stories.programs.trials import BEN, Trial, Trials, trials_of
from tests.stories.running_desk import ROOT, RunningDesk, Way, text_of

MODES = ("embedded", "distributed")
OFFICE = """\
      mon-thu: ["9:00-12:30", "13:30-18:00"]
      fri: "9:00-15:00"
    holidays:
      country: DE
"""
# Always open, in three languages, with a server that vouches for senders; Ben may delete, and Ana
# works no queue, but hears what supervisors do.
CHANGES = (
    ("desk.yaml", "languages: [en, de]", "languages: [en, de, fr]"),
    ("desk.yaml", "\ntrust:\n", "\ntrust:\n  authserv_id: mx.desk.example\n"),
    ("desk.yaml", "  # questions: 60", "  questions: 1000"),
    ("desk.yaml", "total: 2000", "total: 20000"),
    ("agents.yaml", "teams: [support, senior]", "teams: [senior]"),
    ("agents.yaml", "    also: [ben@home.example]", "    role: super_admin"),
    ("sla.yaml", OFFICE, '      mon-sun: "0:00-24:00"\n'),
)


def tried(mode: str) -> Iterator[tuple[str, str]]:
    """Each command with every other program; in the other mode it is the others' turn."""
    for row, name in enumerate(ROWS):
        for column, program in enumerate(PROGRAMS):
            if (row + column) % len(MODES) == MODES.index(mode):
                yield name, program


def test_no_command_and_no_program_is_left_out() -> None:
    assert set(ROWS) == set(COMMANDS)
    assert set(SPELLINGS) == set(PROGRAMS)
    pairs = {pair for mode in MODES for pair in tried(mode)}
    assert pairs == {(name, program) for name in COMMANDS for program in PROGRAMS}


@pytest.fixture
def desk(tmp_path: Path, way: Way) -> Iterator[RunningDesk]:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    for name, old, new in CHANGES:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, old
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    yield from running(folder, way)


def test_what_is_written_is_done_and_told(
    desk: RunningDesk, request: pytest.FixtureRequest
) -> None:
    mode = request.node.callspec.params["way"]
    made = [
        Trial(name, program, ROWS[name], f"{name}{n}.example", SPELLINGS[program](name, ROWS[name]))
        for n, (name, program) in enumerate(tried(mode))
    ]
    together = [one for one in made if not one.row.alone]
    with trials_of(desk) as trials:
        trials.ask(together)
        trials.prepare(together)
        trials.command(together)
        wrong = [said for one in together for said in differences(one, trials.seen(one))]
        erase(trials, [one for one in together if one.name == "delete"])
        wrong += apart(trials, [one for one in made if one.row.alone])
    assert wrong == [], "\n".join(wrong)
    assert {row["reason"] for row in desk.quarantine()} <= {"asks_delete"}


def erase(trials: Trials, asked: Sequence[Trial]) -> None:
    """What was asked about is confirmed by one tap each; then they are gone."""
    found = [taps(trials.newest(one.own), "#confirm")[0] for one in asked]
    trials.pour([(tapped(tap, BEN).as_bytes(), BEN, tap.to) for tap in found])
    for one in asked:
        assert trials.shown(one.own) == {}, str(one)
        told = " ".join(text_of(trials.newest("")).split())
        assert "is deleted" in told, told


def apart(trials: Trials, made: Sequence[Trial]) -> list[str]:
    """Those that change what comes behind them, one by one: who is away hears of no new ticket, and
    renewed addresses of older mails do nothing."""
    wrong: list[str] = []
    here = [one for one in made if one.name != "renew"]
    trials.ask(here)
    for one in made:
        if one not in here:
            trials.ask([one])
        trials.prepare([one])
        trials.command([one])
        wrong += differences(one, trials.seen(one))
    return wrong
