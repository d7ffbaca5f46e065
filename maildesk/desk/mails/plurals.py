"""Which form of a word a number takes: the plural rules of CLDR, as a language writes them.

    one:  "i = 1 and v = 0"
    few:  "v = 0 and i % 10 = 2..4 and i % 100 != 12..14"

The syntax is that of UTS #35, part 3, section 5.1; numbers here are whole, so `n` and `i` are the
number itself and `v`, `w`, `f`, `t`, `c` and `e` are 0. What no rule has is `other`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

CATEGORIES = ("zero", "one", "two", "few", "many")  # in the order in which they are asked
OTHER = "other"
ENGLISH: Mapping[str, str] = {"one": "i = 1 and v = 0"}

Test = Callable[[int], bool]
_RELATION = re.compile(
    r"(?P<operand>[nivwftce])(?:\s*(?:%|mod)\s*(?P<modulus>\d{1,9}))?\s*(?P<sign>!?=)\s*"
    r"(?P<ranges>\d{1,9}(?:\.\.\d{1,9})?(?:\s*,\s*\d{1,9}(?:\.\.\d{1,9})?)*)"
)
_NUMBER_ITSELF = ("n", "i")
EXPECTED = "a plural rule of CLDR, such as: i % 10 = 2..4 and i % 100 != 12..14"


def category(rules: Mapping[str, str], number: int) -> str:
    """The category of this whole number: one, few …; `other` where no rule has it."""
    found = (name for name in CATEGORIES if name in rules and rule(rules[name])(abs(number)))
    return next(found, OTHER)


@cache
def rule(text: str) -> Test:
    """The rule as a test. ValueError, with what is expected, where it is none."""
    condition = text.partition("@")[0].strip()  # CLDR's own files go on with samples
    either = [
        [_relation(part.strip()) for part in one.split(" and ")] for one in condition.split(" or ")
    ]
    return lambda number: any(all(test(number) for test in tests) for tests in either)


def _relation(text: str) -> Test:
    found = _RELATION.fullmatch(text)
    if found is None or found["modulus"] == "0":
        raise ValueError(EXPECTED)
    is_number, modulus = found["operand"] in _NUMBER_ITSELF, int(found["modulus"] or 0)
    ranges = [_range(one.strip()) for one in found["ranges"].split(",")]
    wanted = found["sign"] == "="

    def test(number: int) -> bool:
        value = number if is_number else 0
        value = value % modulus if modulus else value
        return any(low <= value <= high for low, high in ranges) is wanted

    return test


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("..")
    return int(low), int(high or low)
