"""Two ways of doing the same, in turns within one run: what one costs beside the other, as a ratio.

A machine that others use is never twice the same, and a desk grows while it is measured. So both
ways take turns of a few mails in one desk, and what counts is work (CPU of this process and of its
database's), never the clock on the wall. The ratio of each pair of turns is one observation; their
median and the middle half of them are printed, and the ratio of all work, which bears every
outlier.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from maildesk.pipeline.receive import receive
from tests.bench.corpus import Mail
from tests.pipeline.place import Place

Way = Callable[[], AbstractContextManager[None]]
_OURS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = "
    "'client backend'"
)


@dataclass(frozen=True)
class Compared:
    """What the turns of two ways took, in seconds of work a mail, pair by pair."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    extra: float = 0.0  # seconds of work a mail of the second way that came due at the end

    @property
    def median(self) -> float:
        """How much more the second way costs, in per cent: the median of the pairs."""
        return statistics.median(self._pairs())

    @property
    def whole(self) -> float:
        """The same of all work together."""
        second = statistics.mean(self.second) + self.extra
        return (second / statistics.mean(self.first) - 1) * 100

    def __str__(self) -> str:
        low, _, high = statistics.quantiles(self._pairs(), n=4)
        first, second = (statistics.mean(each) * 1000 for each in (self.first, self.second))
        return (
            f"{first:.2f} → {second + self.extra * 1000:.2f} ms a mail: {self.whole:+.1f} %; "
            f"median of {len(self.first)} pairs {self.median:+.1f} %, half of them {low:+.1f} to "
            f"{high:+.1f} %"
        )

    def _pairs(self) -> list[float]:
        both = zip(self.first, self.second, strict=True)
        return [((second + self.extra) / first - 1) * 100 for first, second in both]


def worked(place: Place) -> float:
    """Seconds that this process and its backends of PostgreSQL have worked."""
    total = time.process_time()
    if place.services.db.is_sqlite:
        return total
    with place.services.db.read() as conn:
        backends = [row.pid for row in conn.exec_driver_sql(_OURS)]
    files = (Path(f"/proc/{pid}/schedstat") for pid in backends)
    return total + sum(int(file.read_text().split()[0]) / 1e9 for file in files)


def compare(
    place: Place, mails: Sequence[Mail], ways: Mapping[str, Way], *, turn: int = 4, warm: int = 100
) -> Compared:
    """Receive these mails, `turn` of them in one way and then as many in the other.

    Which of the two comes first changes with every pair: a desk that grows favours neither.
    """
    first, second = ways
    spent: dict[str, list[float]] = {first: [], second: []}
    for mail in mails[:warm]:
        place.spool(mail.raw, mail.sender)
    while receive(place.services):
        pass
    gc.collect()
    gc.freeze()
    for number, few in enumerate(_turns(mails[warm:], 2 * turn)):
        names = (first, second) if number % 2 else (second, first)
        for name, mine in zip(names, (few[:turn], few[turn:]), strict=True):
            for mail in mine:
                place.spool(mail.raw, mail.sender)
            gc.collect()  # of what was left by both; else it is one turn's in twenty
            with ways[name]():
                began = worked(place)
                while receive(place.services):
                    pass
                spent[name].append((worked(place) - began) / turn)
    gc.unfreeze()
    return Compared(tuple(spent[first]), tuple(spent[second]))


def _turns(mails: Sequence[Mail], size: int) -> Iterator[Sequence[Mail]]:
    for start in range(0, len(mails) - size + 1, size):
        yield mails[start : start + size]
