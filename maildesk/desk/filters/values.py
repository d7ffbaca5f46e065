"""What a query asks, as frozen values: tests of one ticket, joined by and, or, not.

Everything that depends on who asks and when (`me`, `<7d`, `priority>=high`) is settled when the
query is read, so a filter means the same wherever it is evaluated: in memory (`evaluate`) or by a
database (`store.criteria_sql`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts, for every ticket."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds; without parts, for no ticket."""

    parts: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Is:
    """A field of the ticket has one of these values, to the letter."""

    field: str  # one of COLUMNS
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class IsArchived:
    """The ticket was archived."""


@dataclass(frozen=True, slots=True)
class IsSnoozed:
    """The ticket sleeps."""


@dataclass(frozen=True, slots=True)
class IsDuplicate:
    """An earlier ticket is probably about the same, as things stand at a moment. `ids`: those that
    are, once somebody has looked them up."""

    now: datetime
    ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class During:
    """A moment of the ticket lies in this stretch: from `since`, before `until`. One that never
    came lies in none."""

    field: str  # one of MOMENTS
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """How the service levels that run for the ticket stand at a moment: ok, warning, breached."""

    state: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The customer's was the last word."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The ticket bears this label, in any case; "": any label at all."""

    label: str  # folded


@dataclass(frozen=True, slots=True)
class Requester:
    """Whose ticket it is: by address, by everybody of a domain and those below it, or by words of
    name and address."""

    address: str = ""  # folded; "@domain" for a domain
    tokens: tuple[str, ...] = ()
    also: frozenset[str] = frozenset()  # further addresses of the same customer, folded


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody takes part, the requester too: an address, "@domain", or how an address begins."""

    address: str  # folded
    also: frozenset[str] = frozenset()  # further addresses of the same customer, folded


@dataclass(frozen=True, slots=True)
class FollowedBy:
    """This agent hears of the ticket beside its assignee."""

    agent: str  # the address on file


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom field of the desk has this value; "" where it has none."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class HasAttachment:
    """A message of the conversation brought a file."""


@dataclass(frozen=True, slots=True)
class Words:
    """These tokens stand one behind the other somewhere in the ticket's documents; see
    `desk.tokens`."""

    tokens: tuple[str, ...]
    is_beginning: bool = False  # of the last token: longer ones are meant too
    also: tuple[tuple[str, ...], ...] = ()  # or these, whole: other ways to write the same


@dataclass(frozen=True, slots=True)
class InSubject:
    """The same in the ticket's subject."""

    tokens: tuple[str, ...]
    is_beginning: bool = False


Filter = (
    All | AnyOf | Not | Is | IsArchived | IsSnoozed | IsDuplicate | During | Promise | Unanswered
    | Labelled | Requester | Participant | FollowedBy | Custom
    | HasAttachment | Words | InSubject
)  # fmt: skip
EVERYTHING = All()
COLUMNS = (
    "reference",
    "status",
    "priority",
    "type",
    "category",
    "queue",
    "channel",
    "organisation",
    "tier",
    "assignee",
    "language",
)
MOMENTS = (
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "first_response_at",
    "breaches_at",
)


class Order(StrEnum):
    """In which order tickets are shown."""

    NEWEST = "newest"
    OLDEST = "oldest"
    UPDATED = "updated"
    STALE = "stale"
    PRIORITY = "priority"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Query:
    """A filter and an order."""

    filter: Filter = EVERYTHING
    order: Order = Order.NEWEST


def both(one: Filter, other: Filter) -> Filter:
    """The tickets that both filters want."""
    parts = [*_parts(one), *_parts(other)]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _parts(one: Filter) -> tuple[Filter, ...]:
    return one.parts if isinstance(one, All) else (one,)
