"""How often somebody may try: counted for each network, in memory, for a minute.

It holds off who guesses and who floods; what must hold over restarts is counted in the database.
Each process counts for itself, also where there is Redis: what is mailed is limited all the same,
and a proxy can lead a network to one process. The guide says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MOST_KNOWN = 20_000  # networks that are remembered; the longest silent is forgotten first


class Tries:
    """At most so many tries of one network within a period."""

    def __init__(self, most: int, period: float, clock: Callable[[], float]) -> None:
        self._most, self._period, self._clock = most, period, clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def has_more(self, who: str) -> bool:
        """Whether this one may try again."""
        began, count = self._seen.get(who, (0.0, 0))
        return count < self._most or self._clock() - began >= self._period

    def seen(self, who: str) -> int:
        """How often this one tried within the period."""
        began, count = self._seen.get(who, (0.0, 0))
        return count if self._clock() - began < self._period else 0

    def count(self, who: str) -> None:
        """One try more."""
        now = self._clock()
        began, count = self._seen.pop(who, (now, 0))
        self._seen[who] = (now, 1) if now - began >= self._period else (began, count + 1)
        while len(self._seen) > MOST_KNOWN:
            self._seen.popitem(last=False)
