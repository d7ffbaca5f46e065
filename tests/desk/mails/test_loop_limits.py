"""What keeps the desk from writing by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.facts import Counters
from maildesk.desk.mails.limits import LoopLimits
from maildesk.desk.mails.loop_limits import (
    HELD_BACK,
    QUIET,
    group_of,
    held_back,
    is_told,
    may_be_a_crowd,
    never_answered,
    over_limit,
    told_of_waiting,
)
from tests.desk.stories import NOW, POLICY

LIMITS = LoopLimits(per_address=2, per_ticket=3, per_domain=7, per_subject=7, total=6)


@pytest.mark.parametrize(
    ("counted", "limit", "words"),
    [
        ("to_address", 2, "automatic mails to this person"),
        ("about_ticket", 3, "automatic mails about this ticket"),
        (
            "in_a_row",
            4,
            "messages from this domain in a row, each right after a mail of ours,",
        ),
        (
            "same_words",
            5,
            "messages from this domain in the same words, each right after a mail of ours,",
        ),
        (
            "references",
            7,
            "messages from this domain with a reference of ours, each right after a mail of ours,",
        ),
    ],
)
def test_each_limit_is_reached_by_its_own_count(counted: str, limit: int, words: str) -> None:
    below = replace(Counters(), **{counted: limit - 1})  # type: ignore[arg-type]
    assert over_limit(below, LIMITS) == ""
    why = over_limit(replace(below, **{counted: limit}), LIMITS)  # type: ignore[arg-type]
    assert why == f"{limit} {words} in the last while, the limit is {limit}"


def test_a_loop_that_is_proved_needs_no_count() -> None:
    assert "held back" in over_limit(Counters(is_loop=True), LIMITS)


@pytest.mark.parametrize(
    ("counters", "crowd", "told"),
    [
        (Counters(same_words=5), True, True),
        (Counters(in_a_row=4), True, False),
        (Counters(references=7), False, True),
        (Counters(to_address=2, same_words=5), False, True),
        (Counters(in_a_row=4, is_loop=True), False, True),
    ],
)
def test_what_may_be_a_crowd_is_held_back_and_of_a_mere_row_nobody_hears(
    counters: Counters, crowd: bool, told: bool
) -> None:
    assert may_be_a_crowd(counters, LIMITS) is crowd
    assert is_told(counters, LIMITS) is told


def test_words_that_came_without_us_are_suspected_later_the_next_time() -> None:
    assert over_limit(Counters(same_words=9, spared=5), LIMITS) == ""
    assert over_limit(Counters(same_words=10, spared=5), LIMITS)


def test_a_greeting_is_held_back_for_the_organisation_and_its_words() -> None:
    record, clock = held_back("after_hours", "why", "kim@mail.harbour.example", "0a1b", NOW)
    assert record == fx.Record(what=HELD_BACK, detail={"template": "after_hours", "why": "why"})
    assert isinstance(clock, fx.StartClock)
    assert clock.due_at == NOW + QUIET
    assert group_of(clock.kind) == ("harbour.example", "0a1b")


def test_the_admins_hear_that_mails_wait() -> None:
    told = told_of_waiting(replace(POLICY, loops=LIMITS))
    assert told.once == "waits"
    assert told.text.startswith("6 automatic mails went out within 1h, as many as `total`")


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
