"""Scores of a page, by networks: the person's own stands, a program's is doubtful."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from maildesk.desk.facts import Entry
from maildesk.desk.pages.page_score import PageScore, network_of
from maildesk.desk.pages.scores import Weight, news, weighed
from tests.desk.stories import NOW

MAIL = NOW - timedelta(minutes=30)  # when the ticket was resolved
HOME, SCANNER = "203.0.113.0/24", "198.51.100.0/24"


def given(minutes: float, network: str = "", *, at_once: bool = False) -> Entry:
    """A score that counted, so long ago; without a network by mail."""
    detail = {"network": network} if network else {}
    when = NOW - timedelta(minutes=minutes)
    return Entry(when, "scored", "kim", detail | ({"at_once": "yes"} if at_once else {}))


def now_from(network: str, open_for: int = 20, *theirs: str) -> PageScore:
    return PageScore(network, open_for, frozenset(theirs))


def of(page: PageScore | None, *before: Entry, now: datetime = NOW) -> Weight:
    return weighed(before, page, now, MAIL)


def test_the_first_counts_wherever_it_comes_from() -> None:
    assert of(now_from(SCANNER, 0)) is Weight.COUNTS
    assert of(None) is Weight.COUNTS


def test_from_the_same_network_it_is_changed_for_a_day_and_no_longer() -> None:
    day = 24 * 60
    assert of(now_from(HOME), given(1, HOME)) is Weight.COUNTS
    assert of(now_from(HOME), given(day, HOME), given(3, HOME), given(2, HOME)) is Weight.COUNTS
    assert of(now_from(HOME), given(day + 1, HOME)) is Weight.LATE
    assert of(now_from(HOME), *(given(5, HOME) for _ in range(20))) is Weight.LATE


def test_from_elsewhere_it_is_doubtful_for_an_hour() -> None:
    assert of(now_from(SCANNER), given(0.1, HOME)) is Weight.DOUBTFUL
    assert of(now_from(SCANNER), given(60, HOME)) is Weight.DOUBTFUL
    assert of(now_from(SCANNER), given(61, HOME)) is Weight.COUNTS
    assert of(now_from(SCANNER), given(90, HOME), given(5, HOME)) is Weight.DOUBTFUL


def test_a_program_that_was_first_gives_way_to_whoever_read_the_page() -> None:
    assert of(now_from(HOME), given(1, SCANNER, at_once=True)) is Weight.REPLACES
    assert of(now_from(HOME, 4), given(1, SCANNER, at_once=True)) is Weight.DOUBTFUL
    assert of(now_from(HOME), given(1, SCANNER)) is Weight.DOUBTFUL


def test_who_presses_right_after_the_mail_may_be_a_program_too() -> None:
    soon = MAIL + timedelta(seconds=59)
    assert now_from(SCANNER, 50).was_at_once(MAIL, soon)
    assert not now_from(SCANNER, 50).was_at_once(MAIL, soon + timedelta(seconds=1))
    assert not now_from(SCANNER, 50).was_at_once(None, soon)


def test_a_network_that_was_proved_is_the_persons_own_before_and_after() -> None:
    mine = now_from(HOME, 0, HOME)
    assert of(mine, given(1, SCANNER)) is Weight.REPLACES
    assert of(mine, given(1, HOME)) is Weight.COUNTS
    other = now_from("192.0.2.0/24", 0, HOME, "192.0.2.0/24")
    assert of(other, given(1, HOME)) is Weight.COUNTS
    assert of(now_from(SCANNER, 20, HOME), given(1, HOME, at_once=True)) is Weight.DOUBTFUL


def test_a_score_by_mail_is_the_persons_own() -> None:
    assert of(now_from(SCANNER), given(1)) is Weight.DOUBTFUL
    assert of(now_from(HOME, 20, HOME), given(1)) is Weight.COUNTS
    assert of(None, given(1, SCANNER)) is Weight.COUNTS
    assert of(None, given(5, HOME), given(3, HOME)) is Weight.COUNTS
    assert of(None, given(5, HOME), given(3)) is Weight.COUNTS
    assert of(None, given(5), given(3)) is Weight.LATE


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("10.1.2.3", "10.1.2.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unknown"),
    ],
)
def test_a_network_is_what_one_household_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_agents_know_is_no_news() -> None:
    stood: dict[str, object] = {"score": 2, "comment": "Two tries." + "x" * 490}
    before = Entry(NOW, "scored", "kim", stood)  # type: ignore[arg-type]
    words = f"{stood['comment']}, and more than the history keeps"
    assert news((), 2, "Two tries.") == {"score": 2, "comment": "Two tries."}
    assert news((before,), 2, words) == {}
    assert news((before,), 5, words) == {"score": 5, "comment": "", "score_before": 2}
    assert news((before,), 2, "Three.") == {"score": 2, "comment": "Three."}
    assert news((before,), 5, "Ok.") == {"score": 5, "comment": "Ok.", "score_before": 2}
