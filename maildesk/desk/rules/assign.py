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
from maildesk.desk.rules.ruleset import Assignment
from maildesk.desk.sla.hours import Calendar, is_working
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
    """The outcome. `agent` is their address, or "" for nobody; then `tell_supervisors` says whether
    that is a failure."""

    agent: str
    why: str
    reasons: tuple[str, ...] = ()
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
    """The agent for this ticket and why. `reasons` has a line for everybody passed over and, with
    `explain`, for the others."""
    # who is no agent any more has nothing
    if policy.agent(ticket.assignee) is not None and not wanted.reassign:
        return Choice(ticket.assignee, "somebody has it already")
    calendar = policy.calendars.get(wanted.in_hours) if wanted.in_hours else None
    if calendar is not None and not is_working(calendar, now):
        return Choice("", f"left unassigned: {calendar.name} is closed")
    if wanted.agent:
        return _fixed(wanted, policy, loads, now)
    pool = policy.team(wanted.team) if wanted.team else policy.agents_of(ticket.queue)
    where = f"team {wanted.team}" if wanted.team else f"queue {ticket.queue}"
    if not pool:
        return Choice("", f"{where} has no agents", tell_supervisors=True)
    skills = skills_for(ticket, policy) if wanted.skills == (FROM_TICKET,) else wanted.skills
    passed: list[str] = []
    left = []
    for agent in pool:
        why_not = (_lacks(agent, skills) if skills else "") or unavailable(
            agent, policy.calendars, loads, now
        )
        if why_not:
            passed.append(f"{agent.name}: {why_not}")
        else:
            left.append(agent)
    if not left:
        return Choice("", f"nobody of {where} can take it", tuple(passed), tell_supervisors=True)
    chosen = min(enumerate(left), key=lambda at: (_RANKS[wanted.by](_load(loads, at[1])), at[0]))[1]
    why = f"{_WORDS[wanted.by]} of {len(left)} in {where}" + (
        f" with {', '.join(skills)}" if skills else ""
    )
    considered = (
        [f"{agent.name}: {_state(_load(loads, agent))}" for agent in left] if explain else []
    )
    return Choice(chosen.address, why, (*considered, *passed))


def _state(load: Load) -> str:
    last = (
        f"last given assignment {load.last_assigned}" if load.last_assigned else "never given one"
    )
    return f"{load.open_tickets} open, {last}"


def unavailable(
    agent: Agent, calendars: Mapping[str, Calendar], loads: Mapping[str, Load], now: datetime
) -> str:
    """Why this agent can take nothing now, in words; an empty string where they can."""
    if agent.away_until is not None and now < agent.away_until:
        return f"away until {agent.away_until:%Y-%m-%d %H:%M}"
    calendar = calendars.get(agent.hours) if agent.hours else None
    if calendar is not None and not is_working(calendar, now):
        return f"out of their hours ({calendar.name})"
    opened = _load(loads, agent).open_tickets
    if agent.capacity and opened >= agent.capacity:
        return f"full ({opened} of {agent.capacity} tickets)"
    return ""


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
        return Choice("", f"{wanted.agent} is no agent of this desk", tell_supervisors=True)
    if why_not := unavailable(agent, policy.calendars, loads, now):
        return Choice(
            "", f"{agent.name} cannot take it", (f"{agent.name}: {why_not}",), tell_supervisors=True
        )
    return Choice(agent.address, f"always {agent.name}")


def _lacks(agent: Agent, skills: tuple[str, ...]) -> str:
    have = {skill.lower() for skill in agent.skills}
    missing = [skill for skill in skills if skill.lower() not in have]
    return f"lacks {', '.join(missing)}" if missing else ""


def _load(loads: Mapping[str, Load], agent: Agent) -> Load:
    return loads.get(agent.address, _NOBODY)


_RANKS: Mapping[str, Callable[[Load], tuple[int, int]]] = {
    "round_robin": lambda load: (load.last_assigned, 0),
    "least_open": lambda load: (load.open_tickets, load.last_assigned),
    "first": lambda _: (0, 0),
}
_WORDS = {
    "round_robin": "whose turn it is",
    "least_open": "the fewest open tickets",
    "first": "the first",
}
