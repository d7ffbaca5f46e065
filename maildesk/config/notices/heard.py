"""`notify` and `mute` of agents.yaml: which events an agent gets mail about.

An agent's own word counts before that of their teams. Of several teams each adds what its people
hear of; what one of them has muted is muted, unless the agent names it.
"""

from __future__ import annotations

from maildesk.config.models import AgentSection, AgentsFile
from maildesk.desk.mails.mail import EVENTS


def events(agent: AgentSection, file: AgentsFile) -> frozenset[str]:
    """What this agent hears of."""
    if agent.notify is not None:
        return frozenset(agent.notify) - frozenset(agent.mute)
    teams = [file.teams[name] for name in agent.teams if name in file.teams]
    named = [team.notify for team in teams if team.notify is not None]
    heard = frozenset(one for some in named for one in some) if named else frozenset(EVENTS)
    return heard - {one for team in teams for one in team.mute} - frozenset(agent.mute)
