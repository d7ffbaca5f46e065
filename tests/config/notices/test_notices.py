"""When agents hear of things: an agent's word before a team's before the desk's; mistakes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.notices.wanted import Notices, Quiet
from tests.config.desks import DESK, mistakes_of, write_desk


def wanted(folder: Path, own: str = "", team: str = "", desk: str = "") -> Notices:
    """What Ana wants."""
    agents = (
        "agents:\n"
        f"  - {{name: Ana, address: ana@desk.example, teams: [support], notices: {{{own}}}}}\n"
        f"teams: {{support: {{notices: {{{team}}}}}}}\n"
    )
    policy = load_policy(write_desk(folder, f"{DESK}notices: {{{desk}}}\n", agents))
    return policy.agents[0].notices


def test_nothing_waits_where_nobody_says_so(tmp_path: Path) -> None:
    assert wanted(tmp_path) == Notices()
    assert Notices().breaks_through == {"sla", "urgent"}


def test_an_agents_word_counts_before_the_teams_and_that_before_the_desks(tmp_path: Path) -> None:
    desk = "quiet: 20:00-7:00, bundle: 10m, breaks_through: [sla]"
    assert wanted(tmp_path, desk=desk) == Notices(
        Quiet(20 * 60, 7 * 60), frozenset({"sla"}), timedelta(minutes=10)
    )
    found = wanted(tmp_path, "quiet: no, bundle: off", "quiet: 22-6, breaks_through: []", desk)
    assert found == Notices(None, frozenset(), timedelta(0))
    assert wanted(tmp_path, "", "quiet: 22-6", desk).quiet == Quiet(22 * 60, 6 * 60)


@pytest.mark.parametrize(
    ("written", "minutes"), [("10 minutes", 10), ("10m", 10), ("1 min", 1), ("1h", 60), ("0", 0)]
)
def test_a_window_is_written_as_people_write_it(tmp_path: Path, written: str, minutes: int) -> None:
    assert wanted(tmp_path, f"bundle: {written}").bundle == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}), ("[mon, thu]", {0, 3}), ("daily", set(range(7))),
        ("sat-mon", {5, 6, 0}), ("friday", {4}),
    ],
)  # fmt: skip
def test_the_days_of_a_digest_are_written_in_several_ways(
    tmp_path: Path, written: str, days: set[int]
) -> None:
    found = wanted(tmp_path, f'digest: "7:30", digest_days: {written}')
    assert found.digest == 450 and found.digest_days == frozenset(days)
    own = wanted(tmp_path, "digest_days: working", desk=f"digest_days: {written}")
    assert own.digest_days is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("quiet: 20:00", "quiet hours such as 20:00-7:00"),
        ("quiet: 20:00-27:00", "quiet hours such as 20:00-7:00"),
        ("quiet: 7:00-7:00", "quiet hours such as 20:00-7:00"),
        ("quiet: 20:70-7:00", "quiet hours such as 20:00-7:00"),
        ("bundle: soon", "a period such as 10m"),
        ("bundle: 3d", "of no more than 1d"),
        ("breaks_through: [urgnt]", "did you mean urgent?"),
        ("digest: morning", "a time such as 8:00"),
        ("digest: 25:00", "a time such as 8:00"),
        ("digest_days: [mon, fridy2]", "days such as mon-fri"),
        ("quite: 20:00-7:00", "did you mean quiet?"),
    ],
)
def test_a_mistake_is_pointed_at(tmp_path: Path, line: str, expected: str) -> None:
    (mistake,) = mistakes_of(write_desk(tmp_path, f"{DESK}notices:\n  {line}\n"))
    assert expected in mistake and "desk.yaml:7" in mistake
