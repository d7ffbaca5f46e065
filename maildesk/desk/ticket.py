"""The ticket: its fields, its states, and the one table that says which move leads where.

The table is the specification; a test walks every cell of it. A move that the
table does not know is refused with words, never made silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from maildesk.desk.problem import NotDone, Problem
from maildesk.mail.owners import mailbox_of

# how a customer came to the desk; whoever writes a ticket up for them says so
CHANNELS = ("email", "phone", "chat", "letter", "visit", "web")
NOTED = ("phone", "visit", "letter", "chat")  # of which one of us writes down what was said
OUTREACH = "outreach"  # that of tickets which a campaign opened
KIND_OF_SNOOZE = "snooze"  # the timer that wakes a ticket
KIND_OF_CUSTOMER = "customer"  # the timer that looks anew what is known of the requester
EMPTY: Mapping[str, Any] = MappingProxyType({})


class Status(StrEnum):
    """How a ticket stands. Admins may add statuses of their own; each behaves like one of these."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"  # for the customer
    ON_HOLD = "on_hold"  # for us or a third party
    RESOLVED = "resolved"
    CLOSED = "closed"
    SPAM = "spam"


class Move(StrEnum):
    """What can happen to a ticket's status."""

    AGENT_REPLY = "agent_reply"
    REQUESTER_REPLY = "requester_reply"
    START = "start"  # an agent takes it up without writing
    WAIT = "wait"
    HOLD = "hold"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MARK_SPAM = "mark_spam"
    NOT_SPAM = "not_spam"


_S, _M = Status, Move
# None: refused. REOPENED stands for in_progress, or open while nobody is assigned.
_REOPENED = "reopened"
TRANSITIONS: Mapping[Status, Mapping[Move, str | None]] = {
    _S.OPEN: {
        _M.AGENT_REPLY: _S.IN_PROGRESS, _M.REQUESTER_REPLY: _S.OPEN, _M.START: _S.IN_PROGRESS,
        _M.WAIT: _S.WAITING,
        _M.HOLD: _S.ON_HOLD, _M.RESOLVE: _S.RESOLVED, _M.CLOSE: _S.CLOSED, _M.REOPEN: None,
        _M.MARK_SPAM: _S.SPAM,
        _M.NOT_SPAM: None,
    },
    _S.IN_PROGRESS: {
        _M.AGENT_REPLY: _S.IN_PROGRESS, _M.REQUESTER_REPLY: _S.IN_PROGRESS,
        _M.START: _S.IN_PROGRESS,
        _M.WAIT: _S.WAITING, _M.HOLD: _S.ON_HOLD, _M.RESOLVE: _S.RESOLVED, _M.CLOSE: _S.CLOSED,
        _M.REOPEN: None,
        _M.MARK_SPAM: _S.SPAM, _M.NOT_SPAM: None,
    },
    _S.WAITING: {
        _M.AGENT_REPLY: _S.WAITING, _M.REQUESTER_REPLY: _REOPENED, _M.START: _S.IN_PROGRESS,
        _M.WAIT: _S.WAITING,
        _M.HOLD: _S.ON_HOLD, _M.RESOLVE: _S.RESOLVED, _M.CLOSE: _S.CLOSED, _M.REOPEN: _REOPENED,
        _M.MARK_SPAM: _S.SPAM, _M.NOT_SPAM: None,
    },
    _S.ON_HOLD: {
        _M.AGENT_REPLY: _S.ON_HOLD, _M.REQUESTER_REPLY: _S.ON_HOLD, _M.START: _S.IN_PROGRESS,
        _M.WAIT: _S.WAITING,
        _M.HOLD: _S.ON_HOLD, _M.RESOLVE: _S.RESOLVED, _M.CLOSE: _S.CLOSED, _M.REOPEN: _REOPENED,
        _M.MARK_SPAM: _S.SPAM, _M.NOT_SPAM: None,
    },
    _S.RESOLVED: {
        _M.AGENT_REPLY: _S.RESOLVED, _M.REQUESTER_REPLY: _REOPENED, _M.START: _S.IN_PROGRESS,
        _M.WAIT: _S.WAITING,
        _M.HOLD: _S.ON_HOLD, _M.RESOLVE: _S.RESOLVED, _M.CLOSE: _S.CLOSED, _M.REOPEN: _REOPENED,
        _M.MARK_SPAM: _S.SPAM, _M.NOT_SPAM: None,
    },
    _S.CLOSED: {
        _M.AGENT_REPLY: _S.CLOSED, _M.REQUESTER_REPLY: _REOPENED, _M.START: None, _M.WAIT: None,
        _M.HOLD: None,
        _M.RESOLVE: None, _M.CLOSE: _S.CLOSED, _M.REOPEN: _REOPENED, _M.MARK_SPAM: _S.SPAM,
        _M.NOT_SPAM: None,
    },
    _S.SPAM: {
        _M.AGENT_REPLY: None, _M.REQUESTER_REPLY: _S.SPAM, _M.START: None, _M.WAIT: None,
        _M.HOLD: None,
        _M.RESOLVE: None, _M.CLOSE: _S.CLOSED, _M.REOPEN: None, _M.MARK_SPAM: _S.SPAM,
        _M.NOT_SPAM: _REOPENED,
    },
}  # fmt: skip


