"""#assign to a team: one of its agents gets the ticket; a team that is a queue has it there.

Whoever has the ticket and is of the team keeps it. Else a queue gets it with nobody's name on it,
as its agents find what is new, and of another team the one gets it whose turn it is and who is
here, as a rule would choose. Where nobody can be given it, nothing is done, and it is said why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maildesk.desk.commands.spec import Answer, Given, Request, Setting
from maildesk.desk.effects import Assign, Effect, SetField
from maildesk.desk.permissions import Permission, refusal
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, moment
from maildesk.desk.rules.assign import choose, unavailable
from maildesk.desk.rules.ruleset import Assignment


@dataclass(frozen=True, slots=True)
class Team:
    """Whom a value means beside people: a team by its name, or a queue and whoever works in it."""

    name: str
    is_queue: bool

    def agents(self, policy: Policy) -> tuple[Agent, ...]:
        """Who is of it, in the order of agents.yaml."""
        return policy.agents_of(self.name) if self.is_queue else policy.team(self.name)

    @property
    def key(self) -> str:
        """What it is, as the words of `_words.yaml` end that say something of it."""
        return "queue" if self.is_queue else "team"


def teams_of(policy: Policy) -> tuple[str, ...]:
    """Every name of a queue or team."""
    return tuple(dict.fromkeys((*policy.queues, *sorted(policy.teams))))


def given_to(team: Team, request: Request) -> Answer:
    """The ticket goes to this team."""
    ticket, policy, by = request.ticket, request.policy, request.by
    effects: list[Effect] = []
    if team.is_queue and team.name != ticket.queue:
        effects.append(SetField(name="queue", value=team.name))
    owner = policy.agent(ticket.assignee)
    if owner in team.agents(policy):
        return effects
    if not team.is_queue:
        return _chosen(team, request)
    if ticket.assignee and ticket.assignee != by.address:
        missing = refusal(by, Permission.ASSIGN, policy)
        if missing is not None:
            return missing
    if ticket.assignee:
        values = {"agent": by.name, "queue": team.name}
        effects.append(Assign(agent="", why=request.why or Reason("gave_to_queue", values)))
    return effects


def sets_of(team: Team, request: Request) -> Iterable[Setting]:
    """Who has it then; of a team that is no queue nobody can say yet who that will be."""
    owner = request.policy.agent(request.ticket.assignee)
    if owner is not None and owner in team.agents(request.policy):
        yield "assignee", owner.address
    else:
        yield "assignee", "" if team.is_queue else team
    if team.is_queue:
        yield "queue", team.name


def _chosen(team: Team, request: Request) -> Answer:
    policy, now = request.policy, request.now
    wanted = Assignment(team=team.name, reassign=True)
    choice = choose(wanted, request.ticket, policy, request.loads, now, explain=False)
    if choice.agent:
        why = request.why or Reason("gave_to_team", {"agent": request.by.name, "why": choice.why})
        return [Assign(agent=choice.agent, why=why)]
    cannot = tuple(_cannot(agent, request) for agent in team.agents(policy))
    return Problem("nobody_of_team", {"team": team.name}, parts=cannot)


def _cannot(agent: Agent, request: Request) -> Problem:
    """Why this agent can be given nothing now."""
    policy = request.policy
    reason = unavailable(agent, policy, request.loads, request.now)
    values = {"agent": agent.name, **({} if reason is None else reason.values)}
    if (back := policy.back_at(agent, request.now)) is not None:
        values["until"] = moment(back, policy.tz)
    code = "off_hours" if reason is None else reason.code
    return Problem(f"agent_{code}", {name: str(value) for name, value in values.items()})


def remarks(
    commands: Iterable[Given], request: Request, effects: Iterable[Effect]
) -> list[Problem]:
    """What has become of whoever had the ticket, or which of the team has it now."""
    teams = (one.value for one in commands if isinstance(one.value, Team))
    team = next(teams, None)
    if team is None:
        return []
    policy = request.policy
    owner = policy.agent(request.ticket.assignee)
    given = next((one.agent for one in effects if isinstance(one, Assign)), None)
    if given is None and owner is None:
        return []
    values = {"team": team.name, "agent": owner.name if owner else request.ticket.assignee}
    if given is None:
        return [Problem(f"keeps_in_{team.key}", values)]
    if not given:
        return [Problem("left_to_queue", values)]
    chosen = policy.agent(given)
    return [Problem("turn_in_team", {**values, "agent": chosen.name if chosen else given})]
