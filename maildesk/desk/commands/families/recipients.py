"""Commands that say whom one answer goes to, and no other one: to, bcc.

Nobody takes part by it: the next answer goes where it would have gone. Whoever answers to such a
mail and has no part is asked about like anybody who is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import (
    Answer,
    Beside,
    Command,
    Given,
    Request,
    Setting,
    Spec,
    always,
)
from maildesk.desk.effects import Effect, SendToCustomer
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Person

TO, BCC = "to", "bcc"
FOR_ONE = (TO, BCC)  # of many answers each has recipients of its own


def _read(command: Command, policy: Policy) -> tuple[str, ...] | Problem:
    fillers = policy.wording.fillers
    bare = " ".join(w for w in command.value.split() if "@" in w or w.lower() not in fillers)
    found = values.addresses(replace(command, value=bare), policy)
    example = f"#{command.word} ana@example.org"
    return found or Problem("needs_address", {"command": command.word, "example": example})


def _nothing(_value: tuple[str, ...], _request: Request) -> Answer:
    """The answer is carried out with everything beside it (see `carry_out`)."""
    return []


def named_to(commands: Iterable[Given], joining: Iterable[Person] = ()) -> tuple[str, ...]:
    """Whom the answer goes to instead, folded, with those who join by it; none: as ever."""
    found = [one for given in commands if given.command.name == TO for one in given.value]
    return tuple(dict.fromkeys((*found, *(one.key for one in joining)))) if found else ()


def readdressed(
    said: list[Effect] | Problem, commands: Sequence[Given], joining: Sequence[Person]
) -> list[Effect] | Problem:
    """The same answer to those whom #to and #bcc name; without one they are about nothing."""
    ours = [one for one in commands if one.command.name in FOR_ONE]
    if not ours or isinstance(said, Problem):
        return said
    if not any(map(is_answer, said)):
        line = ours[0].command
        return Problem("no_answer_beside", {"command": line.word}, line.line)
    to = named_to(commands, joining)
    blind = tuple(dict.fromkeys(a for one in ours if one.command.name == BCC for a in one.value))
    more = {TO: to, BCC: tuple(one for one in blind if one not in to)}
    return [
        replace(one, context={**one.context, **more})
        if isinstance(one, SendToCustomer) and is_answer(one)
        else one
        for one in said
    ]


def is_answer(effect: Effect) -> bool:
    """Whether this is somebody's own words to people outside."""
    return isinstance(effect, SendToCustomer) and not effect.automatic


def remark_on(command: Command, effects: Iterable[Effect]) -> tuple[Problem, ...]:
    """What is to be known of #to and #bcc: for how long it holds."""
    answers = [one for one in effects if isinstance(one, SendToCustomer) and is_answer(one)]
    found = [str(a) for one in answers for a in _addresses(one.context.get(command.name))]
    if command.name not in FOR_ONE or not found:
        return ()
    code = "only_this_to" if command.name == TO else "blind_copies"
    return (Problem(code, {"addresses": ", ".join(dict.fromkeys(found))}),)


def named_in(effects: Iterable[Effect]) -> tuple[str, ...]:
    """Whom #to has named for an answer among these."""
    answers = (one for one in effects if isinstance(one, SendToCustomer))
    return tuple(str(a) for one in answers for a in _addresses(one.context.get(TO)))


def _addresses(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _sets_to(value: tuple[str, ...], _request: Request) -> Iterable[Setting]:
    return (("readers", "customer"), ("recipients", value))


def _sets_bcc(_value: tuple[str, ...], _request: Request) -> Iterable[Setting]:
    return (("readers", "customer"),)


SPECS = (
    Spec(
        name=TO,
        words=(TO,),
        argument="lee@example.org",
        does="this one answer goes there, and to nobody else",
        needs=Permission.PEOPLE,
        reads=_read,
        handler=_nothing,
        sets=_sets_to,
        reaches_outside=always,
        beside=Beside.REPLY,
    ),
    Spec(
        name=BCC,
        words=(BCC,),
        argument="max@example.org",
        does="a copy of this one answer goes there, too, which nobody else sees",
        needs=Permission.PEOPLE,
        reads=_read,
        handler=_nothing,
        sets=_sets_bcc,
        reaches_outside=always,
        beside=Beside.REPLY,
    ),
)
