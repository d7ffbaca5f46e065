"""What an agent asked of the desk and gets told: lists of tickets, one ticket, how many there are,
the commands, or why not.

A question is a value like everything else that is decided; the tickets behind it are looked up when
the mail is composed, and only those that the agent may see.
"""

from __future__ import annotations

from dataclasses import dataclass

from maildesk.desk.filters.values import Query
from maildesk.desk.problem import Problem

MOST_LINES = 50  # tickets of one list in a mail; of the rest their number is said
MOST_SAID = 25  # messages of one ticket


@dataclass(frozen=True, slots=True)
class Listed:
    """The tickets of a query. `asked` is the line that asked for them."""

    asked: str
    query: Query


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """The ticket that is called so, and what was said about it."""

    asked: str
    reference: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets there are in each of these views."""

    asked: str
    views: tuple[tuple[str, Query], ...]


@dataclass(frozen=True, slots=True)
class ShownCommands:
    """The commands of these names."""

    asked: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownCanned:
    """The canned replies, those of this category first."""

    asked: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, and there is nothing more to say of it."""

    asked: str


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """It cannot be answered, and why."""

    asked: str
    problem: Problem


Told = Listed | ShownTicket | Counted | ShownCommands | ShownCanned | Done | NotAnswered
