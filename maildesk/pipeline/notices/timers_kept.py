"""The timers of agents are kept as they should be: looked at once a minute, by one process.

A notice that waits always has a timer: where an act and the ringing of that timer met, and the row
came too late for it, it gets another. Quiet hours that the files have ended are over at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.notices.wanted import quiet_until
from maildesk.store.notices import agent_timers as timers
from maildesk.store.notices import held

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services


def look(services: Services) -> None:
    """Put right what is not as it should be; mostly nothing is written."""
    with services.db.read() as conn:
        is_right = not (held.forgotten(conn) or list(_over(conn, services)))
    if is_right:
        return
    with services.db.write() as conn:
        now = services.now()
        for row_id in _over(conn, services):
            timers.move(conn, row_id, now)
        for agent in {row.agent for row in held.forgotten(conn)}:
            timers.start(conn, agent, timers.QUIET, now)


def _over(conn: Connection, services: Services) -> list[int]:
    """Timers that stand for the end of quiet hours that do not hold now."""
    policy, now = services.keeper.current.policy, services.now()
    found = []
    for row in timers.standing(conn, timers.QUIET):
        agent = policy.agent(row.agent)
        quiet = agent.notices.quiet if agent else None
        is_over = agent is None or quiet_until(quiet, now, policy.zone_of(agent)) is None
        if is_over and row.state == "due" and row.due_at > now:
            found.append(row.id)
    return found
