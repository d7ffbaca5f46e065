"""What keeps the desk from writing by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.facts import Counters, Situation
from maildesk.desk.mails.loop_limits import never_answered, over_limit, told_of_waiting
from maildesk.desk.policy import LoopLimits
from tests.desk.stories import ANA, POLICY

LIMITS = LoopLimits(per_address=2, per_ticket=3, per_domain=4, per_subject=5, total=6)


@pytest.mark.parametrize(
    ("counted", "limit", "words"),
    [
        ("to_address", 2, "to this person"),
        ("about_ticket", 3, "about this ticket"),
        ("to_domain", 4, "to this domain"),
        ("same_subject", 5, "with this subject to this domain"),
        ("total", 6, "in all"),
    ],
)
def test_each_limit_is_reached_by_its_own_count(counted: str, limit: int, words: str) -> None:
    below = Counters(**{counted: limit - 1})
    assert over_limit(below, LIMITS) == ""
    why = over_limit(replace(below, **{counted: limit}), LIMITS)
    assert why == f"{limit} automatic mails {words} in the last while, the limit is {limit}"


def test_what_answers_a_message_waits_where_its_domain_has_no_room() -> None:
    assert over_limit(Counters(to_domain=4), LIMITS, waits=True) == ""


def test_the_admins_hear_that_mails_to_a_domain_wait_and_only_then() -> None:
    assert told_of_waiting(ANA, Situation(), POLICY) == []
    waits = Situation(counters=Counters(to_domain=200), must_wait=True)
    (told,) = told_of_waiting(ANA, waits, POLICY)
    assert isinstance(told, fx.NotifyAdmins)
    assert told.once == "waits:harbour.example"
    assert told.text.startswith("200 automatic mails went or go to people at harbour.example")


@pytest.mark.parametrize(
    "address",
    [
        "MAILER-DAEMON@x.example",
        "noreply@x.example",
        "no-reply+x@x.example",
        "bounces-77@x.example",
        "support@desk.example",
        "somebody@x.invalid",
    ],
)
def test_robots_and_ourselves_are_never_answered(address: str) -> None:
    assert never_answered(address, POLICY)
    assert not never_answered("ana@harbour.example", POLICY)
