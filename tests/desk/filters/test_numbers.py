"""Numbers of telephones: each way to write one is found by whichever other is typed."""

from __future__ import annotations

import pytest

from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.numbers import ways
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.tokens import document
from tests.desk.filters.test_parse import ASKER
from tests.desk.stories import ticket


def finds(typed: str, text: str) -> bool:
    return matches(ticket(), parse(typed, ASKER).filter, Material([document([text])]))


@pytest.mark.parametrize("typed", ["5550123", "555-0123", "555/01.23"])
@pytest.mark.parametrize("text", ["555 0123", "5550123", "555-01-23", "030/555 01 23", "55 50 123"])
def test_a_number_is_found_however_it_is_parted(typed: str, text: str) -> None:
    assert finds(typed, f"Please call {text}, thank you.")


@pytest.mark.parametrize("typed", ["0305550123", "+49305550123", "0049305550123", "030/5550123"])
@pytest.mark.parametrize(
    "text",
    ["030 5550123", "(030) 555 01 23", "+49 30 5550123", "+49 (0)30 555-0123", "0049 30 555 0123"],
)
def test_the_code_of_a_country_and_the_zero_are_each_others(typed: str, text: str) -> None:
    assert finds(typed, f"Tel.: {text}")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("+13035550123", "(303) 555-0123"),
        ("+33123456789", "01 23 45 67 89"),
        ("+3531234567", "01 234 567"),
    ],
)
def test_codes_have_one_to_three_digits(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("5550123", "555 0124"),
        ("5550123", "0123 555"),
        ("12345", "12 345"),  # rather a number of something
        ('"5550123"', "555 0123"),  # in quotes: as it stands
        ("4711-550123-B", "47 11 55 01 23"),
    ],
)
def test_what_is_another_number_or_none_is_not_found(typed: str, text: str) -> None:
    assert not finds(typed, text)


def test_no_number_has_more_ways_than_an_index_is_asked_for() -> None:
    assert max(len(ways(one)) for one in ("+491701234567", "01701234567", "5550123")) < 250
    assert ways("12345678901234") == ()
