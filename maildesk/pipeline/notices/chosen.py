"""What an agent chose by mail holds from now on, for what waits already as well.

What waited for quiet hours that are over, or for a bundle that is wanted no more, is told at once.
When their tickets remind them is derived by a timer of theirs, which rings at once and is nothing
else: so no mail waits for it, and it is done whoever is killed meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.notices import choices as ch
from maildesk.desk.notices.wanted import quiet_until
from maildesk.store import agents
from maildesk.store.notices import agent_timers as timers
from maildesk.store.notices import choices

if TYPE_CHECKING:
    from maildesk.desk.notices.notice_effects import Choose
    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.transaction import TicketChange


def choose(change: TicketChange, effect: Choose, _before: Ticket | None) -> None:
    """Write it down, and put right what stands."""
    agent = change.policy.agent(effect.agent)
    if agent is None:
        return
    names = (agent.address, *agent.also)
    choices.choose(change.conn, names, effect.name, effect.value, change.now)
    policy = agents.as_said(change.policy, change.conn)
    if effect.name == ch.QUIET:
        _sooner(change, agent, policy)
    elif effect.name == ch.BUNDLE and not policy.notices_of(agent).bundle:
        for row in timers.standing(change.conn, timers.BUNDLE):
            if row.agent == agent.address.lower():
                timers.move(change.conn, row.id, change.now)
    elif effect.name == ch.REMIND:
        timers.start(change.conn, agent.address, timers.REMINDERS, change.now)


def _sooner(change: TicketChange, agent: Agent, policy: Policy) -> None:
    """What waits for the end of their quiet hours waits no longer than these say now."""
    quiet, zone = policy.notices_of(agent).quiet, policy.zone_of(agent)
    until = quiet_until(quiet, change.now, zone) or change.now
    for row in timers.standing(change.conn, timers.QUIET):
        if row.agent == agent.address.lower() and row.due_at > until:
            timers.move(change.conn, row.id, until)
