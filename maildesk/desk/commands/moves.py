"""Commands that move the ticket: resolve, close, reopen, wait, hold, start, spam, notspam."""

from __future__ import annotations

from collections.abc import Callable

from maildesk.desk.commands.spec import Answer, Beside, Command, Handler, Request, Spec
from maildesk.desk.effects import SetField
from maildesk.desk.moves import move
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import TRANSITIONS, Move, Status, Ticket


def impossible(ticket: Ticket, how: Move) -> Problem | None:
    """Why the ticket cannot be moved so, as it stands; None: it can."""
    if TRANSITIONS[ticket.behaviour][how] is not None:
        return None
    return Problem(f"cannot_{how.value}", {"status": ticket.behaviour.value})


def _moves(how: Move) -> Handler:
    def handler(command: Command, request: Request) -> Answer:
        if (problem := impossible(request.ticket, how)) is not None:
            return problem
        effects = move(request.ticket, how, f"{request.by.name}: {command.written}")
        if how is Move.RESOLVE and command.value:
            effects.append(SetField(name="resolution", value=command.value))
        return effects

    return handler


_BACK = {
    Status.OPEN: "reopen", Status.IN_PROGRESS: "start", Status.WAITING: "wait",
    Status.ON_HOLD: "hold",
    Status.CLOSED: "close", Status.SPAM: "spam",
}  # fmt: skip


def _back(how: Move) -> Callable[[Command, Ticket], tuple[Command, ...]]:
    """The command that leads back. None does to `resolved`: it would write to the
    customer once more."""

    def undone_by(_command: Command, before: Ticket) -> tuple[Command, ...]:
        if how is Move.MARK_SPAM:
            return (Command("notspam"),)
        name = _BACK.get(before.behaviour, "")
        if (
            how is Move.CLOSE and before.behaviour is not Status.SPAM
        ):  # from closed only this way is open
            name = "reopen"
        return (Command(name),) if name else ()

    return undone_by


def _with_text(value: str) -> bool:
    return bool(value)


SPECS = (
    Spec(
        name="resolve",
        words=("resolve", "resolved", "solve", "solved", "done", "fixed"),
        argument="[what it was]",
        does="resolves; your text goes out with the survey",
        needs=Permission.WORK,
        handler=_moves(Move.RESOLVE),
        undone_by=_back(Move.RESOLVE),
        reaches_outside=_with_text,
        move=Move.RESOLVE,
        value_is_text=True,
    ),
    Spec(
        name="close",
        words=("close", "closed"),
        does="closes, without a survey; your text goes out as an answer",
        needs=Permission.CLOSE,
        handler=_moves(Move.CLOSE),
        undone_by=_back(Move.CLOSE),
        reaches_outside=_with_text,
        move=Move.CLOSE,
        value_is_text=True,
    ),
    Spec(
        name="reopen",
        words=("reopen", "open", "reopened"),
        does="opens it again",
        needs=Permission.WORK,
        handler=_moves(Move.REOPEN),
        undone_by=_back(Move.REOPEN),
        move=Move.REOPEN,
    ),
    Spec(
        name="start",
        words=("start", "progress", "in_progress"),
        does="you work on it; nobody is written to",
        needs=Permission.WORK,
        handler=_moves(Move.START),
        undone_by=_back(Move.START),
        move=Move.START,
    ),
    Spec(
        name="wait",
        words=("wait", "waiting", "pending"),
        does="it waits for the customer, who is reminded after a while",
        needs=Permission.WORK,
        handler=_moves(Move.WAIT),
        undone_by=_back(Move.WAIT),
        move=Move.WAIT,
    ),
    Spec(
        name="hold",
        words=("hold", "on_hold", "onhold"),
        does="it waits for you, or for somebody else than the customer",
        needs=Permission.WORK,
        handler=_moves(Move.HOLD),
        undone_by=_back(Move.HOLD),
        move=Move.HOLD,
    ),
    Spec(
        name="spam",
        words=("spam",),
        does="it is spam; your text stays among colleagues",
        needs=Permission.SPAM,
        handler=_moves(Move.MARK_SPAM),
        undone_by=_back(Move.MARK_SPAM),
        move=Move.MARK_SPAM,
        beside=Beside.QUIET,
    ),
    Spec(
        name="notspam",
        words=("notspam", "ham"),
        does="it is none after all",
        needs=Permission.SPAM,
        handler=_moves(Move.NOT_SPAM),
        undone_by=_back(Move.NOT_SPAM),
        move=Move.NOT_SPAM,
    ),
)
