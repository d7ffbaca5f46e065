"""What becomes of a ticket when somebody takes back what they did to it: whatever an act changes is
put back, whoever and wherever it stood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import Entry
from maildesk.desk.problem import Problem
from maildesk.desk.senders.entries import JoinedAddress
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo import undo_effects as ufx
from maildesk.desk.undo.facets import changed, facets
from maildesk.desk.undo.history import what_stands
from maildesk.desk.undo.kept import kept
from maildesk.desk.undo.past_act import PastAct, Stood
from maildesk.desk.undo.take_back import obstacle, put_back
from tests.desk.stories import BEN, CARLA, NOW, POLICY, ticket

LEE, EVA = Person("lee@elsewhere.example", "Lee"), Person("eva@harbour.example", "Eva")
LATER = NOW + timedelta(minutes=1)
OLD, NEW = "ana@harbour.example", "ana@new.example"
JOINED = {OLD: (JoinedAddress(NEW),), NEW: (JoinedAddress(OLD),)}  # as the customer command has


def done(before: Ticket, *commands: Command) -> tuple[Ticket, PastAct]:
    """The ticket after Ben has written these, and the act as it is remembered."""
    request = Request(before, agent_acts(BEN), POLICY, NOW)
    found = carry_out(request, commands, Content())
    assert not found.problems, found.problems
    after = evolved(before, found.effects, POLICY, NOW)
    assert after is not None
    (effect,) = kept(request, found, commands)
    assert isinstance(effect, ufx.KeepAct)
    act = PastAct(
        1,
        NOW,
        BEN.address,
        changed(before, after),
        frozenset(effect.sets),
        effect.undo,
        Stood(before.resolved_at, before.closed_at, before.surveyed),
    )
    return after, act


def undone(now: Ticket, act: PastAct) -> Ticket:
    request = Request(now, agent_acts(BEN), POLICY, LATER, undoes=act, joined=JOINED)
    found = carry_out(request, [Command("undo", line="#undo")], Content())
    assert not found.problems, found.problems
    after = evolved(now, found.effects, POLICY, LATER)
    assert after is not None
    return after


@pytest.mark.parametrize(
    ("name", "value", "behaviour"),
    [
        ("take", "", Status.OPEN), ("assign", "ben", Status.OPEN),
        ("assign", "none", Status.OPEN),
        ("priority", "high", Status.OPEN), ("type", "problem", Status.OPEN),
        ("queue", "network", Status.OPEN), ("subject", "New words", Status.OPEN),
        ("set", "licence key=1", Status.OPEN), ("tag", "+bug -vip", Status.OPEN),
        ("spent", "15m", Status.OPEN), ("escalate", "it smokes", Status.OPEN),
        ("start", "", Status.OPEN), ("wait", "", Status.OPEN), ("hold", "", Status.OPEN),
        ("resolve", "", Status.IN_PROGRESS), ("close", "", Status.WAITING),
        ("reopen", "", Status.RESOLVED), ("reopen", "", Status.CLOSED),
        ("start", "", Status.RESOLVED), ("spam", "", Status.ON_HOLD),
        ("notspam", "", Status.SPAM), ("status", "closed", Status.RESOLVED),
        ("cc", f"+{LEE.address}", Status.OPEN), ("cc", f"-{EVA.address}", Status.OPEN),
        ("keepout", EVA.address, Status.OPEN), ("keepout", "max@elsewhere.example", Status.OPEN),
        ("customer", "ana@new.example", Status.OPEN),
    ],
)  # fmt: skip
def test_every_command_is_taken_back_without_a_rest(
    name: str, value: str, behaviour: Status
) -> None:
    """Also where no move of the table leads back, and where the way back would need a permission
    that the way there did not."""
    before = ticket(
        behaviour,
        assignee=CARLA.address,
        participants=(Person("ana@harbour.example", "Ana Lopez"), EVA),
        waiting=(Person("max@elsewhere.example", "Max"),),
        labels=frozenset({"vip"}),
        resolved_at=NOW if behaviour is Status.RESOLVED else None,
        surveyed=behaviour is Status.RESOLVED,
    )
    after, act = done(before, Command(name, value))
    again = undone(after, act)
    assert facets(again) == facets(before)
    for column in ("behaviour", "resolved_at", "closed_at", "surveyed", "requester"):
        assert getattr(again, column) == getattr(before, column), column


def test_what_somebody_changed_since_is_theirs_and_the_rest_is_put_back() -> None:
    before = ticket()
    after, act = done(before, Command("priority", "high"), Command("tag", "+vip"))
    request = Request(after.but(priority="urgent"), agent_acts(BEN), POLICY, LATER, undoes=act)
    found = carry_out(request, [Command("undo", line="#undo")], Content())
    (back,) = [one for one in found.effects if isinstance(one, ufx.TakeBack)]
    (left,) = back.left
    assert (left.code, left.values["value"]) == ("changed_since", "urgent")
    assert [one.name for one in found.effects if isinstance(one, fx.Label)] == ["vip"]
    assert not any(isinstance(one, fx.SetField) for one in found.effects)


def test_beside_an_answer_that_is_out_only_what_was_asked_for_is_put_back() -> None:
    act = PastAct(
        1,
        NOW,
        BEN.address,
        {"priority": ("normal", "high"), "status": ("open", "in_progress")},
        frozenset({"priority"}),
        message=3,
        mails="out",
    )
    assert put_back(act) == ("priority",)


def test_who_was_let_in_stays_for_what_they_wrote_has_been_passed_on() -> None:
    before = ticket(waiting=(LEE,))
    _, act = done(before, Command("letin", LEE.address))
    assert f"person:{LEE.address}" not in put_back(act)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (None, "nothing_to_undo"),
        (PastAct(1, NOW, BEN.address, {}, undone_at=NOW), "undone_before"),
        (PastAct(1, NOW - timedelta(days=2), BEN.address, {}), "undo_too_late"),
        (PastAct(1, NOW, BEN.address, {}, message=1, mails="out"), "cannot_be_undone"),
    ],
)
def test_what_stands_in_the_way_is_said(act: PastAct | None, code: str) -> None:
    found = obstacle(act, POLICY, NOW)
    assert isinstance(found, Problem) and found.code == code


def test_to_the_last_moment_of_its_day_it_works() -> None:
    act = PastAct(1, NOW, BEN.address, {"priority": ("normal", "high")})
    assert obstacle(act, POLICY, NOW + timedelta(days=1)) is None
    assert obstacle(act, POLICY, NOW + timedelta(days=1, microseconds=1)) is not None


def status(at: int, before: str, after: str, since: int | None = None) -> Entry:
    detail = {"from": before, "to": after}
    if since is not None:
        detail["since"] = (NOW + timedelta(minutes=since)).isoformat()
    return Entry(NOW + timedelta(minutes=at), "status", BEN.address, detail)


def test_the_history_without_what_was_taken_back() -> None:
    came = Entry(NOW, "received")
    answered = Entry(NOW + timedelta(minutes=1), "replied", BEN.address, {"message": "3"})
    stopped = Entry(NOW + timedelta(minutes=2), "withdrawn", BEN.address, {"answer": "3"})
    moved, back = status(1, "open", "resolved"), status(2, "resolved", "open", since=1)
    assert what_stands([came, answered, moved, stopped, back]) == [came, stopped]


def test_what_moved_it_in_between_is_counted_with_all_that_was_around() -> None:
    lines = [
        status(1, "open", "waiting"),
        status(2, "waiting", "on_hold"),
        status(3, "on_hold", "waiting"),
        status(4, "waiting", "open", since=1),
    ]
    assert what_stands(lines) == lines
