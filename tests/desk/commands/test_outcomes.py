"""What a receipt says of each command: no line of it is only "done"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.outcomes import outcome
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import COMMANDS, tells_itself
from maildesk.desk.commands.transcript import transcript
from maildesk.desk.effects import NotifyAgents
from maildesk.desk.evolve import evolved
from maildesk.desk.merging.others import Merged, Named, Others, Said
from maildesk.desk.merging.taken import Taken
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo.facets import changed
from tests.desk.commands.test_contradictions import SAMPLES, before
from tests.desk.stories import BEN, NOW, POLICY, ticket

LEE = Person("lee@elsewhere.example", "Lee")
OTHER = replace(ticket(), requester=LEE, id=9, reference="TKT-0009")
PART = Merged(OTHER, Taken(status="open"))
SAID = Said(number=2, at=NOW, sender=LEE, is_theirs=True)
TOLD: Mapping[str, object] = {"missed": (), "copied": (), "remarks": ()}
# seen elsewhere: they ask back in a mail of their own, are of a ticket that is being opened, or
# take back what was done before
APART = {"delete", "new", "undo", "category"}


def asks(of: Ticket, **others: Any) -> Request:
    known = Others(named={"TKT-0009": Named(OTHER)}, is_confirmed=True, said=SAID, **others)
    return replace(Request(of, agent_acts(BEN), POLICY, NOW), others=known)


def says(command: Command, of: Ticket, **others: Any) -> tuple[Problem, ...] | None:
    """What the receipt says of it, beside what it says of fields and words; None: it is refused."""
    request = asks(of, **others)
    done = carry_out(request, (command,), Content("Words."))
    if done.problems:
        return None
    after = evolved(of, done.effects, POLICY, NOW)
    assert after is not None
    (mail,) = [
        one
        for one in transcript(request, (command,), done.effects, TOLD)
        if isinstance(one, NotifyAgents) and one.template == "agent_transcript"
    ]
    (said,) = cast("tuple[tuple[Problem, ...], ...]", mail.context["outcomes"])
    more = changed(of, after) or mail.context["went"] or mail.context["told_resolved"]
    assert said or more, f"{command.line}: only done"
    return said


STATES = (
    before(),
    ticket(Status.CLOSED),
    ticket(Status.SPAM),
    ticket(archived=True),
    ticket(assignee=BEN.address, snoozed_until=NOW + timedelta(days=1)),
)
KNOWN: tuple[dict[str, Any], ...] = ({}, {"merged": (PART,)}, {"linked": ("TKT-0009",)})
MINE = [one for one in SAMPLES if not tells_itself(one) and one.name not in APART]


@pytest.mark.parametrize("command", MINE, ids=lambda one: one.line)
def test_no_line_of_a_receipt_is_only_done(command: Command) -> None:
    for of in STATES:
        for others in KNOWN:
            says(command, of, **others)


def test_each_command_of_the_table_was_tried_and_done_once() -> None:
    done = {
        one.name
        for one in MINE
        for of in STATES
        for others in KNOWN
        if says(one, of, **others) is not None
    }
    asked = {name for name, spec in COMMANDS.items() if not spec.tells_itself}
    # a canned reply goes where its words go; the other is of a ticket that is being opened
    assert asked - APART - done == {"canned", "quiet"}


@pytest.mark.parametrize(
    ("line", "followers", "said"),
    [
        ("#follow", (), "you follow {reference}; before: not"),
        ("#follow", (BEN.address,), "you follow {reference}; before: the same"),
        ("#unfollow", (BEN.address,), "you do not follow {reference}; before: so"),
        ("#unfollow", (), "you do not follow {reference}; before: the same"),
        ("#follow carla", (), "Carla Ruiz follows {reference}; before: not"),
    ],
)
def test_who_follows_is_said_and_whether_they_did(
    line: str, followers: tuple[str, ...], said: str
) -> None:
    name, _, value = line[1:].partition(" ")
    of = ticket(followers=followers)
    (found,) = says(Command(name, value, line), of) or ()
    assert POLICY.wording.english.say(found) == said.replace("{reference}", of.reference)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("#link TKT-0009", "linked with TKT-0009; before: not"),
        ("#merge TKT-0009", "TKT-0009 is part of {reference}; before: a ticket of its own"),
        ("#unmerge TKT-0009", "TKT-0009 is a ticket of its own; before: part of {reference}"),
        ("#split", "what Lee wrote is a ticket of its own, linked with {reference}; before: part"),
    ],
)
def test_of_two_tickets_it_says_how_they_stand(line: str, said: str) -> None:
    name, _, value = line[1:].partition(" ")
    of = before()
    merged = (PART,) if name == "unmerge" else ()
    (found,) = says(Command(name, value, line), of, merged=merged) or ()
    assert POLICY.wording.english.say(found).startswith(said.replace("{reference}", of.reference))


def test_what_was_so_before_is_said_to_be() -> None:
    command = Command("assign", "ben", "#assign ben")
    of = ticket(assignee=BEN.address)
    assert [one.code for one in says(command, of) or ()] == ["was_so_before"]
    quiet = Command("quiet", "", "#quiet")
    assert [one.code for one in outcome(quiet, (), asks(of), of)] == ["told_nothing"]
