"""Who sees which tickets, as a filter: an argument of every question, and never something a door
does afterwards.

Whoever may not see a ticket does not find it: it is missing from lists, counts and search alike.
"""

from __future__ import annotations

from maildesk.desk.filters.evaluate import Material, matches
from maildesk.desk.filters.values import EVERYTHING, AnyOf, Filter, Is, both
from maildesk.desk.permissions import Permission, may
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.ticket import Ticket


def seen_by(agent: Agent | None, policy: Policy) -> Filter:
    """The tickets this agent may see; None is the operator at the command line, who has the
    database anyway.

    Admins see all. An agent sees the queues of their teams and of those they supervise, and what is
    assigned to them. A specialist sees of these queues only the categories that are among their
    skills. What makes an admin or a specialist of them are the permissions `see_all` and
    `see_queues`.
    """
    if agent is None or may(agent, Permission.SEE_ALL, policy):
        return EVERYTHING
    own = Is("assignee", frozenset({agent.address}))
    queues = frozenset(name for name in policy.queues if _works_in(agent, name, policy))
    theirs: Filter = Is("queue", queues)
    if not may(agent, Permission.SEE_QUEUES, policy):
        skills = {skill.lower() for skill in agent.skills}
        theirs = both(
            theirs,
            Is("category", frozenset(one for one in policy.categories if one.lower() in skills)),
        )
    return AnyOf((theirs, own))


def may_see(agent: Agent, ticket: Ticket, policy: Policy) -> bool:
    """Whether this agent may see this ticket."""
    return matches(ticket, seen_by(agent, policy), Material())


def _works_in(agent: Agent, queue: str, policy: Policy) -> bool:
    return agent in policy.agents_of(queue) or bool(
        set(agent.supervises) & set(policy.queues[queue].teams)
    )
