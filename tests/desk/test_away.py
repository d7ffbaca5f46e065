"""Absences: with a beginning and an end, by assignments and notices alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.mails.recipients import here
from maildesk.desk.policy import Absence
from maildesk.desk.rules.assign import choose
from maildesk.desk.rules.ruleset import Assignment
from tests.config.desks import DESK, mistakes_of, write_desk
from tests.desk.rule_desk import ANA, BEN, NOW, POLICY, TICKET

DAY = timedelta(days=1)
SOON = Absence(NOW + 2 * DAY, NOW + DAY)


def test_it_begins_and_ends() -> None:
    ben = replace(BEN, away=(SOON,))
    assert ben.back_at(NOW) is None
    assert ben.back_at(NOW + DAY) == SOON.until
    assert ben.back_at(SOON.until) is None


def test_absences_that_touch_are_one() -> None:
    then = Absence(NOW + 3 * DAY, NOW + 2 * DAY)
    ben = replace(BEN, away_until=NOW + DAY, away=(then, SOON))
    assert ben.back_at(NOW) == then.until


def test_assignments_pass_by_who_is_away() -> None:
    policy = replace(POLICY, agents=(replace(BEN, away=(SOON,)), ANA))
    wanted = Assignment(by="first")
    assert choose(wanted, TICKET, policy, {}, NOW).agent == BEN.address
    assert choose(wanted, TICKET, policy, {}, NOW + DAY).agent == ANA.address


def test_somebody_always_hears() -> None:
    away = replace(BEN, away=(SOON,))
    policy = replace(POLICY, agents=(away, ANA))
    both = (BEN.address, ANA.address)
    assert here(both, policy, NOW) == both
    assert here(both, policy, NOW + DAY) == (ANA.address,)
    assert here((BEN.address,), policy, NOW + DAY) == (BEN.address,)


AGENTS = "agents:\n  - {name: Ana, address: ana@desk.example, teams: [support], away: AWAY}\n"


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("{until: 2026-12-24}", 1),
        ("{from: 2026-12-21, until: 2026-12-24}", 1),
        ("[{from: 2026-12-21, until: 2026-12-24}, {until: 2027-01-01T09:00+01:00}]", 2),
        ("[]", 0),
    ],
)
def test_one_absence_or_a_list_is_read(tmp_path: Path, written: str, count: int) -> None:
    desk = write_desk(tmp_path, DESK, AGENTS.replace("AWAY", written))
    assert len(load_policy(desk).agents[0].away) == count


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("{from: 2026-12-21}", "the key until"),
        ("{from: 2026-12-21, until: 2026-12-20}", "an until that comes after its from"),
        ("{from: soon, until: 2026-12-20}", "a date such as 2026-12-24"),
        ("[{form: 2026-12-21, until: 2026-12-24}]", "(did you mean from?)"),
        ("2026-12-24", "a list"),
    ],
)
def test_a_mistake_in_one_is_told(tmp_path: Path, written: str, mistake: str) -> None:
    found = mistakes_of(write_desk(tmp_path, DESK, AGENTS.replace("AWAY", written)))
    assert len(found) == 1, found
    assert mistake in found[0]
