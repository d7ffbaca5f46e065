"""Commands that contradict each other: every pair of the table, in both orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.spec import Command, Given, Request
from maildesk.desk.commands.table import COMMANDS, given
from maildesk.desk.evolve import evolved
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Person, Status, Ticket
from tests.desk.stories import BEN, NOW, POLICY, ticket

LEE = Person("lee@elsewhere.example", "Lee")
SAMPLES = tuple(
    Command(name, value, f"#{name} {value}".strip())
    for name, value in (
        ("resolve", ""), ("resolve", "the cable was loose"), ("close", ""), ("reopen", ""),
        ("start", ""), ("wait", ""), ("hold", ""), ("spam", ""), ("notspam", ""),
        ("status", "waiting"), ("status", "closed"), ("status", "on_hold"),
        ("take", ""), ("assign", "me"), ("assign", "ben"), ("assign", "carla"),
        ("assign", "none"), ("assign", "network"),
        ("cc", "+eva@example.org"), ("cc", "-eva@example.org"),
        ("cc", f"-{LEE.address}"), ("letin", LEE.address), ("letin", ""), ("keepout", LEE.address),
        ("keepout", "eva@example.org"), ("note", ""), ("note", "mind the dog"), ("reply", ""),
        ("reply", "Hello"), ("all", ""), ("priority", "high"), ("priority", "urgent"),
        ("type", "problem"), ("type", "task"), ("queue", "network"), ("queue", "support"),
        ("tag", "+vip"), ("tag", "-vip"), ("tag", "+bug -vip"), ("subject", "New words"),
        ("subject", "Newer words"), ("set", "licence key=1"), ("set", "licence key=2"),
        ("spent", "15m"), ("escalate", ""),
        ("escalate", "he leaves"), ("files", "files"), ("renew", ""), ("help", ""),
        ("canned", ""), ("list", "mine"), ("search", "paper"), ("show", "7"), ("stats", ""),
        ("history", "7"), ("who", "ana@harbour.example"),
        ("for", "7"),
        ("customer", "ana@harbour.example"),
        ("follow", ""), ("follow", "carla"), ("follow", "ben, carla"), ("unfollow", ""),
        ("unfollow", "carla"), ("snooze", "2d"), ("snooze", "until monday 9:00"), ("wake", ""),
        ("away", "until friday"), ("away", "2 days"), ("back", ""),
        ("digest", "8:00"), ("digest", "off"), ("digest", ""),
        ("bundle", "10m"), ("bundle", "off"), ("bundle", ""), ("remind", "4h"),
        ("remind", "default"), ("quiet_hours", "20:00-7:00"), ("quiet_hours", "off"),
        ("notify", ""), ("notify", "status off"), ("notify", "all"),
        ("also", "ana@harbour.example"), ("also", "-lee@elsewhere.example"),
        ("merge", "TKT-0009"), ("unmerge", "TKT-0009"), ("unmerge", ""), ("link", "TKT-0009"),
        ("unlink", "TKT-0009"), ("split", ""),
        ("undo", ""), ("new", "for ana@harbour.example via phone"), ("quiet", ""),
        ("archive", ""), ("unarchive", ""), ("delete", ""),
        ("to", "eva@example.org"), ("to", "lee@elsewhere.example"), ("bcc", "max@example.org"),
    )
)  # fmt: skip


def before() -> Ticket:
    return ticket(waiting=(LEE,), labels=frozenset({"vip"}))


def request(of: Ticket) -> Request:
    return Request(of, agent_acts(BEN), POLICY, NOW)


def known(command: Command) -> Given:
    found = given(command, POLICY)
    assert isinstance(found, Given), (command, found)
    return found


def settings(command: Command) -> dict[str, Any]:
    one = known(command)
    return dict(one.spec.sets(one.value, request(before())))


def contradicts(problems: tuple[Problem, ...]) -> bool:
    return any(problem.code == "contradiction" for problem in problems)


def test_every_command_has_a_sample() -> None:
    assert {one.name for one in SAMPLES} >= {*COMMANDS} - {
        "category"
    }  # which this desk has none of


@pytest.mark.parametrize("first", SAMPLES, ids=lambda one: one.line)
def test_two_contradict_each_other_if_they_set_the_same_to_something_else(first: Command) -> None:
    one = settings(first)
    for second in SAMPLES:
        other = settings(second)
        wanted = any(one[what] != other[what] for what in one.keys() & other.keys())
        found = carry_out(request(before()), (first, second), Content("Words."))
        assert contradicts(found.problems) is wanted, second
        if wanted:
            assert found.effects == ()
            (problem,) = found.problems
            assert dict(problem.values) == {"first": first.written, "second": second.written}


@pytest.mark.parametrize("first", SAMPLES, ids=lambda one: one.line)
def test_what_is_carried_out_stands_so_at_the_end(first: Command) -> None:
    for second in SAMPLES:
        found = carry_out(request(before()), (first, second), Content("Words."))
        if found.problems:
            continue  # refused, all of it
        after = evolved(before(), found.effects, POLICY, NOW)
        assert after is not None
        for what, value in {**settings(first), **settings(second)}.items():
            kind, _, name = what.partition(":")
            assert STANDS[kind](after, name, value), (second, what)


STANDS: dict[str, Callable[[Ticket, str, Any], bool]] = {
    # whoever has it, works on it: a reopened ticket is in progress then
    "status": lambda t, _, v: t.behaviour is v,
    "closed": lambda t, _, v: (t.behaviour is Status.CLOSED) is v,
    "spam": lambda t, _, v: (t.behaviour is Status.SPAM) is v,
    "status name": lambda t, _, v: t.status == v,
    "assignee": lambda t, _, v: t.assignee == v,
    "also": lambda _t, _, _v: True,  # of the customer: no field of the ticket
    "archived": lambda t, _, v: t.archived is (v == "yes"),
    "deleted": lambda _t, _, _v: True,  # there is no ticket any more
    "recipients": lambda _t, _, _v: True,  # of the text, too
    "opened for": lambda _t, _, _v: True,  # only of a ticket that is being opened
    "readers": lambda _t, _, _v: True,  # of the text: no field of the ticket
    "person": lambda t, who, v: t.has_part(who) is v,
    "follower": lambda t, who, v: (who in t.followers) is v,
    "asleep": lambda t, _, v: (t.snoozed_until is not None) is (v is not None),
    "away": lambda _t, _, _v: True,  # of the agent: no field of the ticket
    **dict.fromkeys(  # of the agent, too
        ("digest", "bundle", "remind_after", "quiet", "notify"), lambda _t, _, _v: True
    ),
    "requester": lambda t, _, v: t.requester.key in v,
    "label": lambda t, name, v: (name in t.labels) is v,
    "fields.licence key": lambda t, _, v: t.fields["licence key"] == v,
    **{name: (lambda t, _, v, name=name: getattr(t, name) == v)  # type: ignore[misc]
       for name in ("priority", "type", "queue", "subject")},
}  # fmt: skip


@pytest.mark.parametrize("line", ["+vip -vip", "-bug +BUG"])
def test_one_command_may_contradict_itself(line: str) -> None:
    command = Command("tag", line, f"#tag {line}")
    (problem,) = carry_out(request(before()), (command,), Content()).problems
    assert problem.code == "contradicts_itself"
    assert POLICY.wording.english.say(problem) == f'"#tag {line}" contradicts itself'
