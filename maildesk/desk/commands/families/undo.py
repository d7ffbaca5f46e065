"""The command that takes an act back: undo. What becomes of the ticket says `desk.undo`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maildesk.desk.commands.spec import Answer, Command, Request, Setting, Spec
from maildesk.desk.problem import Problem
from maildesk.desk.undo.past_act import PastAct
from maildesk.desk.undo.take_back import effects, obstacle, put_back, stays

NAME = "undo"


def is_undo(commands: Iterable[Command]) -> bool:
    """Whether one of these takes an act back."""
    return any(one.name == NAME for one in commands)


def beside(request: Request) -> Sequence[Command]:
    """The commands that take back what no field of the ticket shows."""
    act = request.undoes
    if act is None or obstacle(act, request.policy, request.now) is not None:
        return ()
    return commands_of(act)


def commands_of(act: PastAct | None) -> tuple[Command, ...]:
    """The same, of an act of which it is not yet known whether it can be taken back."""
    return tuple(Command(name, value) for name, value in act.undo) if act is not None else ()


def _undo(_value: str, request: Request) -> Answer:
    act = request.undoes
    problem = obstacle(act, request.policy, request.now)
    if problem is not None or act is None:
        return problem or []
    line, name = request.line, request.by.name
    return effects(act, request.ticket, request.policy, request.now, line, name)


def remarks(request: Request) -> tuple[Problem, ...]:
    """What stays as it is, of an act that is taken back."""
    act = request.undoes
    return () if act is None else stays(act, request.ticket, request.policy)


def _sets(_value: str, request: Request) -> Iterable[Setting]:
    act = request.undoes
    return () if act is None else ((name, act.changed[name][0]) for name in put_back(act))


SPECS = (
    Spec(
        name=NAME,
        words=(NAME, "revert"),
        does="takes back what the mail did that this answers; it works for a day",
        needs=None,
        handler=_undo,
        sets=_sets,
        takes_value=False,
    ),
)
