"""`@ben` in a note: who is meant, who is told, and what the writer hears of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.mentions import Mentioned, mentioned
from maildesk.desk.decide import decide
from maildesk.desk.facts import Entry, Situation
from maildesk.desk.policy import Agent
from tests.desk.stories import (
    BEN,
    CARLA,
    DEV,
    NOW,
    POLICY,
    from_agent,
    of,
    ticket,
    told,
)

BENJAMIN = Agent("Ben Carter", "bc@desk.example", teams=("support",))
ZOE = Agent("Zoé Le Bras", "zoe.lebras@desk.example", teams=("support",))
EVA = Agent("Eva Stone", "eva@desk.example", role="specialist", teams=("network",))
MANY = replace(POLICY, agents=(*POLICY.agents, BENJAMIN, ZOE, EVA))
TICKET = ticket(assignee=CARLA.address)


def read(text: str) -> Mentioned:
    return mentioned(text, TICKET, MANY, agent_acts(CARLA))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@dev, have you seen this?", [DEV]),
        ("Ask @Dev.", [DEV]),
        ("(@dev)", [DEV]),
        ("@dev's idea, and @zoe too", [DEV, ZOE]),
        ("@Ben Carter, please", [BENJAMIN]),
        ('@"Ben Carter"', [BENJAMIN]),
        ("@„Ben Okafor“", [BEN]),
        ("@ben okafor", [BEN]),
        ("@ben@desk.example.", [BEN]),
        ("@ben@home.example", [BEN]),
        ("@bc", [BENJAMIN]),
        ("@zoé le bras", [ZOE]),
        ("@ZOE", [ZOE]),
        ("@dev @dev @Dev Patel", [DEV]),
        ("@carla", []),  # herself
    ],
)
def test_an_agent_is_mentioned_by_name_first_name_or_address(text: str, who: list[Agent]) -> None:
    assert read(text) == Mentioned(tuple(who))


@pytest.mark.parametrize(
    "text",
    [
        "write to dev@desk.example",
        "user/@dev",
        "> @dev wrote",
        "```\n@dev\n```",
        "five @ 3 euro",
        "a.b@dev",
    ],
)
def test_what_is_quoted_code_or_part_of_an_address_mentions_nobody(text: str) -> None:
    assert read(text) == Mentioned()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@ben", "@ben could be more than one agent, so nobody was told; there are Ben Okafor, "
         "Ben Carter"),
        ("@devv", "@devv: there is no agent of that name, so nobody was told; "
         "did you mean Dev Patel?"),
        ("@karla", "@karla: there is no agent of that name, so nobody was told; "
         "did you mean Carla Ruiz?"),
        ("@eva", "Eva Stone may not see TKT-0007, and was not told of your note"),
        ("@qqqq @qqqq", "@qqqq: there is no agent of that name, so nobody was told"),
    ],
)  # fmt: skip
def test_whoever_cannot_be_told_is_said(text: str, words: str) -> None:
    found = read(text)
    assert found.agents == ()
    assert [POLICY.wording.english.say(one) for one in found.remarks] == [words]


def test_who_wants_no_such_mail_is_said() -> None:
    quiet = replace(MANY, agents=(CARLA, replace(DEV, notify=frozenset({"note"}))))
    (remark,) = mentioned("@dev", TICKET, quiet, agent_acts(CARLA)).remarks
    assert remark.code == "mention_unwanted"


def test_a_mention_is_told_to_whoever_would_hear_nothing() -> None:
    found = decide(TICKET, from_agent("@dev look", agent=BEN, purpose="note"), POLICY, NOW)
    assert told(found) == {"agent_mentioned": (DEV.address,), "agent_note": (CARLA.address,)}
    (kept,) = of(found, fx.AddMessage)
    assert (kept.kind, kept.mentions) == ("note", (DEV.address,))


def test_who_hears_of_the_note_anyway_gets_one_mail() -> None:
    found = decide(TICKET, from_agent("#note\n@carla look", agent=BEN), POLICY, NOW)
    assert told(found)["agent_mentioned"] == (CARLA.address,)
    assert "agent_note" not in told(found)


def test_in_an_answer_to_the_customer_it_is_a_word() -> None:
    found = decide(TICKET, from_agent("Follow us @dev", agent=CARLA), POLICY, NOW)
    assert "agent_mentioned" not in told(found)
    assert "agent_transcript" not in told(found)
    assert [one.mentions for one in of(found, fx.AddMessage)] == [()]


def test_an_unknown_name_is_said_in_the_receipt_and_the_note_is_kept() -> None:
    found = decide(TICKET, from_agent("@karla look", agent=BEN, purpose="note"), POLICY, NOW)
    (receipt,) = [one for one in of(found, fx.NotifyAgents) if one.agents == (BEN.address,)]
    assert receipt.template == "agent_transcript"
    assert [one.nearest for one in receipt.context["remarks"]] == ["Carla Ruiz"]  # type: ignore[attr-defined]
    assert len(of(found, fx.AddMessage)) == 1


def test_who_mentioned_a_colleague_hears_their_answer() -> None:
    asked = Entry(NOW, "noted", BEN.address, {"mentions": [DEV.address]})  # type: ignore[dict-item]
    fact = from_agent("It is the switch.", agent=DEV, purpose="note")
    fact = replace(fact, situation=Situation(history=(asked,)))
    notes = [e for e in decide(TICKET, fact, POLICY, NOW) if isinstance(e, fx.NotifyAgents)]
    assert [note.agents for note in notes] == [(CARLA.address,), (BEN.address,)]
    assert {note.template for note in notes} == {"agent_note"}
