"""Commands that change a field: priority, category, type, queue, tag, subject, set, spent."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import Answer, Command, Handler, Request, Setting, Spec
from maildesk.desk.commands.values import Labels
from maildesk.desk.effects import Label, SetField, SpendTime
from maildesk.desk.evolve import CUSTOM, LONGEST_SUBJECT
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket

OWN_NAMES: tuple[tuple[str, Callable[[Policy], Iterable[str]]], ...] = (
    ("priority", lambda policy: policy.priorities),
    ("category", lambda policy: policy.categories),
    ("type", lambda policy: policy.types),
    ("queue", lambda policy: policy.queues),
)
_KNOWN = dict(OWN_NAMES)


def _field(name: str) -> Handler:
    return lambda value, _request: [SetField(name=name, value=value)]


def _sets(name: str) -> Callable[[str, Request], Iterable[Setting]]:
    return lambda value, _request: ((name, value),)


def _as_before(name: str) -> Callable[[str, Ticket], tuple[Command, ...]]:
    def undone_by(_value: str, before: Ticket) -> tuple[Command, ...]:
        value = str(getattr(before, name))
        return (Command(name, value),) if value else ()

    return undone_by


def _tag(value: Labels, _request: Request) -> Answer:
    return [Label(name=name, on=on) for name, on in value]


def _untag(value: Labels, before: Ticket) -> tuple[Command, ...]:
    had = {label.lower() for label in before.labels}
    back = [f"{'-' if on else '+'}{name}" for name, on in value if on is not (name.lower() in had)]
    return (Command("tag", " ".join(back)),) if back else ()


def _labelled(value: Labels, _request: Request) -> Iterable[Setting]:
    return ((f"label:{name.lower()}", on) for name, on in value)


def _subject(value: str, _request: Request) -> Answer:
    return [SetField(name="subject", value=value[:LONGEST_SUBJECT])]


def _set(value: tuple[str, str], _request: Request) -> Answer:
    name, content = value
    return [SetField(name=f"{CUSTOM}{name}", value=content)]


def _unset(value: tuple[str, str], before: Ticket) -> tuple[Command, ...]:
    return (Command("set", f"{value[0]}={before.fields.get(value[0], '')}"),)


def _own_field(value: tuple[str, str], _request: Request) -> Iterable[Setting]:
    return ((f"{CUSTOM}{value[0]}", value[1]),)


def _spent(value: int, _request: Request) -> Answer:
    return [SpendTime(seconds=value)]


def _named(name: str, words: tuple[str, ...], argument: str, does: str, needs: Permission) -> Spec:
    """A field whose values the policy names."""
    return Spec(
        name=name,
        words=words,
        argument=argument,
        does=does,
        needs=needs,
        reads=values.one_of(name, _KNOWN[name]),
        handler=_field(name),
        sets=_sets(name),
        undone_by=_as_before(name),
    )


SPECS = (
    _named("priority", ("priority", "prio"), "high", "how urgent it is", Permission.CHANGE),
    _named("category", ("category",), "billing", "what it is about", Permission.CHANGE),
    _named(
        "type",
        ("type",),
        "problem",
        "question, incident, problem, task, or what your desk calls them",
        Permission.CHANGE,
    ),
    _named(
        "queue",
        ("queue", "move", "team"),
        "billing",
        "moves it to another queue",
        Permission.MOVE,
    ),
    Spec(
        name="tag",
        words=("tag", "tags", "label", "labels"),
        argument="+vip -bug",
        does="puts labels on and takes them off",
        needs=Permission.CHANGE,
        reads=values.labels,
        handler=_tag,
        sets=_labelled,
        undone_by=_untag,
    ),
    Spec(
        name="subject",
        words=("subject", "title"),
        argument="New words",
        does="the ticket's subject",
        needs=Permission.CHANGE,
        reads=values.words("needs_subject"),
        handler=_subject,
        sets=_sets("subject"),
        undone_by=_as_before("subject"),
        takes_words=True,
    ),
    Spec(
        name="set",
        words=("set", "field"),
        argument="licence_key=HB-2231",
        does="a field of your own",
        needs=Permission.CHANGE,
        reads=values.own_field,
        handler=_set,
        sets=_own_field,
        undone_by=_unset,
    ),
    Spec(
        name="spent",
        words=("spent", "time"),
        argument="15m",
        does="adds to the time worked",
        needs=Permission.CHANGE,
        reads=values.worked,
        handler=_spent,
    ),
)
