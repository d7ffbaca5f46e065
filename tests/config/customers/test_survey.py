"""`survey:` of desk.yaml: yes, no, or where stars lead and how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from tests.config.desks import DESK, mistakes_of, write_desk


@pytest.mark.parametrize(
    ("written", "asks", "by", "days"),
    [
        ("", True, "both", 30),
        ("survey: no\n", False, "both", 30),
        ("survey: on\n", True, "both", 30),
        ("survey: {by: mail}\n", True, "mail", 30),
        ("survey: {ask: no, by: page, valid: 2w}\n", False, "page", 14),
    ],
)
def test_a_survey_is_asked_or_not_and_leads_somewhere(
    tmp_path: Path, written: str, asks: bool, by: str, days: int
) -> None:
    policy = load_policy(write_desk(tmp_path / "desk", DESK + written))
    assert (policy.survey, policy.survey_page.by) == (asks, by)
    assert policy.survey_page.valid.days == days


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("survey: maybe\n", 'desk.yaml:6:9: expected yes or no, found "maybe"'),
        ("survey: {by: pages}\n", "(did you mean page?)"),
        ("survey: {bye: page}\n", "(did you mean by?)"),
        ("survey: {valid: long}\n", "desk.yaml:6:"),
        ("survey: [page]\n", "desk.yaml:6:"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, written: str, told: str) -> None:
    (mistake,) = mistakes_of(write_desk(tmp_path / "desk", DESK + written))
    assert told in mistake
