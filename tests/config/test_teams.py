"""A team that only an agent names: a slip where it looks like another, else said and no mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.check import check, remarks
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

SLIP = "  - {name: Ben, address: ben@desk.example, teams: [suport]}\n"
TOLD = (
    "agents.yaml:3:52: expected a team of a queue (support), or one named under teams:, found "
    '"suport" (did you mean support?)'
)


def test_a_misspelt_team_of_an_agent_is_named(tmp_path: Path) -> None:
    assert mistakes_of(write_desk(tmp_path, agents=AGENTS + SLIP)) == [TOLD]


def test_it_is_named_beside_other_mistakes(tmp_path: Path) -> None:
    agents = AGENTS + SLIP.replace("teams:", "role: agnt, teams:")
    found = mistakes_of(write_desk(tmp_path, desk=DESK + "colour: red\n", agents=agents))
    assert [one.partition(": expected")[0] for one in found] == [
        "desk.yaml:6:9",
        "agents.yaml:3:50",
        "agents.yaml:3:64",
    ]
    assert "did you mean support?" in found[-1]


@pytest.mark.parametrize(
    ("desk", "agents"),
    [
        (DESK.replace("[support]}", "[support], next_tier: suport}"), ""),
        (DESK, "teams:\n  suport: {mute: [status]}\n"),
        (DESK, "  - {name: Cem, address: cem@desk.example, supervises: [suport]}\n"),
    ],
    ids=["the next tier", "below teams", "supervised"],
)
def test_one_that_is_named_elsewhere_is_meant(tmp_path: Path, desk: str, agents: str) -> None:
    assert mistakes_of(write_desk(tmp_path, desk=desk, agents=AGENTS + SLIP + agents)) == []


def test_one_that_a_rule_gives_tickets_to_is_meant(tmp_path: Path) -> None:
    rules = """\
    rules:
      - name: The others have it
        when: created
        then: [{assign: {team: suport}}]
    """
    assert mistakes_of(write_desk(tmp_path, agents=AGENTS + SLIP, rules=rules)) == []


def test_where_the_queue_is_misspelt_that_alone_is_told(tmp_path: Path) -> None:
    (found,) = mistakes_of(write_desk(tmp_path, desk=DESK.replace("[support]", "[suport]")))
    assert found.startswith("desk.yaml:5:21: expected a team that an agent belongs to (support)")


def test_a_team_that_nothing_uses_is_said_and_is_no_mistake(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, agents=AGENTS + SLIP.replace("suport", "night"))
    assert check(desk) == []
    said = "agents.yaml:3: no queue has the team night, and no rule names it"
    assert [one for one in remarks(desk) if one.startswith(said)]


def test_where_no_queue_has_teams_nothing_is_said(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, desk=DESK.replace("{teams: [support]}", "{}"))
    assert check(desk) == []
    assert not [one for one in remarks(desk) if one.startswith("agents.yaml")]
