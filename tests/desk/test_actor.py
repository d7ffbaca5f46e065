"""Who acts, as history and permissions see them."""

from __future__ import annotations

from maildesk.desk.actor import (
    DESK,
    Actor,
    ActorKind,
    agent_acts,
    customer_acts,
    operator_acts,
    timer_rings,
)
from maildesk.desk.policy import Agent
from maildesk.desk.ticket import Person

BEN = Agent(name="Ben Vogel", address="Ben@desk.example", role="specialist")


def test_an_agent_is_named_by_the_address_of_agents_yaml_and_brings_their_role() -> None:
    """Permissions read the role, the history the address."""
    ben = agent_acts(BEN, "smtp")
    assert (ben.who, ben.agent, ben.role, ben.door) == (
        "Ben@desk.example",
        "Ben@desk.example",
        "specialist",
        "smtp",
    )


def test_a_customer_is_no_agent_whatever_their_address() -> None:
    """What is kept as "the agent who may confirm" is never a customer's address."""
    kim = customer_acts(Person("Kim@Customer.example", "Kim"))
    assert (kim.who, kim.agent) == ("kim@customer.example", "")


def test_timers_and_the_desk_itself_are_the_desk_in_the_history() -> None:
    """The door says which timer it was."""
    assert (DESK.who, timer_rings("close").who) == ("desk", "desk")
    assert timer_rings("close").door == "timer:close"


def test_an_operator_is_named_as_the_machine_knows_them() -> None:
    """`maildesk outbox retry` is written down with whoever typed it."""
    root = operator_acts("ada")
    assert (root.who, root.agent, root.door) == ("ada", "", "command line")
    assert Actor(ActorKind.API, "ci@desk.example").by("api").door == "api"
