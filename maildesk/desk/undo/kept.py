"""What of an act is remembered, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maildesk.desk.commands.carry_out import CarriedOut
from maildesk.desk.commands.families.moves import Moved
from maildesk.desk.commands.families.undo import is_undo
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import given, tells_itself
from maildesk.desk.effects import AddMessage, Effect, SendToCustomer, SpendTime
from maildesk.desk.problem import Problem
from maildesk.desk.undo.facets import is_facet
from maildesk.desk.undo.undo_effects import KeepAct

if TYPE_CHECKING:
    from datetime import datetime


def kept(request: Request, done: CarriedOut, commands: Sequence[Command]) -> list[Effect]:
    """The act that these commands, and the text beside them, have become; nothing where they only
    brought something to whoever asked."""
    said = any(isinstance(effect, AddMessage) for effect in done.effects)
    if not said and all(map(tells_itself, commands)):
        return []
    act = KeepAct(
        lines=tuple(one.written for one in commands),
        sets=done.sets,
        undo=tuple((one.name, one.value) for one in done.undo if not _is_seen(one, request)),
        is_answer=is_answer(done.effects),
        is_undo=is_undo(commands),
        waits_until=waits_until(request, done.effects),
        spent=sum(one.seconds for one in done.effects if isinstance(one, SpendTime)),
    )
    return [act]


def waits_until(request: Request, effects: Sequence[Effect]) -> datetime | None:
    """Until when an agent's mails to the customer stay here; None: they go at once."""
    length = request.policy.undo_send
    goes_out = any(isinstance(effect, SendToCustomer) for effect in effects)
    return request.now + length if length and goes_out and request.by.agent else None


def is_answer(effects: Sequence[Effect]) -> bool:
    """Whether words of ours to the customer are among these."""
    return any(
        isinstance(one, AddMessage) and one.kind == "public" and one.direction == "out"
        for one in effects
    )


def _is_seen(command: Command, request: Request) -> bool:
    """Whether what this command sets is seen in the ticket: then it is put back from there."""
    one = given(command, request.policy)
    if isinstance(one, Problem) or isinstance(one.value, Moved):
        return True
    return any(is_facet(name) for name, _ in one.spec.sets(one.value, request))
