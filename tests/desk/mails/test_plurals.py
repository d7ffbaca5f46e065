"""Plural rules as CLDR writes them, for whole numbers."""

from __future__ import annotations

import pytest

from maildesk.desk.mails.plurals import category, rule

GERMAN = {"one": "i = 1 and v = 0"}
FRENCH = {"one": "i = 0,1", "many": "e = 0 and i != 0 and i % 1000000 = 0 and v = 0 or e != 0..5"}
POLISH = {
    "one": "i = 1 and v = 0",
    "few": "v = 0 and i % 10 = 2..4 and i % 100 != 12..14",
    "many": "v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9"
    " or v = 0 and i % 100 = 12..14",
}
ARABIC = {
    "zero": "n = 0", "one": "n = 1", "two": "n = 2", "few": "n % 100 = 3..10",
    "many": "n % 100 = 11..99",
}  # fmt: skip
LATVIAN = {
    "zero": "n % 10 = 0 or n % 100 = 11..19 or v = 2 and f % 100 = 11..19",
    "one": "n % 10 = 1 and n % 100 != 11 or v = 2 and f % 10 = 1 and f % 100 != 11 or v != 2"
    " and f % 10 = 1",
}


# The samples of CLDR's own chart of plural rules.
@pytest.mark.parametrize(
    ("rules", "numbers", "wanted"),
    [
        (GERMAN, (1,), "one"),
        (GERMAN, (0, 2, 10, 101), "other"),
        (FRENCH, (0, 1), "one"),
        (FRENCH, (2, 17, 100), "other"),
        (FRENCH, (1_000_000,), "many"),
        (POLISH, (1,), "one"),
        (POLISH, (2, 3, 4, 22, 23, 24, 102, 1002), "few"),
        (POLISH, (0, 5, 12, 13, 14, 19, 21, 112), "many"),
        (ARABIC, (0,), "zero"),
        (ARABIC, (2,), "two"),
        (ARABIC, (3, 10, 103, 1003), "few"),
        (ARABIC, (11, 26, 111), "many"),
        (ARABIC, (100, 102, 200), "other"),
        (LATVIAN, (0, 10, 11, 20, 111), "zero"),
        (LATVIAN, (1, 21, 101), "one"),
        (LATVIAN, (2, 9, 22), "other"),
        ({}, (0, 1, 2), "other"),
    ],
)
def test_a_number_has_the_category_that_cldr_gives_it(
    rules: dict[str, str], numbers: tuple[int, ...], wanted: str
) -> None:
    assert {category(rules, number) for number in numbers} == {wanted}


def test_the_samples_of_cldrs_files_may_stand_behind_a_rule() -> None:
    assert rule("n = 0..1 or n = 11..99 @integer 0, 1, 11~24")(12)


@pytest.mark.parametrize(
    "text", ["", "one", "n == 1", "x = 1", "n = 1 and", "n % 0 = 1", "n = 1..", "n is 1"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plural rule of CLDR"):
        rule(text)
