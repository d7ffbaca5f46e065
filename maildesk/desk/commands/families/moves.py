"""Commands that move the ticket: resolve, close, reopen, wait, hold, start, spam, notspam, status.

`status` takes the name of a status, the desk's own among them: the ticket gets that name, and is
moved as its behaviour asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from maildesk.desk.commands.spec import (
    Answer,
    Beside,
    Command,
    Read,
    Request,
    Setting,
    Spec,
    never,
)
from maildesk.desk.commands.values import named, unknown
from maildesk.desk.effects import SetField, SetStatus
from maildesk.desk.moves import move
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import TRANSITIONS, Move, Status, Ticket

STATUS = "status"


@dataclass(frozen=True, slots=True)
class Moved:
    """How the ticket is moved; to which status by name, where one was named; the resolution."""

    how: Move
    status: str = ""
    text: str = ""


MOVES: Mapping[Status, Move] = {
    Status.OPEN: Move.REOPEN, Status.IN_PROGRESS: Move.START, Status.WAITING: Move.WAIT,
    Status.ON_HOLD: Move.HOLD, Status.RESOLVED: Move.RESOLVE, Status.CLOSED: Move.CLOSE,
    Status.SPAM: Move.MARK_SPAM,
}  # fmt: skip


def impossible(ticket: Ticket, how: Move) -> Problem | None:
    """Why the ticket cannot be moved so, as it stands; None: it can."""
    if TRANSITIONS[ticket.behaviour][how] is not None:
        return None
    return Problem(f"cannot_{how.value}", {"status": ticket.behaviour.value})


def _moves(how: Move) -> Read:
    return lambda command, _policy: Moved(how, text=command.value.strip())


def status_named(command: Command, policy: Policy) -> Moved | Problem:
    """The status of this name, or of the behaviour or the command that is called so."""
    written = command.value
    names = list(policy.statuses)
    behaviours = [status.value for status in Status]
    if (found := named(written, names, policy)) is None:
        behaviour = named(written, behaviours, policy) or _by_command(written, policy)
        found = policy.status_for(Status(behaviour)) if behaviour else None
    if found is None:
        return unknown("status", written, names, policy)
    return Moved(MOVES[policy.behaves(found)], found)


def _by_command(written: str, policy: Policy) -> str:
    """The behaviour that a command of this spelling leads to: `done` is resolved."""
    word = written.strip().lower()
    name = policy.wording.commands.get(word) or next(
        (spec.name for spec in SPECS if word in spec.words), ""
    )
    return next((status.value for status, command in _COMMANDS.items() if command == name), "")


def _move(value: Moved, request: Request) -> Answer:
    ticket, policy, how = request.ticket, request.policy, value.how
    wanted = policy.behaves(value.status) if value.status else None
    if value.status and ticket.status == value.status:
        return []
    if wanted is ticket.behaviour:  # another name for how it stands
        return [SetStatus(status=ticket.behaviour, name=value.status, why=request.reason)]
    if wanted is Status.OPEN and ticket.behaviour is Status.SPAM:
        how = Move.NOT_SPAM
    if (problem := impossible(ticket, how)) is not None:
        return problem
    effects = move(ticket, how, request.reason)
    if wanted is not None:
        effects = [
            replace(one, name=value.status)
            if isinstance(one, SetStatus) and one.status is wanted
            else one
            for one in effects
        ]
    if how is Move.RESOLVE and value.text:
        effects.append(SetField(name="resolution", value=value.text))
    return effects


def _sets(value: Moved, request: Request) -> Iterable[Setting]:
    """To which status; how it is called belongs to that only where it was said.

    What merely opens the way (#reopen, #notspam) may be followed by where it leads.
    """
    if is_way_back(value):
        yield ("spam" if value.how is Move.NOT_SPAM else "closed"), False
        return
    behaves = request.policy.behaves(value.status) if value.status else None
    status = behaves or next(status for status, how in MOVES.items() if how is value.how)
    yield "status", status
    yield "spam", status is Status.SPAM
    if status in (Status.RESOLVED, Status.CLOSED, Status.SPAM):
        yield "asleep", None  # there is nothing to wake for
    if status is not Status.SPAM:
        yield "closed", status is Status.CLOSED
    if value.status:
        yield "status name", value.status


def is_way_back(value: Moved) -> bool:
    """Whether it takes a ticket up again and does not say what as: such moves come first."""
    return value.how in (Move.REOPEN, Move.NOT_SPAM) and not value.status


def _needs(value: Moved | None, _request: Request) -> Permission:
    how = value.how if value is not None else Move.START
    return _PERMISSIONS.get(how, Permission.WORK)


_PERMISSIONS = {
    Move.CLOSE: Permission.CLOSE, Move.MARK_SPAM: Permission.SPAM, Move.NOT_SPAM: Permission.SPAM,
}  # fmt: skip
_COMMANDS = {
    Status.OPEN: "reopen", Status.IN_PROGRESS: "start", Status.WAITING: "wait",
    Status.ON_HOLD: "hold", Status.RESOLVED: "resolve", Status.CLOSED: "close",
    Status.SPAM: "spam",
}  # fmt: skip


def _back(value: Moved, before: Ticket) -> tuple[Command, ...]:
    """The command that leads back. None does to a resolution: it would write to the customer."""
    if value.how is Move.MARK_SPAM and before.behaviour is not Status.SPAM:
        return (Command("notspam"),)
    if before.behaviour is Status.RESOLVED:
        return ()
    if value.how is Move.CLOSE and before.behaviour is not Status.SPAM:
        return (Command("reopen"),)  # from closed only this way is open
    if value.status:
        return (Command(STATUS, before.status),)
    return (Command(_COMMANDS[before.behaviour]),)


def _writes(value: Moved) -> bool:
    return bool(value.text)


def _spec(
    how: Move,
    words: tuple[str, ...],
    does: str,
    *,
    argument: str = "",
    has_text: bool = False,
    beside: Beside = Beside.AS_IT_IS,
) -> Spec:
    return Spec(
        name=words[0],
        words=words,
        argument=argument,
        does=does,
        needs=_PERMISSIONS.get(how, Permission.WORK),
        reads=_moves(how),
        handler=_move,
        sets=_sets,
        undone_by=_back,
        reaches_outside=_writes if has_text else never,
        beside=beside,
        value_is_text=has_text,
        takes_words=bool(argument),
        takes_value=bool(argument),
    )


SPECS = (
    _spec(
        Move.RESOLVE,
        ("resolve", "resolved", "solve", "solved", "done", "fixed"),
        "resolves; your text goes out with the survey",
        argument="[what it was]",
        has_text=True,
    ),
    _spec(
        Move.CLOSE,
        ("close", "closed"),
        "closes, without a survey; your text goes out as an answer",
        has_text=True,
    ),
    _spec(Move.REOPEN, ("reopen", "open", "reopened"), "opens it again"),
    _spec(
        Move.START,
        ("start", "progress", "in_progress"),
        "you work on it; nobody is written to",
    ),
    _spec(
        Move.WAIT,
        ("wait", "waiting", "pending"),
        "it waits for the customer, who is reminded after a while",
    ),
    _spec(
        Move.HOLD,
        ("hold", "on_hold", "onhold"),
        "it waits for you, or for somebody else than the customer",
    ),
    _spec(
        Move.MARK_SPAM,
        ("spam",),
        "it is spam; your text stays among colleagues",
        beside=Beside.QUIET,
    ),
    _spec(Move.NOT_SPAM, ("notspam", "ham"), "it is none after all"),
    Spec(
        name=STATUS,
        words=("status", "state"),
        argument="waiting",
        does="moves it to this status, also to one of your desk's own",
        needs=_needs,
        reads=status_named,
        handler=_move,
        sets=_sets,
        undone_by=_back,
    ),
)
