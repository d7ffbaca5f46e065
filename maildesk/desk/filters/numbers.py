"""Telephone numbers as they are searched for: `5550123` is also written 555 0123, 555-01-23 and
(030) 5550123.

The search index holds the runs of digits as they stood, so nothing of it has to be made anew: it is
asked for each way to write the number with gaps, one run behind the other. A country's code and the
0 before an area's are each other's: `0305550123` finds +49 (0)30 555 0123, and `+49305550123` finds
030 5550123. A number without gaps is one run, so its end alone finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

FEWEST, MOST = 6, 13  # digits: fewer are rather a number of something, more none of a telephone
_MOST_RUNS, _SHORTEST_RUN = 5, 2
_WRITTEN = re.compile(r"(\+|00)?[\d/.\-]+")
# Codes of one digit, and beginnings of those of three; the others have two (ITU-T E.164).
_OF_ONE = ("1", "7")
_OF_THREE = (
    *("21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59"),
    *("67", "68", "69", "80", "85", "87", "88", "96", "97", "99"),
)


def ways(written: str) -> tuple[tuple[str, ...], ...]:
    """The runs of digits as which this number may stand somewhere; none where it is no number of a
    telephone."""
    found = _WRITTEN.fullmatch(written)
    digits = "".join(letter for letter in written if letter in "0123456789")
    if found is None or not written.isascii() or not FEWEST <= len(digits) <= MOST:
        return ()
    numbers = [digits]
    if found[1]:
        whole = digits.removeprefix("00") if found[1] == "00" else digits
        national = whole[_length_of_code(whole) :].removeprefix("0")
        numbers = [digits, whole, f"0{national}", national]
    elif digits.startswith("0"):
        numbers = [digits, digits[1:]]
    long = (number for number in numbers if len(number) >= FEWEST)
    return tuple(dict.fromkeys(runs for number in long for runs in _parted(number, _MOST_RUNS)))


def _length_of_code(number: str) -> int:
    if number.startswith(_OF_ONE):
        return 1
    return 3 if number.startswith(_OF_THREE) else 2


def _parted(number: str, most: int) -> Iterator[tuple[str, ...]]:
    """Every way to write it in so many runs at most."""
    yield (number,)
    if most > 1:
        for at in range(_SHORTEST_RUN, len(number) - _SHORTEST_RUN + 1):
            for rest in _parted(number[at:], most - 1):
                yield (number[:at], *rest)
