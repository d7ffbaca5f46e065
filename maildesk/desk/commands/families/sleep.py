"""Commands that put a ticket off: snooze, and wake before its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import Answer, Command, Request, Setting, Spec
from maildesk.desk.effects import CancelClock, Effect, Snooze, StartClock
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem
from maildesk.desk.sla.coming import Coming, moment_of
from maildesk.desk.ticket import KIND_OF_SNOOZE, Status, Ticket

_OVER = (Status.RESOLVED, Status.CLOSED, Status.SPAM)


def _snooze(value: Coming, request: Request) -> Answer:
    """It sleeps until then; nothing else of it changes, and what was promised goes on running."""
    ticket, policy, now = request.ticket, request.policy, request.now
    if ticket.behaviour in _OVER:
        return Problem("cannot_snooze", {"status": ticket.behaviour.value})
    agent = policy.agent(request.by.agent) if request.by.agent else None
    calendar = policy.calendars.get(agent.hours) if agent and agent.hours else None
    hours = calendar or policy.office
    meant = values.as_meant(value, request)
    until = values.ahead(lambda: moment_of(meant, now, policy.tz, hours), now)
    if isinstance(until, Problem):
        return until
    return [Snooze(until=until), StartClock(kind=KIND_OF_SNOOZE, due_at=until)]


def _wake(_value: str, request: Request) -> Answer:
    if request.ticket.snoozed_until is None:
        return Problem("not_asleep")
    return woken()


def woken() -> list[Effect]:
    """What wakes a ticket that sleeps, before its time."""
    return [Snooze(until=None), CancelClock(kind=KIND_OF_SNOOZE)]


def _back(_value: Coming, before: Ticket) -> tuple[Command, ...]:
    at = before.snoozed_until
    return (_again(at),) if at is not None else (Command("wake"),)


def _asleep(_value: str, before: Ticket) -> tuple[Command, ...]:
    at = before.snoozed_until
    return (_again(at),) if at is not None else ()


def _again(at: datetime) -> Command:
    return Command("snooze", at.isoformat())


def _sets(value: Coming, _request: Request) -> Iterable[Setting]:
    return (("asleep", value),)


def _sets_awake(_value: str, _request: Request) -> Iterable[Setting]:
    return (("asleep", None),)


SPECS = (
    Spec(
        name="snooze",
        words=("snooze", "sleep", "later"),
        argument="2d",
        does="puts it off until then, or until the customer writes; it wakes by a mail",
        needs=Permission.WORK,
        reads=values.coming,
        handler=_snooze,
        sets=_sets,
        undone_by=_back,
    ),
    Spec(
        name="wake",
        words=("wake", "unsnooze"),
        does="ends that at once",
        needs=Permission.WORK,
        handler=_wake,
        sets=_sets_awake,
        undone_by=_asleep,
        takes_value=False,
    ),
)
