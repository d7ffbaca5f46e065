"""#assign to a team: a queue has the ticket, or one of the team gets it whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts, operator_acts
from maildesk.desk.commands.carry_out import CarriedOut, Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import Load
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Absence, Agent, Policy
from maildesk.desk.ticket import Ticket
from tests.desk.stories import BEN, CARLA, DEV, NOW, POLICY, ticket

EVA = Agent("Eva Stone", "eva@desk.example", teams=("senior",))
BOSS = replace(CARLA, teams=("support", "senior"))
DESK = replace(POLICY, agents=(BEN, BOSS, DEV, EVA), teams=POLICY.teams | {"senior"})
English = DESK.wording.english


def asked(
    line: str,
    of: Ticket,
    policy: Policy = DESK,
    loads: Mapping[str, Load] | None = None,
    by: Agent = BEN,
) -> CarriedOut:
    command = Command("assign", line.partition(" ")[2], line)
    request = Request(of, agent_acts(by), policy, NOW, loads=loads or {})
    return carry_out(request, (command,), Content())


def after(done: CarriedOut, of: Ticket) -> Ticket:
    assert not done.problems
    found = evolved(of, done.effects, DESK, NOW)
    assert found is not None
    return found


def said(done: CarriedOut) -> list[str]:
    return [English.say(one) for one in (*done.problems, *done.remarks)]


@pytest.mark.parametrize("word", ("network", "Network", "to network", "team:network"))
def test_a_queue_gets_it_with_nobodys_name_on_it(word: str) -> None:
    one = ticket(assignee=BEN.address)
    done = asked(f"#assign {word.replace('team:', '')}", one)
    assert (after(done, one).queue, after(done, one).assignee) == ("network", "")
    assert said(done) == [
        "Nobody has it now: Ben Okafor does not work in the queue network, whose agents see it "
        "among the new ones"
    ]
    assert done.undo == (Command("queue", "support"), Command("assign", BEN.address))


def test_whoever_works_in_the_queue_keeps_it() -> None:
    one = ticket(assignee=DEV.address)
    done = asked("#assign network", one)
    assert (after(done, one).queue, after(done, one).assignee) == ("network", DEV.address)
    assert said(done) == ["Dev Patel works in the queue network and keeps it"]


def test_what_nobody_has_just_moves() -> None:
    done = asked("#assign network", ticket())
    assert [type(one) for one in done.effects] == [fx.SetField]
    assert done.remarks == ()


def test_of_a_team_that_is_no_queue_one_gets_it_whose_turn_it_is() -> None:
    one = ticket(assignee=BEN.address)
    loads = {EVA.address: Load(0, 3), BOSS.address: Load(0, 7)}
    done = asked("#assign senior", one, loads=loads)
    assert (after(done, one).queue, after(done, one).assignee) == ("support", EVA.address)
    assert said(done) == ["It was the turn of Eva Stone, of the team senior"]
    (given,) = (one for one in done.effects if isinstance(one, fx.Assign))
    assert English.because(given.why) == (
        "Ben Okafor gave it to a team: whose turn it is of 2 in team senior"
    )
    assert done.undo == (Command("assign", BEN.address),)
    other = asked("#assign senior", one, loads={EVA.address: Load(0, 9)})
    assert after(other, one).assignee == BOSS.address


def test_who_is_of_the_team_keeps_it() -> None:
    one = ticket(assignee=EVA.address)
    done = asked("#assign senior", one)
    assert after(done, one).assignee == EVA.address
    assert said(done) == ["Eva Stone is of the team senior and keeps it"]


def test_who_is_away_is_given_nothing_and_where_all_are_nothing_is_done() -> None:
    here = {BOSS.address: Load(0, 7)}
    gone = {EVA.address: (Absence(NOW + timedelta(days=2)),)}
    one = ticket()
    done = asked("#assign senior", one, policy=DESK.with_said(gone), loads=here)
    assert after(done, one).assignee == BOSS.address
    full = replace(BOSS, capacity=2)
    policy = replace(DESK, agents=(BEN, full, DEV, EVA)).with_said(gone)
    done = asked("#assign senior", one, policy=policy, loads={full.address: Load(2)})
    assert done.effects == ()
    (words,) = said(done)
    assert words.startswith("nobody of the team senior can be given it now: ")
    assert "Carla Ruiz has as many tickets as they take (2 of 2)" in words
    assert "Eva Stone is away until " in words


def test_a_slip_names_the_nearest_team_or_agent() -> None:
    (words,) = said(asked("#assign senoir", ticket()))
    assert words == (
        'neither an agent nor a team is called "senoir"; there are Ben Okafor, Carla Ruiz, '
        "Dev Patel, Eva Stone, support, network, senior; did you mean senior?"
    )
    (words,) = said(asked("#assign karla", ticket()))
    assert words.endswith("did you mean Carla?")


def test_an_agent_is_meant_before_a_team_of_their_name() -> None:
    named = replace(DESK, teams=DESK.teams | {"eva"})
    assert after(asked("#assign eva", ticket(), policy=named), ticket()).assignee == EVA.address


def test_to_move_it_and_to_give_it_are_permitted_apart() -> None:
    for role, line, missing in (
        (("assign",), "#assign network", "move"),
        (("move",), "#assign senior", "assign"),
        (("move",), "#assign network", "assign"),  # for it is taken from Carla
    ):
        helper = replace(BEN, role="helper")
        allowed = frozenset(map(Permission, (*role, "any_ticket")))
        policy = replace(DESK, roles={"helper": allowed}, agents=(helper, BOSS, DEV, EVA))
        done = asked(line, ticket(assignee=BOSS.address), policy=policy, by=helper)
        assert [one.values["permission"] for one in done.problems] == [missing], line


def test_two_that_do_not_agree_are_not_done() -> None:
    commands = (Command("assign", "network", "#assign network"), Command("queue", "support", "#q"))
    request = Request(ticket(), operator_acts("ada"), DESK, NOW)
    (problem,) = carry_out(request, commands, Content()).problems
    assert problem.code == "contradiction"
    same = (Command("assign", "network", "#assign network"), Command("queue", "network", "#q"))
    assert carry_out(request, same, Content()).problems == ()


def test_an_answer_beside_it_takes_nothing() -> None:
    command = Command("assign", "network", "#assign network")
    request = Request(ticket(), agent_acts(BEN), DESK, NOW)
    done = carry_out(request, (command,), Content("They will look at it."))
    assert after(done, ticket()).assignee == ""


def test_it_is_said_in_german_and_french() -> None:
    problem = asked("#assign senoir", ticket()).problems[0]
    assert "heißt „senoir“" in DESK.wording.of("de").say(problem)
    assert "ne s'appelle" in DESK.wording.of("fr").say(problem)
