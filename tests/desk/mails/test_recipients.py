"""Who hears of what: by their part in the ticket, and by what each wants mail about."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk import effects as fx
from maildesk.desk.mails.recipients import audience, targeted, tell, wanting
from tests.desk.stories import BEN, CARLA, DEV, POLICY, ticket

ALL = (BEN.address, CARLA.address, DEV.address)


def test_the_assignee_hears_of_a_ticket_else_the_agents_of_its_queue() -> None:
    assert audience(ticket(assignee=BEN.address), POLICY) == (BEN.address,)
    free = audience(ticket(), POLICY)
    assert set(free) == {agent.address for agent in POLICY.agents_of("support")}
    assert audience(ticket(assignee="gone@desk.example"), POLICY) == free


def test_a_target_is_heard_once_and_names_nobody_who_is_unknown() -> None:
    found = targeted(
        ("assignee", BEN.address, "nobody@x.example"), ticket(assignee=BEN.address), POLICY
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
