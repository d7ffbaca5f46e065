"""What a desk knows of a customer from elsewhere (plan, seats, last order), shown to agents beside
the ticket: where desk.yaml says it stands, and how much of it is shown.

The values are somebody else's words: each is one line, cut, and text wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

MOST_VALUES = 12
LONGEST_NAME, LONGEST_VALUE = 40, 200
Known = tuple[tuple[str, str], ...]  # name and value


@dataclass(frozen=True)
class ContactsFile:
    """contacts.csv as its first line was read: which column has addresses, which are shown."""

    path: str
    head: bytes  # the first line, for one that has changed since is another file
    delimiter: str
    columns: int
    address: int
    shows: tuple[tuple[str, int], ...]  # name, column


@dataclass(frozen=True)
class ContextService:
    """Another system that is asked over HTTPS. `shows`: a name, and where its value stands in the
    answer; empty: whatever stands at its top."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # secrets, most of them
    timeout: timedelta = timedelta(seconds=2)
    cache: timedelta = timedelta(hours=1)
    shows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    private_network: bool = False  # whether it may stand in a network of one's own
    ca_file: str = ""


def shown(values: Iterable[tuple[str, str]]) -> Known:
    """What of this is shown: names with a value, one line each, cut, and not too many."""
    lines = ((_line(name, LONGEST_NAME), _line(value, LONGEST_VALUE)) for name, value in values)
    return tuple((name, value) for name, value in lines if name and value)[:MOST_VALUES]


def _line(text: str, longest: int) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text[:4000]).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
