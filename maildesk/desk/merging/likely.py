"""Which tickets are probably the same matter twice: said here once, for the button below a
notification, for `is:duplicate` and for the view of them.

Two of one customer are, as long as neither is finished, where their subjects have mostly the same
words and the earlier one is but days old. The later one is the duplicate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maildesk.desk.commands.values import folded
from maildesk.desk.filters.fields import UNFINISHED

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

WITHIN = timedelta(days=14)
_WORD = re.compile(r"\w{3,}")  # what is shorter is in every subject
_MOST_EARLIER = 20  # of a customer, that one is compared with: a robot opens thousands


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket, as far as it tells. `customer`: who it is of, by whichever address."""

    id: int
    customer: str
    subject: str
    status: str
    created_at: datetime


def is_new(status: str, created_at: datetime, policy: Policy, now: datetime) -> bool:
    """Whether a ticket is unfinished and but days old, so that another may be the same."""
    return policy.behaves(status) in UNFINISHED and now - created_at <= WITHIN


def are_alike(subject: str, other: str) -> bool:
    """Whether these are called nearly the same: half of all their words are in both."""
    return _alike(_words(subject), _words(other))


def _alike(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(ours & theirs) * 2 >= max(1, len(ours | theirs))


def _words(subject: str) -> frozenset[str]:
    return frozenset(_WORD.findall(folded(subject)))


def duplicates(of: Iterable[Matter], policy: Policy, now: datetime) -> frozenset[int]:
    """Those of these tickets of which an earlier one among them is probably the same."""
    of_each: dict[str, list[Matter]] = {}
    for one in sorted(of, key=lambda one: one.id):
        if one.customer and is_new(one.status, one.created_at, policy, now):
            of_each.setdefault(one.customer, []).append(one)
    several = (matters for matters in of_each.values() if len(matters) > 1)
    return frozenset(one.id for matters in several for one in _repeated(matters))


def _repeated(matters: Sequence[Matter]) -> Iterator[Matter]:
    """Those of one customer that are like an earlier one."""
    words = [_words(one.subject) for one in matters]
    for at, one in enumerate(matters):
        if any(_alike(words[at], other) for other in words[max(0, at - _MOST_EARLIER) : at]):
            yield one
