"""Who follows a ticket: by command, by rule, and who hears of what because of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.actor import agent_acts, operator_acts
from maildesk.desk.commands.carry_out import CarriedOut, Content, carry_out
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.decide import decide
from maildesk.desk.evolve import evolved
from maildesk.desk.mails.recipients import followers, hearing
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.ticket import Ticket
from tests.desk.stories import (
    BEN,
    CARLA,
    DEV,
    NOW,
    POLICY,
    from_agent,
    from_customer,
    ticket,
    told,
)

EVA = Agent("Eva Stone", "eva@desk.example", role="specialist", teams=("network",))
WITH_EVA = replace(POLICY, agents=(*POLICY.agents, EVA))


def asked(
    line: str, of: Ticket, by: Agent = BEN, policy: Policy = POLICY, text: str = ""
) -> CarriedOut:
    name, _, value = line.partition(" ")
    command = Command(name.lstrip("#"), value, line)
    return carry_out(Request(of, agent_acts(by), policy, NOW), (command,), Content(text))


def after(done: CarriedOut, of: Ticket) -> Ticket:
    assert not done.problems
    found = evolved(of, done.effects, POLICY, NOW)
    assert found is not None
    return found


def test_an_agent_follows_and_follows_no_more() -> None:
    one = after(asked("#follow", ticket(), by=DEV), ticket())
    assert one.followers == (DEV.address,)
    assert after(asked("#follow me", one, by=DEV), one) is one
    assert after(asked("#unfollow", one, by=DEV), one).followers == ()


def test_a_colleague_is_brought_in_and_told_so_once() -> None:
    done = asked("#follow ben, Dev Patel", ticket(), by=CARLA)
    one = after(done, ticket())
    assert one.followers == (BEN.address, DEV.address)
    mails = [e for e in done.effects if isinstance(e, fx.NotifyAgents)]
    assert [mail.agents for mail in mails] == [(BEN.address,), (DEV.address,)]
    assert {mail.template for mail in mails} == {"agent_mentioned"}
    again = asked("#follow ben", one, by=CARLA)
    assert told(again.effects) == {}
    assert done.undo == (Command("unfollow", f"{BEN.address}, {DEV.address}"),)
    assert again.undo == ()


def test_nobody_follows_what_they_may_not_see() -> None:
    """A specialist sees what is among their skills."""
    (problem,) = asked("#follow eva", ticket(), policy=WITH_EVA).problems
    assert WITH_EVA.wording.english.say(problem) == "Eva Stone may not see TKT-0007"
    one = ticket(followers=(EVA.address, BEN.address, "gone@desk.example"))
    assert followers(one, WITH_EVA) == (BEN.address,), "nor who may see it no more"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#follow karla", 'there is no agent "karla"; there are Ben Okafor, Carla Ruiz, Dev Patel; '
         "did you mean Carla Ruiz?"),
        ("#follow nobody", 'there is no agent "nobody"'),
    ],
)  # fmt: skip
def test_who_is_meant_must_be_known(line: str, words: str) -> None:
    (problem,) = asked(line, ticket()).problems
    assert POLICY.wording.english.say(problem) == words


def test_to_bring_in_others_needs_the_right_to_write_notes() -> None:
    reader = replace(BEN, role="reader")
    policy = replace(POLICY, roles={"reader": frozenset()}, agents=(reader, CARLA, DEV))
    one = ticket(assignee=reader.address)
    assert not asked("#follow", one, by=reader, policy=policy).problems
    (problem,) = asked("#follow dev", one, by=reader, policy=policy).problems
    assert (problem.code, problem.values["permission"]) == ("not_allowed", "note")


def test_the_operator_names_who_follows() -> None:
    request = Request(ticket(), operator_acts("ada"), POLICY, NOW)
    (problem,) = carry_out(request, (Command("follow"),), Content()).problems
    assert problem.code == "for_agents_only"
    assert carry_out(request, (Command("follow", "dev"),), Content()).effects[0] == fx.Follow(
        agent=DEV.address
    )


FOLLOWED = ticket(assignee=BEN.address, followers=(DEV.address,))


def test_followers_hear_of_the_customers_words() -> None:
    found = decide(FOLLOWED, from_customer("Still broken."), POLICY, NOW)
    assert told(found)["agent_reply"] == (BEN.address, DEV.address)


def test_followers_hear_of_answers_and_notes_of_others_and_not_of_their_own() -> None:
    found = decide(FOLLOWED, from_agent("Try this.", agent=BEN), POLICY, NOW)
    assert told(found)["agent_answered"] == (DEV.address,)
    found = decide(FOLLOWED, from_agent("I know it.", agent=BEN, purpose="note"), POLICY, NOW)
    assert told(found)["agent_note"] == (DEV.address,)
    found = decide(FOLLOWED, from_agent("I know it.", agent=DEV, purpose="note"), POLICY, NOW)
    assert told(found)["agent_note"] == (BEN.address,)


def test_assignee_and_followers_hear_of_another_priority_and_of_nothing_twice() -> None:
    found = decide(FOLLOWED, from_agent("#priority low", agent=CARLA), POLICY, NOW)
    assert told(found)["agent_priority"] == (BEN.address, DEV.address)
    found = decide(FOLLOWED, from_agent("#priority low\n#hold", agent=CARLA), POLICY, NOW)
    assert told(found)["agent_status"] == (BEN.address, DEV.address)
    assert "agent_priority" not in told(found), "that mail shows the priority"
    deaf = replace(POLICY, agents=(BEN, CARLA, replace(DEV, notify=frozenset({"priority"}))))
    found = decide(FOLLOWED, from_agent("#priority low\n#hold", agent=CARLA), deaf, NOW)
    assert told(found)["agent_priority"] == (DEV.address,)
    found = decide(FOLLOWED, from_agent("#priority low", agent=BEN), POLICY, NOW)
    assert told(found)["agent_priority"] == (DEV.address,)


def test_assignee_and_followers_hear_of_another_status_once() -> None:
    found = decide(FOLLOWED, from_agent("#hold", agent=CARLA), POLICY, NOW)
    assert told(found)["agent_status"] == (BEN.address, DEV.address)
    found = decide(FOLLOWED, from_agent("#close\nBye.", agent=CARLA), POLICY, NOW)
    assert told(found)["agent_answered"] == (BEN.address, DEV.address)
    assert "agent_status" not in told(found), "that mail shows the status"
    found = decide(FOLLOWED, from_agent("#hold", agent=BEN), POLICY, NOW)
    assert told(found)["agent_status"] == (DEV.address,)


def test_what_somebody_chose_not_to_hear_they_do_not_hear_as_a_follower() -> None:
    quiet = replace(DEV, notify=frozenset({"note"}))
    policy = replace(POLICY, agents=(BEN, CARLA, quiet))
    assert hearing(FOLLOWED, policy, NOW) == (BEN.address, DEV.address)
    found = decide(FOLLOWED, from_customer("Still broken."), policy, NOW)
    assert told(found)["agent_reply"] == (BEN.address,)
