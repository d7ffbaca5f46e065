"""Commands that change a field: priority, category, type, queue, tag, subject, set, spent."""

from __future__ import annotations

from collections.abc import Callable

from maildesk.desk.commands.problems import unknown
from maildesk.desk.commands.spec import Answer, Command, Handler, Request, Spec
from maildesk.desk.effects import Effect, Label, SetField, SpendTime
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.sla.periods import parse_period
from maildesk.desk.ticket import Ticket

_LONGEST_SPENT = 1000 * 3600  # seconds


def _one_of(field: str, known: Callable[[Policy], list[str]]) -> Handler:
    """A field whose values the policy names; any case of them will do."""

    def handler(command: Command, request: Request) -> Answer:
        wanted, words = command.value.strip().lower(), known(request.policy)
        found = next((word for word in words if word.lower() == wanted), None)
        if found is None:
            return unknown(field, command.value, words)
        return [SetField(name=field, value=found)]

    return handler


def _as_before(field: str) -> Callable[[Command, Ticket], tuple[Command, ...]]:
    def undone_by(_command: Command, before: Ticket) -> tuple[Command, ...]:
        value = str(getattr(before, field))
        return (Command(field, value),) if value else ()

    return undone_by


def _tag(command: Command, request: Request) -> Answer:
    effects: list[Effect] = []
    labels = request.policy.labels
    for word in command.value.replace(",", " ").split():
        written = word.lstrip("+-")
        name = next((label for label in labels if label.lower() == written.lower()), written)
        if not name or (labels and name not in labels):
            return unknown("label", written, labels)
        effects.append(Label(name=name, on=not word.startswith("-")))
    return effects or Problem("needs_labels", {"example": "#tag +billing -urgent"})


def _untag(command: Command, before: Ticket) -> tuple[Command, ...]:
    had = {label.lower() for label in before.labels}
    back = []
    for word in command.value.replace(",", " ").split():
        name, on = word.lstrip("+-"), not word.startswith("-")
        if on is not (name.lower() in had):
            back.append(f"-{name}" if on else f"+{name}")
    return (Command("tag", " ".join(back)),) if back else ()


def _subject(command: Command, _request: Request) -> Answer:
    wanted = command.value.strip()
    return [SetField(name="subject", value=wanted)] if wanted else Problem("needs_subject")


def _set(command: Command, request: Request) -> Answer:
    written, sign, content = command.value.partition("=")
    fields = request.policy.custom_fields
    field = next((one for one in fields if one.lower() == written.strip().lower()), None)
    if not sign or field is None:
        return unknown("field", written.strip(), fields)
    return [SetField(name=f"fields.{field}", value=content.strip())]


def _unset(command: Command, before: Ticket) -> tuple[Command, ...]:
    written = command.value.partition("=")[0].strip()
    value = next((v for name, v in before.fields.items() if name.lower() == written.lower()), "")
    return (Command("set", f"{written}={value}"),)


def _spent(command: Command, _request: Request) -> Answer:
    try:
        seconds = round(parse_period(command.value).total_seconds())
    except ValueError as expected:
        return Problem("needs_period", {"example": str(expected)})
    return [SpendTime(seconds=seconds)] if seconds <= _LONGEST_SPENT else Problem("spent_too_much")


SPECS = (
    Spec(
        name="priority",
        words=("priority", "prio"),
        argument="high",
        does="how urgent it is",
        needs=Permission.CHANGE,
        handler=_one_of("priority", lambda policy: list(policy.priorities)),
        undone_by=_as_before("priority"),
    ),
    Spec(
        name="category",
        words=("category",),
        argument="billing",
        does="what it is about",
        needs=Permission.CHANGE,
        handler=_one_of("category", lambda policy: list(policy.categories)),
        undone_by=_as_before("category"),
    ),
    Spec(
        name="type",
        words=("type",),
        argument="problem",
        does="question, incident, problem, task, or what your desk calls them",
        needs=Permission.CHANGE,
        handler=_one_of("type", lambda policy: list(policy.types)),
        undone_by=_as_before("type"),
    ),
    Spec(
        name="queue",
        words=("queue", "move", "team"),
        argument="billing",
        does="moves it to another queue",
        needs=Permission.MOVE,
        handler=_one_of("queue", lambda policy: list(policy.queues)),
        undone_by=_as_before("queue"),
    ),
    Spec(
        name="tag",
        words=("tag", "tags", "label", "labels"),
        argument="+vip -bug",
        does="puts labels on and takes them off",
        needs=Permission.CHANGE,
        handler=_tag,
        undone_by=_untag,
    ),
    Spec(
        name="subject",
        words=("subject", "title"),
        argument="New words",
        does="the ticket's subject",
        needs=Permission.CHANGE,
        handler=_subject,
        undone_by=_as_before("subject"),
    ),
    Spec(
        name="set",
        words=("set", "field"),
        argument="licence_key=HB-2231",
        does="a field of your own",
        needs=Permission.CHANGE,
        handler=_set,
        undone_by=_unset,
    ),
    Spec(
        name="spent",
        words=("spent", "time"),
        argument="15m",
        does="adds to the time worked",
        needs=Permission.CHANGE,
        handler=_spent,
    ),
)
