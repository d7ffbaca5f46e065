"""An act of the past as a value: what somebody did at once to a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stood:
    """What belongs to the status as it was before the act."""

    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    surveyed: bool = False


@dataclass(frozen=True, slots=True)
class PastAct:
    """What somebody did at once to a ticket.

    `changed`: before and after of each facet; `sets`: those that were asked for. `mails`: what of
    it goes to the customer (none, waiting, out). `message`: the answer of it that is kept, with its
    `text`; without it we had written first and last at `wrote`. `others`: who changed each facet
    last, by name. `readers`: whom mails of it went to outside the desk.
    """

    id: int
    at: datetime
    who: str
    changed: Mapping[str, tuple[str, str]]
    sets: frozenset[str] = frozenset()
    undo: tuple[tuple[str, str], ...] = ()
    stood: Stood = Stood()
    message: int | None = None
    text: str = ""
    mails: str = "none"
    readers: tuple[str, ...] = ()
    wrote: tuple[datetime | None, datetime | None] = (None, None)
    spent: int = 0  # seconds of its own commands, without those of tickets that came with it
    undone_at: datetime | None = None
    undone_by: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
