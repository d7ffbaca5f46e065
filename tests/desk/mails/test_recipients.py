"""Who hears of what: by their part in the ticket, and by what each wants mail about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk import effects as fx
from maildesk.desk.mails.recipients import audience, targeted, tell, wanting
from tests.desk.stories import BEN, CARLA, DEV, NOW, POLICY, ticket

ALL = (BEN.address, CARLA.address, DEV.address)


def test_the_assignee_hears_of_a_ticket_else_the_agents_of_its_queue() -> None:
    assert audience(ticket(assignee=BEN.address), POLICY, NOW) == (BEN.address,)
    free = audience(ticket(), POLICY, NOW)
    assert set(free) == {agent.address for agent in POLICY.agents_of("support")}
    assert audience(ticket(assignee="gone@desk.example"), POLICY, NOW) == free


def test_while_the_assignee_is_away_those_of_the_queue_who_are_here_hear_as_well() -> None:
    away = replace(BEN, away_until=NOW + timedelta(days=7))
    elsewhere = [a for a in POLICY.agents_of("support") if a.address != BEN.address]
    policy = replace(POLICY, agents=tuple(away if a is BEN else a for a in POLICY.agents))
    theirs = ticket(assignee=BEN.address)
    both = (BEN.address, *(a.address for a in elsewhere))
    assert elsewhere, "somebody else works it"
    assert audience(theirs, policy, NOW) == both
    assert targeted(("assignee",), theirs, policy, NOW) == both
    assert audience(theirs, policy, NOW + timedelta(days=8)) == (BEN.address,)
    all_away = tuple(replace(a, away_until=NOW + timedelta(days=7)) for a in POLICY.agents)
    assert audience(theirs, replace(POLICY, agents=all_away), NOW) == (BEN.address,)


def test_a_target_is_heard_once_and_names_nobody_who_is_unknown() -> None:
    found = targeted(
        ("assignee", BEN.address, "nobody@x.example"), ticket(assignee=BEN.address), POLICY, NOW
    )
    assert found == (BEN.address,)


def test_who_chose_not_to_hear_of_an_event_gets_no_mail_of_it_and_nobody_of_their_own() -> None:
    quiet = replace(POLICY, agents=(replace(BEN, notify=frozenset({"note"})), CARLA, DEV))
    assert wanting(ALL, "sla", quiet) == (CARLA.address, DEV.address)
    assert wanting(ALL, "note", quiet, but=CARLA.address) == (BEN.address, DEV.address)
    assert wanting((*ALL, "gone@desk.example"), None, quiet) == ALL, "what no event is they all get"


def test_the_event_of_a_mail_is_said_by_its_entry() -> None:
    quiet = replace(POLICY, agents=(replace(BEN, notify=frozenset({"note"})), CARLA, DEV))
    for template in (
        "agent_taken",
        "agent_moved",
        "agent_stranger",
        "agent_answered",
        "sla_breach",
    ):
        (effect,) = tell((BEN.address, CARLA.address), template, quiet)
        assert isinstance(effect, fx.NotifyAgents)
        assert (effect.template, effect.agents) == (template, (CARLA.address,))
    assert tell((BEN.address,), "agent_reply", quiet) == []
