"""The loop guard counts loops, not people: crowds are answered, machines come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.carry_out import Content
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from tests.pipeline.place import Place
from tests.plays import crowds, robots
from tests.plays.stage import Arrival, Machine, Stage
from tests.servers.relay import Relay


@pytest.fixture
def stage(place: Place, relay: Relay) -> Stage:
    """The example desk, and nobody else."""
    return Stage(place, relay)


@pytest.mark.parametrize(
    ("people", "arrivals"),
    [
        (75, lambda: crowds.questions(75, 45)),
        (75, lambda: crowds.questions(75, 0)),
        (90, lambda: crowds.numbered(90, 7.5)),
        (60, lambda: crowds.numbered(60, 0)),
        (60, lambda: crowds.form(60, 12)),
        (60, lambda: crowds.form(60, 0)),
    ],
    ids=["questions", "questions-at-once", "numbered", "numbered-at-once", "form", "form-at-once"],
)
def test_everybody_of_a_crowd_hears_once(
    stage: Stage, people: int, arrivals: Callable[[], Iterable[Arrival]]
) -> None:
    stage.play(arrivals(), hours=2)
    heard = Counter(one.recipient for one in stage.outside())
    assert len(heard) == people
    assert set(heard.values()) == {1}


@pytest.mark.parametrize(
    ("sender", "machine", "most"),
    [
        ("bot@robot.example", robots.parrot("bot@robot.example"), 5),
        # per_subject, and the answer to what it begins with
        ("bot@many.example", robots.forgetful(), 12 + 1),
        ("bot@many.example", robots.forgetful(after=60), 12 + 1),
        ("bot@many.example", robots.changing(), 2 * 12),
        ("bot@many.example", robots.babbling(), 200 + 1),
        ("bot@many.example", robots.quoting(), 13),
        ("kim@away.example", robots.away(), 5),
        ("support@other.example", robots.other_desk(), 5),
    ],
    ids=["parrot", "forgetful", "slow", "changing", "babbling", "quoting", "away", "other-desk"],
)
def test_a_machine_comes_to_rest(stage: Stage, sender: str, machine: Machine, most: int) -> None:
    stage.machines.append(machine)
    stage.play([robots.seed(sender)], hours=4)
    assert 1 <= len(stage.outside()) <= most


def test_a_person_is_told_of_a_loop_once(stage: Stage) -> None:
    stage.machines.append(robots.forgetful())
    stage.play([robots.seed("bot@many.example")], hours=0.5)
    assert stage.alarms("mail loop") == 1
    assert [row.detail["why"] for row in stage.place.rows("history", what="not_sent")] == [
        "their mail answers each of ours, what was held back for a while as well"
    ]


def test_the_last_of_a_crowd_that_looks_like_a_loop_hear_a_little_later(stage: Stage) -> None:
    people = (one for n, one in enumerate(crowds.numbered(40, 7.5)) if n < 15)
    stage.play(people, hours=1)
    assert len(stage.outside()) == 15
    late = [row.at for row in stage.place.rows("automatic", late=True)]
    assert len(late) <= 1, "one tells whether they answer it"


def test_an_agents_answer_takes_the_place_of_an_acknowledgement_that_is_held_back(
    stage: Stage,
) -> None:
    place = stage.place
    stage.play((one for n, one in enumerate(crowds.numbered(40, 7.5)) if n < 11), hours=0.025)
    (timer,) = (row for row in place.rows("timers", state="due") if row.kind.startswith("held:"))
    (ticket,) = place.rows("tickets", id=timer.ticket_id)
    agent = place.services.keeper.current.policy.agent("ben@desk.example")
    assert agent is not None
    words = Content("It is on its way.")
    by = agent_acts(agent, "cli")
    act(place.services, by, [Command("reply")], [ticket.reference], content=words)
    stage.play((), hours=2)
    purposes = [row.purpose for row in place.rows("outbox", ticket_id=timer.ticket_id)]
    assert "reply" in purposes
    assert "acknowledgement" not in purposes
