"""What the morning digest says: which tickets an agent is to see, and who gets one."""

from __future__ import annotations

from datetime import datetime

from maildesk.desk.filters import values as v
from maildesk.desk.filters.fields import is_open
from maildesk.desk.filters.values import Filter, Order, Query
from maildesk.desk.notices.wanted import DEFAULT_DIGEST, digest_before, next_digest
from maildesk.desk.policy import Agent, Policy

# what of the three lists is shown first; a ticket stands in the first of them that has it
WAITS, LATE, FREE = "waits", "late", "free"


def next_of(agent: Agent, policy: Policy, now: datetime) -> datetime | None:
    """When their next one comes; None where they want none."""
    return next_at(policy.notices_of(agent).digest, agent, policy, now)


def next_at(minute: int | None, agent: Agent, policy: Policy, now: datetime) -> datetime | None:
    """When it comes, if it comes at this minute of their day."""
    if minute is None:
        return None
    days, calendar = policy.notices_of(agent).digest_days, policy.calendar_of(agent)
    return next_digest(minute, days, calendar, policy.zone_of(agent), now)


def time_before(agent: Agent, policy: Policy, now: datetime) -> datetime:
    """When the last one came, or would have."""
    wants = policy.notices_of(agent)
    minute = DEFAULT_DIGEST if wants.digest is None else wants.digest
    calendar, tz = policy.calendar_of(agent), policy.zone_of(agent)
    return digest_before(minute, wants.digest_days, calendar, tz, now)


def lists(agent: Agent, policy: Policy, now: datetime) -> tuple[tuple[str, Query], ...]:
    """What waits for the agent, longest first; what else of theirs is late, and of those whom they
    supervise; what nobody has in their queues."""
    mine = v.Is("assignee", frozenset({agent.address}))
    awake = v.All((is_open(policy), v.Not(v.IsSnoozed())))
    led = frozenset(name for name in policy.queues if agent in _supervisors(policy, name))
    theirs = v.All((v.Is("queue", led), v.Not(v.Is("assignee", frozenset({""})))))
    free = v.All((v.Is("queue", worked(agent, policy)), v.Is("assignee", frozenset({""}))))
    late = v.Promise("breached", now)
    return (
        (WAITS, Query(v.All((awake, mine, v.Unanswered())), Order.STALE)),
        (LATE, Query(v.All((awake, v.AnyOf((mine, theirs)), late)), Order.DUE)),
        (FREE, Query(v.All((awake, free)), Order.OLDEST)),
    )


def concerns(agent: Agent, policy: Policy) -> Filter:
    """The tickets whose news are the agent's: their own, and those of the queues they work or
    supervise."""
    mine = v.Is("assignee", frozenset({agent.address}))
    led = (name for name in policy.queues if agent in _supervisors(policy, name))
    return v.AnyOf((mine, v.Is("queue", worked(agent, policy) | frozenset(led))))


def worked(agent: Agent, policy: Policy) -> frozenset[str]:
    """The queues that the agent works."""
    return frozenset(name for name in policy.queues if agent in policy.agents_of(name))


def _supervisors(policy: Policy, queue: str) -> tuple[Agent, ...]:
    """Those who are named for it; an admin who merely stands in is none."""
    teams = set(policy.queues[queue].teams)
    return tuple(agent for agent in policy.agents if teams & set(agent.supervises))
