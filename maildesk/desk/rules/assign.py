"""Who gets a ticket: a choice among agents, with the reasoning, from values alone.

Round robin reads each agent's `last_assigned` counter instead of a cursor of its
own, so whoever locks the loads chooses from the truth: nobody is skipped when an
agent joins or leaves. Every tie falls to the order of agents.yaml. Nobody left to
choose from is an outcome too: the ticket stays unassigned and the supervisors hear it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.facts import Load
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.reason import Reason, Why
from maildesk.desk.rules.ruleset import Assignment
from maildesk.desk.sla.hours import is_working
from maildesk.desk.ticket import Ticket

WAYS = ("round_robin", "least_open", "first")
FROM_TICKET = "ticket"  # skills: ticket = those that its category, labels and language name
LANGUAGE_SKILLS = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian",
    "nl": "dutch", "pt": "portuguese", "pl": "polish", "sv": "swedish", "da": "danish",
    "nb": "norwegian", "fi": "finnish", "cs": "czech", "ja": "japanese", "zh": "chinese",
}  # fmt: skip
_NOBODY = Load()


@dataclass(frozen=True, slots=True)
class Choice:
    """The outcome. `agent` is their address, or "" for nobody.

    Then `tell_supervisors` says whether that is a failure.
    """

    agent: str
    why: Reason
    reasons: tuple[Reason, ...] = ()
    tell_supervisors: bool = False


def choose(
    wanted: Assignment,
    ticket: Ticket,
    policy: Policy,
    loads: Mapping[str, Load],
    now: datetime,
    *,
    explain: bool = True,
) -> Choice:
    """The agent for this ticket and why.

    `reasons` has a line for everybody passed over and, with `explain`, for the others.
    """
    is_owned = policy.agent(ticket.assignee) is not None  # who is no agent any more has nothing
    if is_owned and not wanted.reassign:
        return Choice(ticket.assignee, Reason("has_it"))
    calendar = policy.calendars.get(wanted.in_hours) if wanted.in_hours else None
    if calendar is not None and not is_working(calendar, now):
        return Choice("", Reason("calendar_closed", {"calendar": calendar.name}))
    if wanted.agent:
        return _fixed(wanted, policy, loads, now)
    pool = policy.team(wanted.team) if wanted.team else policy.agents_of(ticket.queue)
    team, queue = {"team": wanted.team}, {"queue": ticket.queue}
    where = Reason("in_team", team) if wanted.team else Reason("in_queue", queue)
    if not pool:
        return Choice("", Reason("no_agents", {"where": where}), tell_supervisors=True)
    skills = skills_for(ticket, policy) if wanted.skills == (FROM_TICKET,) else wanted.skills
    passed: list[Reason] = []
    left = []
    for agent in pool:
        lacks = _lacks(agent, skills) if skills else None
        why_not = lacks or unavailable(agent, policy, loads, now)
        if why_not:
            passed.append(_of(agent, why_not))
        else:
            left.append(agent)
    if not left:
        nobody = Reason("nobody_can", {"where": where})
        return Choice("", nobody, tuple(passed), tell_supervisors=True)
    rank = _RANKS[wanted.by]
    chosen = min(enumerate(left), key=lambda at: (rank(_load(loads, at[1])), at[0]))[1]
    values: dict[str, Why] = {"way": Reason(wanted.by), "count": str(len(left)), "where": where}
    why = Reason("chosen", values)
    if skills:
        why = Reason("chosen_skilled", {**values, "skills": ", ".join(skills)})
    considered = [_of(agent, _state(_load(loads, agent))) for agent in left] if explain else []
    return Choice(chosen.address, why, (*considered, *passed))


def _of(agent: Agent, why: Reason) -> Reason:
    return Reason("of_agent", {"agent": agent.name, "why": why})


def _state(load: Load) -> Reason:
    open_tickets = {"open": str(load.open_tickets)}
    if not load.last_assigned:
        return Reason("given_none", open_tickets)
    return Reason("given_last", {**open_tickets, "last": str(load.last_assigned)})


def unavailable(
    agent: Agent, policy: Policy, loads: Mapping[str, Load], now: datetime
) -> Reason | None:
    """Why this agent can take nothing now; None where they can."""
    if (back := policy.back_at(agent, now)) is not None:
        return Reason("away", {"until": f"{back:%Y-%m-%d %H:%M}"})
    calendar = policy.calendars.get(agent.hours) if agent.hours else None
    if calendar is not None and not is_working(calendar, now):
        return Reason("off_hours", {"calendar": calendar.name})
    opened = _load(loads, agent).open_tickets
    if agent.capacity and opened >= agent.capacity:
        return Reason("full", {"open": str(opened), "capacity": str(agent.capacity)})
    return None


def skills_for(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """The skills this ticket asks for: its category, labels and language, as far as any agent has
    them as a skill."""
    known = {skill.lower() for agent in policy.agents for skill in agent.skills}
    language = ticket.language.lower().partition("-")[0]
    asked = [ticket.category, *sorted(ticket.labels)]
    if language != policy.default_language:
        asked += [language, LANGUAGE_SKILLS.get(language, "")]
    return tuple(dict.fromkeys(word.lower() for word in asked if word.lower() in known))


def _fixed(wanted: Assignment, policy: Policy, loads: Mapping[str, Load], now: datetime) -> Choice:
    agent = policy.agent(wanted.agent)
    if agent is None:
        unknown = Reason("no_such_agent", {"agent": wanted.agent})
        return Choice("", unknown, tell_supervisors=True)
    name = {"agent": agent.name}
    if why_not := unavailable(agent, policy, loads, now):
        cannot = Reason("cannot_take", name)
        return Choice("", cannot, (_of(agent, why_not),), tell_supervisors=True)
    return Choice(agent.address, Reason("always", name))


def _lacks(agent: Agent, skills: tuple[str, ...]) -> Reason | None:
    have = {skill.lower() for skill in agent.skills}
    missing = [skill for skill in skills if skill.lower() not in have]
    return Reason("lacks", {"skills": ", ".join(missing)}) if missing else None


def _load(loads: Mapping[str, Load], agent: Agent) -> Load:
    return loads.get(agent.address, _NOBODY)


_RANKS: Mapping[str, Callable[[Load], tuple[int, int]]] = {
    "round_robin": lambda load: (load.last_assigned, 0),
    "least_open": lambda load: (load.open_tickets, load.last_assigned),
    "first": lambda _: (0, 0),
}
