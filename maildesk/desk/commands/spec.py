"""A command as a value, and what the table says of it: how it is written, who may, what it does,
what takes it back.

A door (a mail's first lines, the command line) makes `Command` values; only a
handler says what they mean. Handlers are pure: a ticket, a value and whoever
asks go in, effects come out, or the problem that stands in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from maildesk.desk.effects import Effect
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Move, Ticket

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.policy import Policy


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked for: its name in the table and its value, as written. `line` is how it stood
    in a mail."""

    name: str
    value: str = ""
    line: str = ""

    @property
    def written(self) -> str:
        """The line, also of one that was never written in a mail."""
        return self.line or f"#{self.name} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class Request:
    """Of which ticket it is asked, by whom, under which policy, and when."""

    ticket: Ticket
    by: Actor
    policy: Policy
    now: datetime


Answer = list[Effect] | Problem
Handler = Callable[[Command, Request], Answer]


class Beside(Enum):
    """What a command makes of the text that stands beside it."""

    AS_IT_IS = "as it is"  # what the address says that it was written to
    NOTE = "note"
    REPLY = "reply"
    QUIET = "quiet"  # a note, unless another command beside it says that it is a reply


def no_undo(_command: Command, _before: Ticket) -> tuple[Command, ...]:
    """Nothing takes this back."""
    return ()


def never(_value: str) -> bool:
    """Nobody outside the desk is reached by it."""
    return False


def always(_value: str) -> bool:
    """Somebody outside the desk is reached by it, whatever its value."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """All that is known of one command. Its words in other languages stand beside the templates, in
    `_words.yaml`."""

    name: str
    words: tuple[str, ...]  # the English spellings, the one that is shown first
    argument: str = ""  # a value as it may be written: "+vip -bug"
    does: str  # for the list of commands, in English
    # None: it concerns nobody but who asks
    needs: Permission | Callable[[Command, Request], Permission] | None
    handler: Handler
    undone_by: Callable[[Command, Ticket], tuple[Command, ...]] = (
        no_undo  # given the ticket as it was before
    )
    reaches_outside: Callable[[str], bool] = (
        never  # with this value: it writes to, or brings in, somebody outside the desk
    )
    move: Move | None = None  # how it moves the ticket
    beside: Beside = Beside.AS_IT_IS
    value_is_text: bool = False  # its value belongs to the text beside it
    chooses_assignee: bool = False  # then a first answer beside it takes nothing
    for_agents: bool = False  # it is about the agent who asks; the operator has no mailbox
    about_ticket: bool = True  # else whoever it was written to about a ticket may ask for it
    tells_itself: bool = False  # what it does is seen in a mail of its own, and in no transcript
