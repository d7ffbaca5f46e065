"""Own fields: what is found in a customer's words, and where a value leads."""

from __future__ import annotations

import pytest

from maildesk.desk.customers.own_field import OwnField
from maildesk.desk.rules.patterns import Pattern

ORDER = OwnField(
    "order", Pattern(r"\border (?:no\. ?)?([A-Z]{2}-\d{5})\b"), "https://shop.example/o/{{ value }}"
)


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("Order no. HB-12345", "It is broken."), "HB-12345"),
        (("It is broken", "My order HB-12345 came, order HB-99999 did not."), "HB-12345"),
        (("It is broken", "HB-12345"), ""),
        (("", ""), ""),
    ],
)
def test_the_first_value_of_the_words_is_found(texts: tuple[str, ...], value: str) -> None:
    assert ORDER.found_in(*texts) == value


def test_a_value_is_one_line() -> None:
    assert OwnField("x", Pattern("(?s)<(.*)>")).found_in("<one\r\n two>") == "one two"
    assert OwnField("x").found_in("anything") == ""


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ("HB-12345", "https://shop.example/o/HB-12345"),
        ("a b/ü?&#", "https://shop.example/o/a%20b%2F%C3%BC%3F%26%23"),
        ("../admin", "https://shop.example/o/..%2Fadmin"),
        ("..", "https://shop.example/o/%252E%252E"),
        ('"><script>', "https://shop.example/o/%22%3E%3Cscript%3E"),
        ("javascript:alert(1)", "https://shop.example/o/javascript%3Aalert%281%29"),
        (r"\1 \g<0>", "https://shop.example/o/%5C1%20%5Cg%3C0%3E"),
        ("", ""),
        ("x" * 3000, ""),
    ],
)
def test_no_value_is_more_than_a_part_of_the_path(value: str, link: str) -> None:
    assert ORDER.url(value) == link


def test_a_field_without_a_link_leads_nowhere() -> None:
    assert OwnField("order").url("HB-12345") == ""
