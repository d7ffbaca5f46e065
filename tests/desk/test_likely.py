"""Which tickets are probably the same matter twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maildesk.desk.merging.likely import WITHIN, Matter, are_alike, duplicates
from tests.desk.stories import NOW, POLICY


def matter(number: int, subject: str = "Printer jams", **more: object) -> Matter:
    values = {"customer": "kim", "status": "open", "created_at": NOW} | more
    return Matter(number, subject=subject, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("Printer jams", "Re: the printer jams", True),
        ("Drucker läuft nicht", "drucker LAUFT nicht", True),
        ("Printer jams", "Printer is out of paper", False),
        ("Invoice 4711", "Invoice 4712", False),
        ("", "", False),
        ("?!", "ok", False),
    ],
)
def test_half_of_all_words_are_in_both(one: str, other: str, are: bool) -> None:
    assert are_alike(one, other) is are_alike(other, one) is are


def test_the_first_is_none_and_those_that_follow_are() -> None:
    assert duplicates([matter(3), matter(1), matter(2)], POLICY, NOW) == {2, 3}


@pytest.mark.parametrize(
    "first",
    [
        matter(1, customer="eva"),
        matter(1, customer=""),
        matter(1, status="resolved"),
        matter(1, status="spam"),
        matter(1, created_at=NOW - WITHIN - timedelta(seconds=1)),
        matter(1, "Invoice"),
    ],
)
def test_it_is_none_of_another_customer_or_of_what_is_over_or_old(first: Matter) -> None:
    assert duplicates([first, matter(2, customer=first.customer)], POLICY, NOW) == (
        {2} if first.customer == "eva" else frozenset()
    )
    assert duplicates([first, matter(2)], POLICY, NOW) == frozenset()


def test_of_a_robot_that_opens_thousands_each_is_compared_with_a_few() -> None:
    many = [matter(n, f"Alarm {n:05d} of sensor{n}") for n in range(2000)]
    assert duplicates(many, POLICY, NOW) == frozenset()
    far = [matter(1, "Printer jams"), *many[2:], matter(2001, "Printer jams")]
    assert duplicates(far, POLICY, NOW) == frozenset()
    assert duplicates([matter(1), *many[2:20], matter(21)], POLICY, NOW) == {21}
