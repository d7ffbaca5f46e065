"""What a command about two tickets is told of the others: read once, locked, and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from maildesk.desk.deletion.goes import Goes
    from maildesk.desk.merging.taken import Taken
    from maildesk.desk.ticket import Person, Ticket


@dataclass(frozen=True, slots=True)
class Named:
    """The ticket that a word names, by itself; `into`: the one that it was merged into."""

    ticket: Ticket
    into: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A ticket that was merged into this one, and what this one has of it."""

    other: Ticket
    taken: Taken


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the ticket that is to be a ticket of its own.

    `before`: when somebody outside had written last before that, for the ticket that is left.
    `is_only`: the ticket would have no message left that somebody outside wrote.
    """

    number: int  # of the message, in the store
    at: datetime
    sender: Person
    is_theirs: bool  # somebody outside has written it
    before: datetime | None = None
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class Others:
    """The tickets that commands name, by the words as written; what was merged into the ticket and
    stands so, the last one last; what it is linked with.

    `said`: the message that is meant, of this ticket. `goes`: what a deletion would take.
    `is_confirmed`: whoever asks was shown that people would read what they had no part in, or all
    that would go, and wants it.
    """

    named: Mapping[str, Named] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    linked: tuple[str, ...] = ()
    is_confirmed: bool = False
    said: Said | None = None
    goes: Goes | None = None


NO_OTHERS = Others()
