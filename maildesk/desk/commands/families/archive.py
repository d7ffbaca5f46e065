"""Commands that put a ticket away for good: archive, unarchive.

An archived ticket keeps its status, so it is no status: `is:archived status:closed` may ask for
both. It is in no list and found by no search that does not ask for it. Whoever takes it up again, a
customer's answer among them, brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.commands.spec import Answer, Command, Request, Setting, Spec
from maildesk.desk.effects import SetField
from maildesk.desk.evolve import ARCHIVED, YES
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Status, Ticket

_OVER = (Status.RESOLVED, Status.CLOSED, Status.SPAM)


def _archive(_value: str, request: Request) -> Answer:
    ticket = request.ticket
    if ticket.behaviour not in _OVER:
        return Problem("cannot_archive", {"status": ticket.behaviour.value})
    return [SetField(name=ARCHIVED, value=YES)]


def _unarchive(_value: str, request: Request) -> Answer:
    if not request.ticket.archived:
        return Problem("not_archived")
    return [SetField(name=ARCHIVED, value="")]


def _back(_value: str, before: Ticket) -> tuple[Command, ...]:
    return () if before.archived else (Command("unarchive"),)


def _again(_value: str, _before: Ticket) -> tuple[Command, ...]:
    return (Command("archive"),)


def _sets(_value: str, _request: Request) -> Iterable[Setting]:
    return ((ARCHIVED, YES),)


def _sets_back(_value: str, _request: Request) -> Iterable[Setting]:
    return ((ARCHIVED, ""),)


SPECS = (
    Spec(
        name="archive",
        words=("archive",),
        does="puts a ticket that is resolved or closed away: no list shows it, but is:archived",
        needs=Permission.CLOSE,
        handler=_archive,
        sets=_sets,
        undone_by=_back,
        takes_value=False,
    ),
    Spec(
        name="unarchive",
        words=("unarchive",),
        does="brings it back into the lists",
        needs=Permission.CLOSE,
        handler=_unarchive,
        sets=_sets_back,
        undone_by=_again,
        takes_value=False,
    ),
)
