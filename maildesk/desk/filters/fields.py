"""What may be asked for: each field with its operators, and how its values
become tests of a ticket.

A new field is one entry of FIELDS and a function. A function gets one value and returns a filter;
what it cannot follow it says as `Unclear`, with the problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from maildesk.desk.filters import moments
from maildesk.desk.filters import values as v
from maildesk.desk.filters.lookup import agents_named, is_me, is_nobody, named
from maildesk.desk.filters.numbers import ways
from maildesk.desk.filters.tokens import phrase
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.priorities import spelt
from maildesk.desk.problem import Problem
from maildesk.desk.threads.reference import write
from maildesk.desk.ticket import Status
from maildesk.mail.owners import mailbox_of

_UTC = ZoneInfo("UTC")
_EQUAL = (":", "=")
_ANY = (*_EQUAL, "<", ">", "<=", ">=")
UNFINISHED = (Status.OPEN, Status.IN_PROGRESS, Status.WAITING, Status.ON_HOLD)
_SLA = {
    "breached": "breached",
    "overdue": "breached",
    "warning": "warning",
    "ok": "ok",
    "on_track": "ok",
}


@dataclass(frozen=True)
class Asker:
    """Who asks, of which desk, and when: what `me`, `urgent` and `7d` mean."""

    policy: Policy
    now: datetime
    me: Agent | None = None

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which days begin: the office's."""
        return self.policy.office.tz if self.policy.office is not None else _UTC


class Unclear(Exception):
    """A value that cannot be followed: why, and the names of which one may have been meant."""

    def __init__(self, problem: Problem, names: Iterable[str] = ()) -> None:
        self.problem = problem
        self.names = tuple(dict.fromkeys(names or problem.known))
        super().__init__(problem.code)


Read = Callable[[Asker, str, str], v.Filter]


@dataclass(frozen=True)
class Field:
    """One field: what it is called, what may stand behind it, what for."""

    names: tuple[str, ...]
    read: Read
    hint: str
    operators: tuple[str, ...] = _EQUAL


def is_open(policy: Policy) -> v.Filter:
    """Every ticket that somebody has yet to finish."""
    return _behaving(policy, *UNFINISHED)


def _behaving(policy: Policy, *behaviours: Status) -> v.Filter:
    """The statuses, by whatever names the desk gave them, that behave so."""
    return v.Is(
        "status",
        frozenset(name for name, behaviour in policy.statuses.items() if behaviour in behaviours),
    )


def words(text: str, *, is_phrase: bool) -> v.Filter:
    """Full text. Whole words where they stand in quotes, else beginnings of words too, and numbers
    of telephones however they are written. Without a letter in it: everything."""
    found = phrase(text)
    if not found:
        return v.EVERYTHING
    also = () if is_phrase else tuple(one for one in ways(text) if one != found)
    return v.Words(found, is_beginning=_is_beginning(found, is_phrase=is_phrase), also=also)


def _is_beginning(found: tuple[str, ...], *, is_phrase: bool) -> bool:
    """A letter of a script without spaces is the beginning of a pair; a letter or two of another
    would find everything."""
    if not found[-1].isascii() and len(found[-1]) == 1:
        return True
    return not is_phrase and (len(found[-1]) > 2 or not found[-1].isascii())


def _one_of(what: str, written: str, known: Iterable[str], policy: Policy) -> str:
    """Which of these it is, in whatever language; `no_WHAT` where it is none."""
    names = tuple(dict.fromkeys(known))
    found = named(policy, written, names)
    if found is None:
        raise Unclear(Problem(f"no_{what}", {"word": written}, known=names))
    return found


def _named(
    field: str,
    what: str,
    known: Callable[[Policy], Iterable[str]],
    asker: Asker,
    _operator: str,
    value: str,
) -> v.Filter:
    """A field whose values the policy names; where it names none, any goes. `none`:
    those that have none."""
    names = list(known(asker.policy))
    if value.lower() == "none" and "none" not in names:
        return v.Is(field, frozenset({""}))
    return v.Is(field, frozenset({_one_of(what, value, names, asker.policy) if names else value}))


