"""What a ticket gets of one that is merged into it, as a value that also undoes it.

The people of both take part, and whom either keeps out stays out, unless they have part in the
ticket that stays. Labels are joined, what was empty is filled, the time worked is added. What is
taken back is only what is still as the merge left it: whatever was changed since stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from maildesk.desk.ticket import Person, Ticket

_FIELDS = ("category", "type")  # of its own; those of the desk's are told by their name
_MOMENTS = ("first_response_at", "customer_wrote_at", "agent_wrote_at")
_PEOPLE = ("people", "waiting")
_TUPLES = ("kept_out", "labels")
_DATES = ("resolved_at", "closed_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the ticket has of the other, which it had not; and how the other stood."""

    status: str  # the other's before, in the policy's word
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    people: tuple[Person, ...] = ()
    waiting: tuple[Person, ...] = ()
    kept_out: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)  # the desk's own fields
    assignee: str = ""
    spent: int = 0
    messages: int = 0
    had_files: bool = False  # the ticket itself, before
    # the ticket's own moments, before: first_response_at, customer_wrote_at, agent_wrote_at
    moments: Mapping[str, datetime | None] = field(default_factory=dict)


def taken(ticket: Ticket, other: Ticket) -> Taken:
    """What this ticket gets of the other."""
    known = {person.key for person in ticket.participants} | {ticket.requester.key}
    people = tuple(
        Person(one.key, one.name, answers_to=one.answers_to)
        for one in other.participants
        if not (one.has_no_address or one.key in known or one.key in ticket.kept_out)
    )
    joined = known | {person.key for person in people}
    waiting = {one.key for one in ticket.waiting}
    return Taken(
        status=other.status,
        resolved_at=other.resolved_at,
        closed_at=other.closed_at,
        people=people,
        waiting=tuple(
            one
            for one in other.waiting
            if one.key not in joined | waiting and one.key not in ticket.kept_out
        ),
        kept_out=tuple(sorted(other.kept_out - ticket.kept_out - joined - waiting)),
        labels=tuple(sorted(other.labels - ticket.labels)),
        fields={name: str(getattr(other, name)) for name in _FIELDS if _fills(name, ticket, other)},
        own={
            name: value
            for name, value in other.fields.items()
            if value and not ticket.fields.get(name)
        },
        assignee="" if ticket.assignee else other.assignee,
        spent=other.spent,
        messages=other.message_count,
        had_files=ticket.has_files,
        moments={name: getattr(ticket, name) for name in _MOMENTS},
    )


def _fills(name: str, ticket: Ticket, other: Ticket) -> bool:
    return bool(getattr(other, name)) and not getattr(ticket, name)


def with_taken(ticket: Ticket, other: Ticket, got: Taken) -> Ticket:
    """The ticket with what it gets of the other."""
    columns: dict[str, Any] = dict(got.fields)
    columns |= {"fields": {**ticket.fields, **got.own}} if got.own else {}
    columns |= {"assignee": got.assignee} if got.assignee else {}
    columns |= {name: _joined(name, ticket, other) for name in _MOMENTS}
    requester, *others = ticket.participants or (ticket.requester,)
    everybody = {person.key: person for person in (*others, *got.people)}
    waiting = (*ticket.waiting, *got.waiting)
    return ticket.but(
        **columns,
        participants=(requester, *(everybody[key] for key in sorted(everybody))),
        waiting=tuple(sorted(waiting, key=lambda person: person.address)),
        kept_out=ticket.kept_out | frozenset(got.kept_out),
        labels=ticket.labels | frozenset(got.labels),
        spent=ticket.spent + got.spent,
        message_count=ticket.message_count + got.messages,
        has_files=ticket.has_files or other.has_files,
    )


def _joined(name: str, ticket: Ticket, other: Ticket) -> datetime | None:
    """The last word of either; a first response is the ticket's own where it had one."""
    mine: datetime | None = getattr(ticket, name)
    theirs: datetime | None = getattr(other, name)
    return (mine or theirs) if name == "first_response_at" else _later(mine, theirs)


def _later(mine: datetime | None, theirs: datetime | None) -> datetime | None:
    return (mine or theirs) if mine is None or theirs is None else max(mine, theirs)


def without(ticket: Ticket, other: Ticket, got: Taken) -> Ticket:
    """The ticket without what it got of the other, as far as it still is so."""
    gone = {person.key for person in got.people} - {ticket.requester.key}
    wait_no_more = {person.key for person in got.waiting}
    columns: dict[str, Any] = {
        name: "" for name, value in got.fields.items() if getattr(ticket, name) == value
    }
    own = {name: "" for name, value in got.own.items() if ticket.fields.get(name) == value}
    columns |= {"fields": _cleared(ticket.fields, own)} if own else {}
    columns |= {"assignee": ""} if got.assignee and ticket.assignee == got.assignee else {}
    for name, before in got.moments.items():
        if getattr(ticket, name) == _later(before, getattr(other, name)):
            columns[name] = before
    return ticket.but(
        **columns,
        participants=tuple(one for one in ticket.participants if one.key not in gone),
        waiting=tuple(one for one in ticket.waiting if one.key not in wait_no_more),
        kept_out=ticket.kept_out - frozenset(got.kept_out),
        labels=ticket.labels - frozenset(got.labels),
        spent=max(0, ticket.spent - got.spent),
        message_count=max(0, ticket.message_count - got.messages),
    )


def _cleared(fields: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in own}


def stored(got: Taken) -> dict[str, Any]:
    """As the database keeps it."""
    return {name: _plain(value) for name, value in asdict(got).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def read(row: Mapping[str, Any]) -> Taken:
    """What the database kept."""
    known = {name: value for name, value in row.items() if name in Taken.__dataclass_fields__}
    known |= {name: tuple(_people(row.get(name, ()))) for name in _PEOPLE}
    known |= {name: tuple(row.get(name, ())) for name in _TUPLES}
    known |= {name: _moment(row.get(name)) for name in _DATES}
    known["moments"] = {name: _moment(at) for name, at in row.get("moments", {}).items()}
    return Taken(**known)


def _people(rows: Any) -> Iterator[Person]:
    for one in rows:
        yield Person(one["address"], one.get("name", ""), answers_to=one.get("answers_to", ""))


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
