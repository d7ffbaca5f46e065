"""A command as a value, and what the table says of it: how it is written, who may, what it does,
what takes it back.

A door (a mail's first lines, the command line, a rule) makes a command; `reads` says once what its
value means, and only a handler what it does. Handlers are pure: a value, a ticket and whoever asks
go in, effects come out, or the problem that stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from maildesk.desk.effects import Effect
from maildesk.desk.merging.others import NO_OTHERS, Others
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, Why
from maildesk.desk.ticket import Ticket

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.facts import Load
    from maildesk.desk.policy import Policy
    from maildesk.desk.senders.entries import Joined
    from maildesk.desk.undo.past_act import PastAct

_TYPED = re.compile(r"[#＃]\s?([^\W\d][\w-]*)")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing asked for: its name in the table and its value, as written.

    `line` is how it stood in a mail; `below`: it stood within the text, below so many lines of it.
    """

    name: str
    value: str = ""
    line: str = ""
    below: int | None = None

    @property
    def written(self) -> str:
        """The line, also of one that was never written in a mail."""
        return self.line or f"#{self.name.replace('_', '-')} {self.value}".strip()

    @property
    def word(self) -> str:
        """The spelling that was typed, without the sign; the name where nothing was."""
        found = _TYPED.match(self.line)
        return found[1] if found else self.name


@dataclass(frozen=True, slots=True)
class Request:
    """Of which ticket it is asked, by whom, under which policy, and when.

    `why` is the reason that a rule gives; else it is that they asked (`line`: in which words).
    `is_moved`: a command of the same act says how the ticket is to stand. `acting`: the agent whose
    act made a rule ask for it. `joined`: addresses of one customer that were learnt. `others`: the
    tickets beside it that its commands are about. `undoes`: what #undo would take back. `loads`:
    how busy the agents are, where one of a team is to be chosen.
    """

    ticket: Ticket
    by: Actor
    policy: Policy
    now: datetime
    why: Why = ""
    line: str = ""
    is_moved: bool = False
    acting: str = ""
    joined: Joined = field(default_factory=dict)
    others: Others = NO_OTHERS
    undoes: PastAct | None = None
    loads: Mapping[str, Load] = field(default_factory=dict)

    @property
    def reason(self) -> Why:
        """Why it is done, for the history."""
        return self.why or Reason("asked", {"agent": self.by.name, "line": self.line})


Answer = list[Effect] | Problem
# A handler is given what `reads` made of the value, which is nothing else's business.
Read = Callable[[Command, "Policy"], Any]
Handler = Callable[[Any, Request], Answer]
Setting = tuple[str, Any]  # what of the ticket is set (priority, label:vip …), and to what


class Beside(Enum):
    """What a command makes of the text that stands beside it."""

    AS_IT_IS = "as it is"  # what the address says that it was written to
    NOTE = "note"
    REPLY = "reply"
    QUIET = "quiet"  # a note, unless another command beside it says that it is a reply


class About(Enum):
    """How many tickets a command is about, and so where it may be written."""

    NO_TICKET = "no ticket"  # also in a mail to the desk that answers nothing
    ONE = "one"
    TWO = "two"


def as_written(command: Command, _policy: Policy) -> str:
    """The value is text, or nothing that anybody reads."""
    return command.value.strip()


def sets_nothing(_value: Any, _request: Request) -> Iterable[Setting]:
    """Nothing that another command could contradict."""
    return ()


def no_undo(_value: Any, _before: Ticket) -> tuple[Command, ...]:
    """Nothing takes this back."""
    return ()


def never(_value: Any) -> bool:
    """Nobody outside the desk is reached by it."""
    return False


def always(_value: Any) -> bool:
    """Somebody outside the desk is reached by it, whatever its value."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """All that is known of one command.

    Its words in other languages stand beside the templates, in `_words.yaml`.
    """

    name: str
    words: tuple[str, ...]  # the English spellings, the one that is shown first
    argument: str = ""  # a value as it may be written: "+vip -bug"
    does: str  # for the list of commands, in English
    # None: it concerns nobody but who asks. A function is given None where no value is known yet.
    needs: Permission | Callable[[Any, Request], Permission | None] | None
    reads: Read = as_written  # what its value means, or the problem with it
    handler: Handler
    # Two commands that set the same to something else contradict each other: nothing is done.
    sets: Callable[[Any, Request], Iterable[Setting]] = sets_nothing
    undone_by: Callable[[Any, Ticket], tuple[Command, ...]] = no_undo  # the ticket as it was before
    # Whether it writes to, or brings in, somebody outside the desk.
    reaches_outside: Callable[[Any], bool] = never
    beside: Beside = Beside.AS_IT_IS
    value_is_text: bool = False  # its value belongs to the text beside it
    takes_words: bool = False  # its value is any words of the one who writes
    takes_value: bool = True  # else a line within a text that goes on behind it is text
    chooses_assignee: bool = False  # then a first answer beside it takes nothing
    to_everybody: bool = False  # the text goes to all who take part, whoever had what it answers
    for_agents: bool = False  # it is about the agent who asks; the operator has no mailbox
    about: About = About.ONE
    tells_itself: bool = False  # what it does is seen in a mail of its own, and in no transcript
    lists_alone: bool = False  # so it is of this where it stands without a value


@dataclass(frozen=True, slots=True)
class Given:
    """A command with what its value means."""

    command: Command
    spec: Spec
    value: Any
