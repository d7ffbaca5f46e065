"""Which agents hear of what: by their part in the ticket, and by what each wants mail about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from maildesk.desk.effects import Effect, NotifyAgents
from maildesk.desk.filters.visibility import may_see
from maildesk.desk.mails.mail import Event, To
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.permissions import Permission, may
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.ticket import Ticket

TARGETS = ("assignee", "agents", "supervisors", "admins")  # beside teams and agents by name


def workers(ticket: Ticket, policy: Policy) -> tuple[Agent, ...]:
    """The agents of the ticket's queue who may work on it; all of them where none may, for somebody
    has to hear of it."""
    found = policy.agents_of(ticket.queue)
    return tuple(a for a in found if may_hear(a, ticket, policy)) or found


def may_hear(agent: Agent, ticket: Ticket, policy: Policy) -> bool:
    """Whether this agent may work on the ticket, and so be written to about it."""
    return may(agent, Permission.ANY_TICKET, policy) or may_see(agent, ticket, policy)


def followers(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """Who hears of the ticket beside those who are to answer it, as far as they (still) may."""
    known = map(policy.agent, ticket.followers)
    return tuple(a.address for a in known if a is not None and may_hear(a, ticket, policy))


def here(agents: Iterable[str], policy: Policy, now: datetime) -> tuple[str, ...]:
    """Those of these agents who are not away; all of them where nobody is here, for somebody has
    to hear of it."""
    found = tuple(agents)
    known = ((address, policy.agent(address)) for address in found)
    present = tuple(a for a, agent in known if agent is None or policy.back_at(agent, now) is None)
    return present or found


def audience(ticket: Ticket, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Who is told what happens on a ticket: its assignee, else the agents of its queue. While the
    assignee is away, those of them who are here as well: somebody has to see that it goes on.

    An assignee who is no agent any more is none.
    """
    owner = policy.agent(ticket.assignee) if ticket.assignee else None
    if owner is None:
        return tuple(a.address for a in workers(ticket, policy))
    if policy.back_at(owner, now) is None:
        return (owner.address,)
    present = (a.address for a in workers(ticket, policy) if policy.back_at(a, now) is None)
    return tuple(dict.fromkeys((owner.address, *present)))


def hearing(ticket: Ticket, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Who is told what is said on a ticket: whoever is to answer it, and who follows it."""
    return tuple(dict.fromkeys((*audience(ticket, policy, now), *followers(ticket, policy))))


def targeted(
    targets: Iterable[str], ticket: Ticket, policy: Policy, now: datetime
) -> tuple[str, ...]:
    """The agents behind these targets, each once; admins are no agents."""
    found: list[str] = []
    for target in targets:
        if target == "assignee":
            found += audience(ticket, policy, now)
        elif target == "agents":
            found += [a.address for a in workers(ticket, policy)]
        elif target == "supervisors":
            found += [a.address for a in policy.supervisors_of(ticket.queue)]
        elif target in policy.teams:
            found += [a.address for a in policy.team(target)]
        elif (agent := policy.agent(target)) is not None:
            found.append(agent.address)
    return tuple(dict.fromkeys(found))


def wanting(
    agents: Iterable[str], event: Event | None, policy: Policy, *, but: str = ""
) -> tuple[str, ...]:
    """Those of these agents who want mail about this event; `but`: who did it themselves.

    Without an event it is nothing that an agent can choose not to hear of.
    """
    known = ((a, policy.agent(a)) for a in agents if a != but)
    return tuple(
        a
        for a, agent in known
        if agent is not None and (event is None or event in policy.heard_by(agent))
    )


def tell(
    agents: Iterable[str], template: str, policy: Policy, *, but: str = "", **more: Any
) -> list[Effect]:
    """A notification to those of these agents who want to hear of what it tells."""
    who = wanting(agents, mail_of(template, To.AGENTS).event, policy, but=but)
    if not who:
        return []
    return [NotifyAgents(agents=who, template=template, **more)]