def _priority(asker: Asker, operator: str, value: str) -> v.Filter:
    names = asker.policy.priorities
    written = spelt(value, names, asker.policy.wording)
    at = names.index(_one_of("priority", written, names, asker.policy))
    chosen = {"<": names[:at], "<=": names[: at + 1], ">": names[at + 1 :], ">=": names[at:]}.get(
        operator, names[at : at + 1]
    )
    return v.Is("priority", frozenset(chosen))


def _assignee(asker: Asker, _operator: str, value: str) -> v.Filter:
    if is_nobody(asker.policy, value):
        return v.Is("assignee", frozenset({""}))
    return v.Is("assignee", frozenset({_agent(asker, value)}))


def _follower(asker: Asker, _operator: str, value: str) -> v.Filter:
    return v.FollowedBy(_agent(asker, value))


def _agent(asker: Asker, value: str) -> str:
    """The address of the agent who is meant."""
    if is_me(asker.policy, value):
        if asker.me is None:
            raise Unclear(Problem("query_me"))
        return asker.me.address
    found = agents_named(asker.policy, value)
    if len(found) == 1:
        return found[0].address
    if found:
        known = tuple(agent.address for agent in found)
        raise Unclear(Problem("several_agents", {"word": value}, known=known))
    names = [
        word
        for agent in asker.policy.agents
        for word in (agent.name, agent.name.split()[0], agent.address)
    ]
    raise Unclear(Problem("no_agent", {"word": value}), names)


def _label(asker: Asker, _operator: str, value: str) -> v.Filter:
    known = asker.policy.labels
    if value.lower() == "none" and "none" not in known:
        return v.Not(v.Labelled(""))
    return v.Labelled((_one_of("label", value, known, asker.policy) if known else value).casefold())


def _requester(_asker: Asker, _operator: str, value: str) -> v.Filter:
    if "@" in value:
        return v.Requester(address=mailbox_of(value))
    if not (found := phrase(value)):
        raise Unclear(Problem("query_whom"))
    return v.Requester(tokens=found)


def _participant(_asker: Asker, _operator: str, value: str) -> v.Filter:
    return v.Participant(mailbox_of(value))


def _organisation(asker: Asker, _operator: str, value: str) -> v.Filter:
    known = dict.fromkeys(
        contact.organisation for contact in asker.policy.contacts if contact.organisation
    )
    wanted = phrase(value)
    found = [name for name in known if wanted and set(wanted) <= set(phrase(name))]
    if not found and known:
        _one_of("organisation", value, known, asker.policy)
    return v.Is("organisation", frozenset(found or [value]))


def _tiers(policy: Policy) -> Iterable[str]:
    return dict.fromkeys(contact.tier for contact in policy.contacts if contact.tier)


def _reference(asker: Asker, _operator: str, value: str) -> v.Filter:
    bare = value.strip("[]#")
    number = "".join(letter for letter in bare if letter.isdecimal())
    written = {bare, bare.upper()} | (
        {write(asker.policy.reference_format, int(number))} if number else set()
    )
    return v.Is("reference", frozenset(written))


def _subject(_asker: Asker, _operator: str, value: str) -> v.Filter:
    if not (found := phrase(value)):
        raise Unclear(Problem("query_subject"))
    return v.InSubject(found, is_beginning=_is_beginning(found, is_phrase=" " in value))


def _moment(field: str, asker: Asker, operator: str, value: str) -> v.Filter:
    try:
        return moments.during(field, operator, value, asker.now, asker.tz)
    except ValueError:
        raise Unclear(Problem("query_time")) from None


def _due(asker: Asker, operator: str, value: str) -> v.Filter:
    try:
        return moments.coming("breaches_at", operator, value, asker.now, asker.tz)
    except ValueError:
        raise Unclear(Problem("query_time")) from None


def _sla(asker: Asker, _operator: str, value: str) -> v.Filter:
    return v.Promise(_SLA[_one_of("promise", value, _SLA, asker.policy)], asker.now)


