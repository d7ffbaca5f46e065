"""`notify`, `mute` and `notices`: which events an agent gets mail about, and when.

An agent's own word counts before that of their teams, and that before the desk's. Of several teams
each adds what its people hear of; what one of them has muted is muted, unless the agent names it.
When, the first team says that says anything.
"""

from __future__ import annotations

from typing import Any

from maildesk.config.models import AgentSection, AgentsFile
from maildesk.config.notices.section import NoticesSection, Off
from maildesk.desk.mails.mail import EVENTS
from maildesk.desk.notices.wanted import Notices


def events(agent: AgentSection, file: AgentsFile) -> frozenset[str]:
    """What this agent hears of."""
    if agent.notify is not None:
        return frozenset(agent.notify) - frozenset(agent.mute)
    teams = [file.teams[name] for name in agent.teams if name in file.teams]
    named = [team.notify for team in teams if team.notify is not None]
    heard = frozenset(one for some in named for one in some) if named else frozenset(EVENTS)
    return heard - {one for team in teams for one in team.mute} - frozenset(agent.mute)


def notices(agent: AgentSection, file: AgentsFile, desk: NoticesSection) -> Notices:
    """When this agent hears of things."""
    teams = (file.teams[name].notices for name in agent.teams if name in file.teams)
    sections = (agent.notices, *teams, desk)
    said: dict[str, Any] = {}
    for name in NoticesSection.model_fields:
        values = (getattr(section, name) for section in sections)
        value = next((one for one in values if one is not None), None)
        if value is not None:
            said[name] = None if isinstance(value, Off) else value
    if "breaks_through" in said:
        said["breaks_through"] = frozenset(said["breaks_through"])
    return Notices(**said)
