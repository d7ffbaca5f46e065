"""The names rules may use, also while another file has mistakes: none is hidden,
and none is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.known_names import known_names
from maildesk.config.policy import load_policy
from maildesk.config.yaml import parse
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk

RULE = "rules:\n  - {name: A, then: [{%s}]}\n"
LABELLED = DESK + "labels: {vip: '#b8860b'}\ncategories: [billing]\ncustom_fields: [licence]\n"
WRONG_DESK, WRONG_AGENTS = (
    LABELLED + "colour: red\n",
    AGENTS + "  - {name: Ben, adress: ben@desk.example}\n",
)


@pytest.mark.parametrize(
    ("desk", "agents"), [(WRONG_DESK, AGENTS), (LABELLED, WRONG_AGENTS), (WRONG_DESK, WRONG_AGENTS)]
)
@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("queue: suport", "queue: support"),
        ("label: vpi", "label: vip"),
        ("category: biling", "category: billing"),
        ("fields.licens: x", "fields.licence: x"),
        ("assign: {team: suport}", "assign: {team: support}"),
        ("assign: {agent: anna@desk.example}", "assign: {agent: ana@desk.example}"),
        ("status: opne", "status: open"),
        ("priority: hihg", "priority: high"),
        ("send: acknowledgment", "send: acknowledgement"),
    ],
)
def test_a_mistake_in_another_file_hides_none_and_makes_none(
    tmp_path: Path, desk: str, agents: str, wrong: str, right: str
) -> None:
    found = mistakes_of(
        write_desk(tmp_path / "wrong", desk=desk, agents=agents, rules=RULE % wrong)
    )
    assert any(line.startswith("rules.yaml:2:") and "did you mean" in line for line in found), found
    found = mistakes_of(
        write_desk(tmp_path / "right", desk=desk, agents=agents, rules=RULE % right)
    )
    assert not [line for line in found if line.startswith("rules.yaml")], found


def test_without_files_nothing_is_known_and_nothing_doubted(tmp_path: Path) -> None:
    known = known_names(None, {"desk.yaml": parse(b"[]", "desk.yaml")})
    assert (known.queues, known.agents, known.labels) == (None, None, None)


def test_a_desk_without_mistakes_is_asked_itself(tmp_path: Path) -> None:
    policy = load_policy(write_desk(tmp_path, desk=LABELLED))
    assert known_names(policy, {}).labels == ("vip",)