def _is(asker: Asker, _operator: str, value: str) -> v.Filter:
    is_unfinished = is_open(asker.policy)
    like = {status.value: _behaving(asker.policy, status) for status in Status}
    known: dict[str, v.Filter] = {
        **like,
        "open": is_unfinished,
        "done": v.Not(is_unfinished),
        "unassigned": v.Is("assignee", frozenset({""})),
        "assigned": v.Not(v.Is("assignee", frozenset({""}))),
        "unanswered": v.All((is_unfinished, v.Unanswered())),
        "answered": v.Not(v.Unanswered()),
        "overdue": v.Promise("breached", asker.now),
        "archived": v.IsArchived(),
        "snoozed": v.IsSnoozed(),
        "duplicate": v.IsDuplicate(asker.now),
    }
    return known[_one_of("is", value, known, asker.policy)]


def _has(asker: Asker, _operator: str, value: str) -> v.Filter:
    known: dict[str, v.Filter] = {
        "attachment": v.HasAttachment(),
        "file": v.HasAttachment(),
        "label": v.Labelled(""),
    }
    return known[_one_of("has", value, known, asker.policy)]


def _custom(name: str, _asker: Asker, _operator: str, value: str) -> v.Filter:
    return v.Custom(name, "" if value.lower() == "none" else value)


FIELDS: tuple[Field, ...] = (
    Field(
        ("status",),
        partial(_named, "status", "status", lambda policy: policy.statuses),
        "open, waiting, …",
    ),
    Field(("assignee", "agent"), _assignee, "me, nobody, a name, an address"),
    Field(("follower",), _follower, "me, a name, an address"),
    Field(
        ("queue",),
        partial(_named, "queue", "queue", lambda policy: policy.queues),
        "where it stands",
    ),
    Field(("priority",), _priority, "urgent, >=high", _ANY),
    Field(
        ("type",),
        partial(_named, "type", "type", lambda policy: policy.types),
        "question, incident, …",
    ),
    Field(
        ("category",),
        partial(_named, "category", "category", lambda policy: policy.categories),
        "billing, none",
    ),
    Field(("channel",), partial(_named, "channel", "channel", lambda _policy: ()), "email"),
    Field(("language",), partial(_named, "language", "language", lambda _policy: ()), "en"),
    Field(("label", "labels", "tag"), _label, "vip, none"),
    Field(("from", "requester", "customer"), _requester, "kim@x.example, @x.example, kim"),
    Field(("participant", "with"), _participant, "an address, @ and a domain, or its beginning"),
    Field(("organisation", "organization", "org"), _organisation, "a name"),
    Field(("tier",), partial(_named, "tier", "tier", _tiers), "vip"),
    Field(("reference", "ref", "ticket"), _reference, "TKT-0007, 7"),
    Field(("subject",), _subject, "words of it"),
    Field(
        ("created", "opened", "age"),
        partial(_moment, "created_at"),
        "<7d, 2026-11, >=2026-11-01",
        _ANY,
    ),
    Field(("updated", "changed"), partial(_moment, "updated_at"), ">30d, today", _ANY),
    Field(("resolved",), partial(_moment, "resolved_at"), "yesterday, none", _ANY),
    Field(("closed",), partial(_moment, "closed_at"), "2026-11-01..2026-11-15", _ANY),
    Field(("answered",), partial(_moment, "first_response_at"), "none, <1h", _ANY),
    Field(("due",), _due, "<4h, today", _ANY),
    Field(("sla",), _sla, "breached, warning, ok"),
    Field(("is",), _is, "open, done, unassigned, unanswered, overdue, duplicate, …"),
    Field(("has",), _has, "attachment, label"),
)
_BY_NAME: Mapping[str, Field] = {name: field for field in FIELDS for name in field.names}
ORDER_WORDS = ("sort", "order")


def field_named(name: str, policy: Policy) -> Field | None:
    """The field of this name: one that every desk has, or a custom one of this desk."""
    if (found := _BY_NAME.get(name.lower())) is not None:
        return found
    own = next((one for one in policy.custom_fields if one.lower() == name.lower()), None)
    if own is not None:
        return Field((own,), partial(_custom, own), "a value, none")
    called = named(policy, name, _BY_NAME)  # as a language calls it
    return _BY_NAME[called] if called is not None else None


def field_names(policy: Policy) -> tuple[str, ...]:
    """Every name that may stand before a colon."""
    return (*_BY_NAME, *policy.custom_fields, ORDER_WORDS[0])
