"""The timers of agents are kept as they should be: looked at once a minute, by one process.

A digest has one for its next time, whatever the files and the agents have said since. A notice that
waits always has a timer: where an act and the ringing of that timer met, and the row
came too late for it, it gets another. Quiet hours that the files have ended are over at once.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from maildesk.desk.notices import digest
from maildesk.desk.notices.wanted import quiet_until
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.store import agents
from maildesk.store.notices import agent_timers as timers
from maildesk.store.notices import digests, held

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from maildesk.desk.notices.notice_effects import SetDigest
    from maildesk.desk.policy import Policy
    from maildesk.desk.ticket import Ticket
    from maildesk.pipeline.services import Services
    from maildesk.pipeline.transaction import TicketChange


def look(services: Services) -> None:
    """Put right what is not as it should be; mostly nothing is written."""
    policy, now = services.keeper.current.policy, services.now()
    with services.db.read() as conn:
        said = agents.as_said(policy, conn)
        wrong = (_forgotten(conn, said), _over(conn, said, now), _other_digests(conn, said, now))
    if not any(wrong):
        return
    with services.db.write() as conn:
        policy = agents.as_said(policy, conn)
        for agent, row, at in _other_digests(conn, policy, now):
            _move(conn, agent, row, at)
        for row_id in _over(conn, policy, now):
            timers.move(conn, row_id, now)
        for agent in _forgotten(conn, policy):
            timers.start(conn, agent, timers.QUIET, now)


def in_background(services: Services) -> None:
    """The same in a thread of its own; what fails is done in the next minute."""

    def work() -> None:
        try:
            look(services)
        except TransientFailure as problem:
            log.warning("database_unavailable", why=str(problem)[:200])

    threading.Thread(target=work, name="agent timers", daemon=True).start()


def set_digest(change: TicketChange, effect: SetDigest, _before: Ticket | None) -> None:
    """What the agent said holds from now on."""
    digests.say(change.conn, effect.agent, effect.minute, change.now)
    policy = agents.as_said(change.policy, change.conn)
    for agent, row, at in _other_digests(change.conn, policy, change.now):
        if agent == effect.agent.lower():
            _move(change.conn, agent, row, at)


def _other_digests(
    conn: Connection, policy: Policy, now: datetime
) -> list[tuple[str, Row[Any] | None, datetime | None]]:
    """Agents whose digest is to come at another time than their timer says: the timer that stands,
    and when it should. One that is due, or in hand, is let be."""
    stand = {row.agent: row for row in timers.standing(conn, timers.DIGEST)}
    want = {one.address.lower(): digest.next_of(one, policy, now) for one in policy.agents}
    found = []
    for agent in {*stand, *(one for one, at in want.items() if at is not None)}:
        row, at = stand.get(agent), want.get(agent)
        if row is not None and (row.state != "due" or row.due_at <= now or row.due_at == at):
            continue
        found.append((agent, row, at))
    return found


def _move(conn: Connection, agent: str, row: Row[Any] | None, at: datetime | None) -> None:
    if row is None and at is not None:
        timers.start(conn, agent, timers.DIGEST, at)
    elif row is not None and at is not None:
        timers.move(conn, row.id, at)
    elif row is not None:
        timers.cancel(conn, row.id)


def _forgotten(conn: Connection, policy: Policy) -> set[str]:
    """For whom something waits without a timer. Who is no agent has none: it waits until they are
    one again."""
    return {row.agent for row in held.forgotten(conn) if policy.agent(row.agent) is not None}


def _over(conn: Connection, policy: Policy, now: datetime) -> list[int]:
    """Timers that stand for the end of quiet hours that do not hold now."""
    found = []
    for row in timers.standing(conn, timers.QUIET):
        agent = policy.agent(row.agent)
        quiet = policy.notices_of(agent).quiet if agent else None
        is_over = agent is None or quiet_until(quiet, now, policy.zone_of(agent)) is None
        if is_over and row.state == "due" and row.due_at > now:
            found.append(row.id)
    return found
