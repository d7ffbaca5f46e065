"""Whether somebody may ask for this of that ticket; otherwise what is missing, as a problem."""

from __future__ import annotations

from typing import Any

from maildesk.desk.commands.spec import Request, Spec, sets_nothing
from maildesk.desk.filters.visibility import may_see
from maildesk.desk.mails.recipients import may_hear, workers
from maildesk.desk.permissions import Deed, Permission, may, named, refusal, unproved
from maildesk.desk.problem import Problem


def not_theirs(request: Request) -> Problem | None:
    """Why this ticket is none that they work on, and who does; None: it is."""
    by, policy, ticket = request.by, request.policy, request.ticket
    agent = policy.agent(by.agent) if by.agent else None
    if agent is None or may(by, Permission.ANY_TICKET, policy) or may_see(agent, ticket, policy):
        return None
    others = [one for one in workers(ticket, policy) if one is not agent]
    others = others or [one for one in policy.agents if may_hear(one, ticket, policy)]
    return Problem("not_your_ticket", {"reference": ticket.reference, "who": named(others)})


def refused(spec: Spec, value: Any, request: Request) -> Problem | None:
    """Why they may not have this done; None: they may. `value` is None where none is known yet."""
    if spec.for_agents and not request.by.agent:
        return Problem("for_agents_only", {"command": spec.words[0]})
    needs = spec.needs if isinstance(spec.needs, Permission | None) else spec.needs(value, request)
    missing = None if needs is None else refusal(request.by, needs, request.policy)
    return missing or unproved(request.by, _deed(spec), request.policy.trust.levels)


def _deed(spec: Spec) -> Deed:
    """What it is to have this done by mail."""
    if spec.needs is Permission.DELETE:
        return Deed.DELETE
    is_question = spec.needs is None and spec.sets is sets_nothing
    return Deed.READ if is_question else Deed.COMMANDS
