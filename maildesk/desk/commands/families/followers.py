"""Commands about who hears of a ticket beside its assignee: follow, unfollow."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import Answer, Command, Request, Setting, Spec
from maildesk.desk.commands.values import Who
from maildesk.desk.effects import Effect, Follow
from maildesk.desk.mails.recipients import may_hear, tell
from maildesk.desk.permissions import Permission
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import Ticket

Followers = tuple[Agent | Who, ...]


def _read(command: Command, policy: Policy) -> Followers | Problem:
    """One agent or several, by name or address; who names nobody means themselves."""
    found: list[Agent | Who] = []
    for word in command.value.replace(";", ",").split(",") or [""]:
        one = values.person(Command(command.name, word.strip(), command.line), policy)
        if isinstance(one, Problem):
            return one
        if one is Who.NOBODY:
            return Problem("no_agent", {"word": word.strip()})
        found.append(one)
    return tuple(found)


def _follow(value: Followers, request: Request) -> Answer:
    """They follow it; a colleague who may not see the ticket is refused, and one who is brought in
    hears so."""
    ticket, policy, by = request.ticket, request.policy, request.by
    effects: list[Effect] = []
    for one in value:
        if one is Who.ME and not by.agent:
            return Problem("for_agents_only", {"command": "follow"})
        address = _address(one, request)
        agent = policy.agent(address)
        if agent is not None and not may_hear(agent, ticket, policy):
            return Problem("may_not_see", {"name": agent.name, "reference": ticket.called})
        effects.append(Follow(agent=address))
        if address != by.agent and address not in ticket.followers:
            why = request.why or Reason("brought_in", {"agent": by.name})
            effects += tell((address,), "agent_mentioned", policy, context={"reason": why})
    return effects


def _unfollow(value: Followers, request: Request) -> Answer:
    if Who.ME in value and not request.by.agent:
        return Problem("for_agents_only", {"command": "unfollow"})
    return [Follow(agent=_address(one, request), on=False) for one in value]


def _address(one: Agent | Who, request: Request) -> str:
    return one.address if isinstance(one, Agent) else request.by.agent


def _others(value: Followers | None, request: Request) -> Permission | None:
    """Whoever speaks of others decides what they hear; of oneself everybody may who may see it."""
    mine = value is None or {_address(one, request) for one in value} == {request.by.agent}
    return None if mine else Permission.NOTE


def _sets(follows: bool) -> Callable[[Followers, Request], Iterable[Setting]]:
    return lambda value, request: ((f"follower:{_address(one, request)}", follows) for one in value)


def _back(follows: bool) -> Callable[[Followers, Ticket], tuple[Command, ...]]:
    """Those of them are undone for whom it is news. Whoever says it of themselves is named by
    nobody, and takes it back the same way."""

    def undone_by(value: Followers, before: Ticket) -> tuple[Command, ...]:
        agents = (one.address if isinstance(one, Agent) else "" for one in value)
        news = [one for one in agents if not one or (one in before.followers) is not follows]
        return (Command("unfollow" if follows else "follow", ", ".join(news)),) if news else ()

    return undone_by


SPECS = (
    Spec(
        name="follow",
        words=("follow", "watch"),
        argument="[ben]",
        does="you hear of the ticket as if it were yours, or a colleague does",
        needs=_others,
        reads=_read,
        handler=_follow,
        sets=_sets(follows=True),
        undone_by=_back(follows=True),
    ),
    Spec(
        name="unfollow",
        words=("unfollow", "unwatch"),
        argument="[ben]",
        does="the end of that",
        needs=_others,
        reads=_read,
        handler=_unfollow,
        sets=_sets(follows=False),
        undone_by=_back(follows=False),
    ),
)
