"""How long links to pages are good: whole days, for that is what they count in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from tests.config.desks import DESK, mistakes_of, write_desk


@pytest.mark.parametrize("section", ["tracking", "survey"])
@pytest.mark.parametrize("written", ["1m", "12h", "36h", "0d"])
def test_less_than_a_day_or_a_part_of_one_is_a_mistake(
    tmp_path: Path, section: str, written: str
) -> None:
    desk = write_desk(tmp_path, f"{DESK}{section}: {{valid: {written}}}\n")
    (said,) = mistakes_of(desk)
    assert "whole days, such as 30d: links count in days" in said
    assert written in said


@pytest.mark.parametrize(("written", "days"), [("1d", 1), ("48h", 2), ("2w", 14)])
def test_whole_days_may_be_written_in_any_unit(tmp_path: Path, written: str, days: int) -> None:
    links = f"tracking: {{valid: {written}}}\nsurvey: {{valid: {written}}}\n"
    policy = load_policy(write_desk(tmp_path, f"{DESK}{links}"))
    assert (policy.tracking.valid, policy.survey_page.valid) == (timedelta(days=days),) * 2