def after(status: Status, move: Move, *, assigned: bool) -> Status:
    """The status that `move` leads to from `status`; Refused, in words, where the table
    has no such move."""
    target = TRANSITIONS[status][move]
    if target is None:
        problem = Problem(f"cannot_{move.value}", {"status": status.value})
        raise NotDone(problem, f"a ticket that is {status.value} cannot {_WORDS[move]}")
    if target == _REOPENED:
        return Status.IN_PROGRESS if assigned else Status.OPEN
    return Status(target)


_WORDS = {
    Move.AGENT_REPLY: "be answered",
    Move.REQUESTER_REPLY: "be written to",
    Move.START: "be taken up",
    Move.WAIT: "wait for the customer",
    Move.HOLD: "be put on hold",
    Move.RESOLVE: "be resolved",
    Move.CLOSE: "be closed",
    Move.REOPEN: "be reopened",
    Move.MARK_SPAM: "be marked as spam",
    Move.NOT_SPAM: "be freed from spam",
}


# whoever wrote, where no address of theirs is known (RFC 2606); never written to
NO_ADDRESS = "nobody@sender.invalid"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody outside the desk: an address, the name beside it, and what is known of them."""

    address: str
    name: str = ""
    organisation: str = ""
    tier: str = ""
    answers_to: str = ""  # where they want answers (Reply-To); "": at their address

    @property
    def key(self) -> str:
        """The address folded for comparison."""
        return mailbox_of(self.address)

    @property
    def reached_at(self) -> str:
        """Where an agent's answer to them goes (RFC 5322, 3.6.2)."""
        return self.answers_to or self.address

    @property
    def has_no_address(self) -> bool:
        """Whether nothing but perhaps a name is known of them."""
        return self.address == NO_ADDRESS


@dataclass(frozen=True)
class Ticket:
    """One ticket as it stands. `status` is the policy's word; `behaviour` the
    state it behaves like."""

    id: int
    reference: str
    subject: str
    status: str
    behaviour: Status
    priority: str
    type: str
    category: str
    queue: str
    channel: str
    requester: Person
    address: str  # the desk address it was written to, and is answered from
    language: str
    created_at: datetime
    updated_at: datetime
    labels: frozenset[str] = frozenset()
    # everybody outside the desk who takes part, the requester first
    participants: tuple[Person, ...] = ()
    waiting: tuple[Person, ...] = ()  # who has written and is not let in; answers do not go to them
    kept_out: frozenset[str] = frozenset()  # whom an agent has kept out, folded
    assignee: str = ""  # the agent's address, as in agents.yaml
    fields: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    customer_wrote_at: datetime | None = None  # their last word, automatic mail apart
    agent_wrote_at: datetime | None = None  # our last public word
    resolution: str = ""
    score: int | None = None
    comment: str = ""
    follows: str = ""  # reference of the closed ticket this one follows
    spent: int = 0  # seconds
    message_count: int = 0
    surveyed: bool = False  # a resolution with stars has gone out since it was last reopened
    merged_into: int | None = None
    archived: bool = False
    version: int = 0  # how often it was changed; one more with each act that is written
    has_files: bool = False  # a message of the conversation brought one
    # when a promise that runs comes near, if nothing happens; past: it has
    warns_at: datetime | None = None
    breaches_at: datetime | None = None  # when one is broken; None while all of them are paused
    # agents who hear of it beside the assignee, by their addresses on file, sorted
    followers: tuple[str, ...] = ()
    snoozed_until: datetime | None = None  # until then it is in no list of what is to be done

    def but(self, **columns: Any) -> Ticket:
        """This ticket with other values in these fields: `dataclasses.replace` in a fifth of its
        time, ten times a mail."""
        if not columns.keys() <= vars(self).keys():
            raise TypeError(f"a ticket has no {', '.join(columns.keys() - vars(self).keys())}")
        other = object.__new__(Ticket)
        vars(other).update(vars(self), **columns)
        return other

    @property
    def turn(self) -> str:
        """Who wrote last: `answered` (we did), `customer reply` (they did, unanswered)."""
        if self.agent_wrote_at and (
            self.customer_wrote_at is None or self.agent_wrote_at >= self.customer_wrote_at
        ):
            return "answered"
        return "customer reply"

    @property
    def called(self) -> str:
        """What to call it, also while it is just being opened and has no number yet."""
        new = f'The new ticket "{self.subject[:60]}" of {self.requester.address}'
        return self.reference or new

    def has_part(self, address: str) -> bool:
        """Whether this address belongs to the requester or a participant."""
        return self.part_of(address) is not None

    def part_of(self, address: str) -> Person | None:
        """Who takes part with this address, their own or the one where they want answers; None for
        nobody."""
        key = mailbox_of(address)
        people = (self.requester, *self.participants)
        own = next((one for one in people if one.key == key), None)
        return own or next((one for one in people if one.answers_to == key != ""), None)

    def is_requester(self, address: str) -> bool:
        """Whether this address is the requester's, their own or the one where they want answers."""
        found = self.part_of(address)
        return found is not None and found.key == self.requester.key
