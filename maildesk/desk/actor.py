"""Who acts: the one answer to "who did this, and by which door" for history and permissions.

An act has one actor from its beginning to its end. A mail's actor is its believed sender; whoever
merely claims to be an agent is not made one here, `classify` decides that. The history's `who` and
`door` are written from this value alone, so no room below compares strings to find out who it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from maildesk.desk.rules.ruleset import TIMER
from maildesk.desk.ticket import Person


class ActorKind(StrEnum):
    """What somebody is who acts on tickets."""

    CUSTOMER = "customer"  # anybody outside the desk, also one who has no part in the ticket
    AGENT = "agent"
    RULE = "rule"
    TIMER = "timer"
    DESK = "desk"  # maildesk by itself
    OPERATOR = "operator"  # a user of the machine, at the command line
    API = "api"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `address` is an agent's as in agents.yaml, a customer's folded; ""
    where there is none."""

    kind: ActorKind
    address: str = ""
    name: str = ""
    # an agent's, as in agents.yaml, or what a customer is to a ticket; only `permissions` reads it
    role: str = ""
    door: str = ""  # what it came by: smtp, imap:BOX, timer:KIND, command line
    proof: str = ""  # how an agent's mail was believed, see `permissions.Proof`; "": by no mail
    let_through: bool = False  # and a person has let it through since

    @property
    def who(self) -> str:
        """As the history names them."""
        if self.kind in _BY_THEMSELVES:
            return ActorKind.DESK.value
        if self.kind is ActorKind.RULE:
            return ActorKind.RULE.value
        return self.name if self.kind is ActorKind.OPERATOR else self.address

    @property
    def agent(self) -> str:
        """The address of the agent who acts; "" where it is no agent."""
        return self.address if self.kind is ActorKind.AGENT else ""

    def by(self, door: str) -> Actor:
        """The same, by this door."""
        return replace(self, door=door)


class AnAgent(Protocol):
    """What is taken over from an agent of the policy, which knows permissions, and they actors."""

    @property
    def address(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


_BY_THEMSELVES = frozenset((ActorKind.DESK, ActorKind.TIMER))
DESK = Actor(ActorKind.DESK, name="desk")


class Believed(Protocol):
    """How a mail was believed (`facts.TrustRecord`)."""

    @property
    def proof(self) -> str: ...

    @property
    def let_through(self) -> bool: ...


def agent_acts(agent: AnAgent, door: str = "", believed: Believed | None = None) -> Actor:
    """This agent, as the policy has them; `believed`: how their mail was, where it is one."""
    made = Actor(ActorKind.AGENT, agent.address, agent.name, agent.role, door)
    if believed is None:
        return made
    return replace(made, proof=believed.proof, let_through=believed.let_through)


def customer_acts(person: Person, door: str = "", role: str = "") -> Actor:
    """Somebody outside the desk; `role`: what they are to the ticket, where they ask for something
    to be done to it."""
    return Actor(ActorKind.CUSTOMER, person.key, person.name, role, door)


def timer_rings(kind: str) -> Actor:
    """A timer of this kind; the history calls it the desk, and the door says which timer."""
    return Actor(ActorKind.TIMER, name=kind, door=f"timer:{kind}")


def rule_acts(place: str) -> Actor:
    """The rule of this place in a file of the desk."""
    return Actor(ActorKind.RULE, name=place)


def by_rule(actor: Actor) -> Actor:
    """Who did what a rule wanted while this one acted: the rule. Service levels are the desk's."""
    if actor.kind is ActorKind.TIMER and not actor.name.startswith(TIMER):
        return actor
    return Actor(ActorKind.RULE, door=actor.door)


COMMAND_LINE = "command line"  # as a door


def operator_acts(user: str) -> Actor:
    """A user of the machine who works at the command line."""
    return Actor(ActorKind.OPERATOR, name=user, door=COMMAND_LINE)
