"""Each event is turned on and off for an agent or a team; a wrong word is pointed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.mails.mail import EVENTS
from tests.config.desks import DESK, mistakes_of, write_desk

_ALL = frozenset(EVENTS)


def heard(folder: Path, own: str, teams: str = "") -> frozenset[str]:
    """What Ana hears of, who is in two teams."""
    agents = (
        f"agents:\n  - {{name: Ana, address: ana@desk.example, teams: [support, night], {own}}}\n"
    )
    return load_policy(write_desk(folder, DESK, agents + teams)).agents[0].notify


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_turned_off_and_on_for_an_agent_and_for_a_team(
    tmp_path: Path, event: str
) -> None:
    team = f"teams: {{support: {{mute: [{event}]}}}}\n"
    assert heard(tmp_path, f"mute: [{event}]") == _ALL - {event}
    assert heard(tmp_path, "skills: []", team) == _ALL - {event}
    assert heard(tmp_path, f"notify: [{event}]", team) == {event}, "their own word counts"
    assert heard(tmp_path, "skills: []", f"teams: {{night: {{notify: [{event}]}}}}\n") == {event}


def test_of_two_teams_each_adds_and_each_mutes(tmp_path: Path) -> None:
    teams = "teams:\n  support: {notify: [sla, note]}\n  night: {notify: [created], mute: [note]}\n"
    assert heard(tmp_path, "skills: []", teams) == {"sla", "created"}
    assert heard(tmp_path, "mute: [sla]", teams) == {"created"}
    assert heard(tmp_path, "notify: []", teams) == frozenset()


def test_a_wrong_word_is_pointed_at_with_the_nearest_right_one(tmp_path: Path) -> None:
    agents = (
        "agents:\n"
        "  - name: Ana\n"
        "    address: ana@desk.example\n"
        "    teams: [support]\n"
        "    notify: [created, asigned]\n"
        "    mute: [prioritys]\n"
        "teams:\n"
        "  support: {mute: [notes]}\n"
    )
    first, second, third = mistakes_of(write_desk(tmp_path, DESK, agents))
    assert "agents.yaml:5" in first and "did you mean assigned?" in first
    assert "agents.yaml:6" in second and "did you mean priority?" in second
    assert "agents.yaml:8" in third and "did you mean note?" in third
