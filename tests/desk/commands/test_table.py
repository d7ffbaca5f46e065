"""The table of commands: words, languages, and that what a command is undone by
really takes it back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.spec import Command, Given, Request
from maildesk.desk.commands.table import COMMANDS, ENGLISH, given, reach_outside
from maildesk.desk.evolve import evolve
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Person, Status, Ticket
from tests.desk.stories import BEN, CARLA, NOW, POLICY, ticket

LEE = Person("lee@elsewhere.example", "Lee")


def test_no_word_means_two_commands_in_any_language() -> None:
    assert len(ENGLISH) == sum(len(spec.words) for spec in COMMANDS.values())
    for language in POLICY.wording.values():
        words = Counter(word for one in language.commands.values() for word in one.words)
        assert [word for word, count in words.items() if count > 1] == []
        assert all(
            ENGLISH.get(word, name) == name
            for name, one in language.commands.items()
            for word in one.words
        )
    assert set(POLICY.wording.commands.values()) <= set(COMMANDS)


def known(command: Command) -> Given:
    one = given(command, POLICY)
    assert isinstance(one, Given), one
    return one


def undone(command: Command, before: Ticket) -> tuple[Command, ...]:
    one = known(command)
    return one.spec.undone_by(one.value, before)


def carried(ticket: Ticket, command: Command) -> Ticket:
    one = known(command)
    found = one.spec.handler(one.value, Request(ticket, agent_acts(BEN), POLICY, NOW))
    assert not isinstance(found, Problem), found
    for effect in found:
        ticket = evolve(ticket, effect, POLICY, NOW)
    return ticket


@pytest.mark.parametrize(
    ("before", "command"),
    [
        (ticket(), Command("priority", "high")),
        (ticket(), Command("queue", "network")),
        (ticket(), Command("subject", "New words")),
        (ticket(labels=frozenset({"bug"})), Command("tag", "+vip -bug +bug")),
        (ticket(fields={"licence key": "HB-1"}), Command("set", "licence key=HB-2")),
        (ticket(assignee=CARLA.address), Command("take")),
        (ticket(), Command("assign", "carla")),
        (ticket(), Command("escalate", "he threatens to leave")),
        (ticket(), Command("wait")),
        (ticket(Status.IN_PROGRESS, assignee=BEN.address), Command("hold")),
        (ticket(Status.WAITING), Command("start")),
        (ticket(Status.ON_HOLD), Command("reopen")),
        (ticket(Status.CLOSED), Command("reopen")),
        (ticket(Status.OPEN), Command("spam")),
        (ticket(Status.SPAM), Command("notspam")),
    ],
)
def test_what_undoes_a_command_takes_it_back(before: Ticket, command: Command) -> None:
    after = carried(before, command)
    assert after != before
    for one in undone(command, before):
        after = carried(after, one)
    assert after == before


def test_what_wrote_to_somebody_or_counted_time_is_not_undone() -> None:
    for name in ("note", "reply", "spent", "renew", "files"):
        assert undone(Command(name, "files" if name == "files" else "15m"), ticket()) == ()
    # it would write once more
    assert undone(Command("reopen"), ticket(Status.RESOLVED)) == ()


def test_an_old_request_is_answered_as_the_ticket_stands() -> None:
    request = Request(ticket(waiting=(LEE,)), agent_acts(BEN), POLICY, NOW + timedelta(days=1))
    found = COMMANDS["letin"].handler((), request)
    assert not isinstance(found, Problem)
    assert reach_outside([Command("letin")], POLICY)
    assert not reach_outside([Command("cc", "-lee@elsewhere.example")], POLICY)
