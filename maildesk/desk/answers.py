"""What an agent asked of the desk and gets told: lists of tickets, one ticket, how many there are,
the commands, or why not.

A question is a value like everything else that is decided; the tickets behind it are looked up when
the mail is composed, and only those that the agent may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.filters.values import Query
from maildesk.desk.mails.shown.small_views import ChangeView
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Why

MOST_LINES = 50  # tickets of one list in a mail; of the rest their number is said
MOST_SAID = 24  # messages of one ticket
MOST_ANSWERS = 20  # questions of one mail


@dataclass(frozen=True, slots=True)
class Listed:
    """The tickets of a query. `asked` is the line that asked for them; `in_vain` what is said where
    there are none, if that has to be explained; `asleep` what a view leaves out because it is put
    off, and `again` how one asks for that."""

    asked: str
    query: Query
    in_vain: Problem | None = None
    asleep: Query | None = None
    again: str = ""


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """The ticket that is called so, and what was said about it."""

    asked: str
    reference: str


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """What happened to the ticket that is called so."""

    asked: str
    reference: str


@dataclass(frozen=True, slots=True)
class ShownCustomer:
    """Who is called so, with all their tickets."""

    asked: str
    who: str
    query: Query


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets there are in each of these views."""

    asked: str
    views: tuple[tuple[str, Query], ...]


@dataclass(frozen=True, slots=True)
class ShownCommands:
    """The commands of these names. `said`: of a word that is none, or of what is not theirs."""

    asked: str
    names: tuple[str, ...]
    said: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownNotices:
    """What the agent is told, and when: a command that changes it (its word and its value), and how
    it is now."""

    asked: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownCanned:
    """The canned replies, those of this category first."""

    asked: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class OfTicket:
    """What came of it for one of many tickets: why nothing was done; or where the words went
    (customer, note; "": there were none), and what is other than before.

    `remarks`: what is to be known beside that; of what is taken back, what stays as somebody made
    it since, and whether its mails were stopped or are out (`mail`). `undo_until`: till then it can
    be taken back.
    """

    reference: str
    subject: str
    problems: tuple[Problem, ...] = ()
    went: str = ""
    changed: tuple[ChangeView, ...] = ()
    remarks: tuple[Problem, ...] = ()
    mail: str = ""
    undo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DoneFor:
    """What came of these commands for many tickets."""

    asked: str
    tickets: tuple[OfTicket, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedBack:
    """The tickets that commands would be carried out for; nothing is done before the agent says how
    many they are. `again`: the line that says it; `below`: what stands below it; `has_files`: files
    came along, which no link brings again."""

    asked: str
    query: Query
    again: str
    below: str
    has_files: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """It was done. `said`: what there is to say of it; `back`: the lines that take it back."""

    asked: str
    said: tuple[Why, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the agent wrote, where nothing was done with it: so that they can mend it."""

    text: str


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """It cannot be answered, and why."""

    asked: str
    problem: Problem


Told = (
    Listed
    | ShownTicket
    | ShownHistory
    | ShownCustomer
    | Counted
    | ShownCommands
    | ShownNotices
    | ShownCanned
    | DoneFor
    | AskedBack
    | Done
    | OwnWords
    | NotAnswered
)
