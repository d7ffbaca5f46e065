"""Who may do what: the only place that reads a role.

A role is a set of permissions. Four are built in; a desk may name its own (`roles:` in desk.yaml).
Everybody at the command line of the machine has the database anyway and may do everything, as may
the desk itself: its rules and timers are the admin's word. Customers command nothing; a few things
they may have done to their own tickets by mail (`CustomerMay`), as `customers` of desk.yaml says.

Which tickets somebody sees is `filters.visibility`'s to say, by these permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from maildesk.desk.actor import Actor, ActorKind, AnAgent
from maildesk.desk.problem import Problem


class Permission(StrEnum):
    """One thing that a role may allow; desk.yaml has these words."""

    ANSWER = "answer"  # write to the customer
    NOTE = "note"
    TAKE = "take"  # give the ticket to themselves, and give back what is theirs
    ASSIGN = "assign"  # give it to anybody
    WORK = "work"  # start, wait, hold, resolve, reopen
    CLOSE = "close"
    CHANGE = "change"  # priority, category, type, labels, subject, own fields, time spent
    MOVE = "move"  # to another queue
    SPAM = "spam"
    ESCALATE = "escalate"
    PEOPLE = "people"  # bring people in, let them in, keep them out
    MERGE = "merge"  # join tickets, take them apart again, and split one
    DELETE = "delete"  # erase a ticket for good
    # all tickets of their queues, not only the categories among their skills
    SEE_QUEUES = "see_queues"
    SEE_ALL = "see_all"
    # act on a ticket they were written to about, also where lists do not show it to them
    ANY_TICKET = "any_ticket"
    MANAGE = "manage"  # held mail, failed mail, other agents' reply addresses; what admins are told


class Proof(StrEnum):
    """What proves that a mail is an agent's, the weakest first; desk.yaml has these words."""

    # it shows what only they were sent: an address, a Message-ID, a button; and From is theirs
    SIGNED = "signed"
    AUTHENTICATED = "authenticated"  # the named server, or their domain's signature, vouches for it
    LOGGED_IN = "logged_in"  # they had logged in to hand it to the desk


class Deed(StrEnum):
    """What a mail of an agent's may do; desk.yaml has these words."""

    READ = "read"  # questions, and what concerns nobody but who asks
    NOTE = "note"
    REPLY = "reply"
    COMMANDS = "commands"
    DELETE = "delete"


@dataclass(frozen=True)
class Levels:
    """Which proof a mail needs at least for each deed."""

    read: Proof = Proof.SIGNED
    note: Proof = Proof.SIGNED
    reply: Proof = Proof.SIGNED
    commands: Proof = Proof.SIGNED
    delete: Proof = Proof.AUTHENTICATED


class CustomerMay(StrEnum):
    """One thing that a customer may have done to a ticket of theirs; desk.yaml has these words."""

    STATUS = "status"
    CLOSE = "close"
    REOPEN = "reopen"
    ADD = "add"
    REMOVE = "remove"


Customers = Literal["requester", "participants", "nobody"]
# what a customer is to a ticket, as the role of an `Actor`
REQUESTER, PARTICIPANT = "requester", "participant"


@dataclass(frozen=True)
class CustomersMay:
    """Who of the people in a ticket may have it done by a mail of theirs. `most_added`: how many
    people customers may bring into one ticket so in a day."""

    status: Customers = "participants"
    close: Customers = "requester"
    reopen: Customers = "participants"
    add: Customers = "requester"
    remove: Customers = "requester"
    most_added: int = 5


class Roles(Protocol):
    """A policy, as far as it is asked here: it stands above, for it asks what an agent may."""

    @property
    def roles(self) -> Mapping[str, frozenset[Permission]]: ...

    @property
    def agents(self) -> Sequence[AnAgent]: ...


_SPECIALIST = frozenset(
    (
        *(Permission.ANSWER, Permission.NOTE, Permission.TAKE, Permission.WORK),
        *(Permission.CHANGE, Permission.ESCALATE),
    )
)
_ALL = frozenset(Permission)
BUILT_IN: Mapping[str, frozenset[Permission]] = {
    "agent": _ALL - {Permission.SEE_ALL, Permission.MANAGE, Permission.DELETE},
    "specialist": _SPECIALIST,
    "admin": _ALL - {Permission.DELETE},
    "super_admin": _ALL,
}
_MAY_ALL = frozenset(
    (ActorKind.OPERATOR, ActorKind.RULE, ActorKind.TIMER, ActorKind.DESK, ActorKind.API)
)


def permissions_of(role: str, own: Mapping[str, frozenset[Permission]]) -> frozenset[Permission]:
    """What this role allows, where these are the desk's own; none where nobody
    knows it (any more)."""
    found = BUILT_IN.get(role)
    return found if found is not None else own.get(role, frozenset())


def may(who: Actor | AnAgent, needs: Permission, policy: Roles) -> bool:
    """Whether they have this permission."""
    if isinstance(who, Actor):
        if who.kind in _MAY_ALL:
            return True
        if who.kind is not ActorKind.AGENT:
            return False
    return needs in permissions_of(who.role, policy.roles)


def refusal(who: Actor, needs: Permission, policy: Roles) -> Problem | None:
    """What is missing, and who may; None: they may."""
    if may(who, needs, policy):
        return None
    role = who.role or who.kind.value
    others = (agent for agent in policy.agents if may(agent, needs, policy))
    values = {"permission": needs.value, "role": role, "who": named(others)}
    return Problem("not_allowed", values)


def named(agents: Iterable[AnAgent]) -> str:
    """Whom a refusal names: the first few, or that it is whoever runs the desk."""
    names = tuple(dict.fromkeys(agent.name for agent in agents))
    more = " …" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more if names else OPERATORS


_MOST_NAMED = 5
OPERATORS = "who_runs_the_desk"  # a word of `_words.yaml`
_STRENGTH = tuple(Proof)


def unproved(who: Actor, deed: Deed, levels: Levels) -> Problem | None:
    """Which proof their mail lacks for this; None: none. What a person has let through is proved
    enough for all but deleting."""
    if not who.proof or (who.let_through and deed is not Deed.DELETE):
        return None
    needs: Proof = getattr(levels, deed.value)
    if _STRENGTH.index(Proof(who.proof)) >= _STRENGTH.index(needs):
        return None
    return Problem(f"needs_{needs.value}", {"command": deed.value})


def customer_refusal(who: Actor, needs: CustomerMay, allowed: CustomersMay) -> Problem | None:
    """Why this customer may not have that done to the ticket to which they are what their role
    says; None: they may."""
    by: Customers = getattr(allowed, needs.value)
    if who.kind is ActorKind.CUSTOMER and by != "nobody":
        if who.role == REQUESTER or (who.role == PARTICIPANT and by == "participants"):
            return None
        if who.role == PARTICIPANT:
            return Problem("verb_requester_only")
    return Problem("verb_nobody")
