"""What a row of the tables says: a command as it is written, and what is so afterwards.

The people of a row have addresses of their own: `kim` is the customer, `lee` a stranger who
answered a mail of Kim's, `eva`, `max`, `dora` are named by the command. Ben writes the command, in
answer to the newest mail that he had about the ticket; Carla is in his team, Ana supervises it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORDS = "The cable was loose."
SET = "set"  # of a time: there is one
# What an answer to the customer does of a ticket that nobody had.
ANSWERED: Mapping[str, Any] = {
    "status": "in_progress", "assignee": "Ben", "unanswered": False, "first_response_at": SET,
    "agent_wrote_at": SET, "breaches_at": None, "warns_at": None, "messages": ["public out"],
}  # fmt: skip
UNDUE: Mapping[str, Any] = {"breaches_at": None, "warns_at": None}  # nothing is promised any more
DUE: Mapping[str, Any] = {"breaches_at": SET, "warns_at": SET}
REPLIED = "replied assigned sent status notified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is written, and what comes of it; a field that is not named here stays as it is.

    `de`, `fr`: the value in these languages. `above`, `words`: the lines around the command.
    `first`: what was written before, by whom. `other`: whose second ticket there is. `is_new`: the
    command stands in a new mail to the desk. `alone`: it changes more than one ticket, so it is
    tried by itself. `ticket`: as `maildesk ticket show` has it. `mails`: who gets what, by its
    template. `says`: in what comes back to Ben. {tag} is the domain of the row's people, {own} and
    {other} are the tickets' numbers.
    """

    value: str = ""
    de: str = ""
    fr: str = ""
    above: str = ""
    words: str = ""
    first: tuple[tuple[str, str], ...] = ()
    other: str = ""
    is_new: bool = False
    alone: bool = False
    ticket: Mapping[str, Any] = field(default_factory=dict)
    history: str = ""
    mails: str = "Ben agent_transcript"
    says: str = ""
