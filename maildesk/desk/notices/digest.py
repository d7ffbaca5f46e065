"""What the morning digest says: which tickets an agent is to see, and who gets one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from maildesk.desk.filters import values as v
from maildesk.desk.filters.fields import is_open
from maildesk.desk.filters.values import Filter, Order, Query
from maildesk.desk.notices.wanted import DEFAULT_DIGEST, digest_before, next_digest
from maildesk.desk.policy import Agent, Policy

EVENT = "digest"  # of `notify`
# what of the three lists is shown first; a ticket stands in the first of them that has it
WAITS, LATE, FREE = "waits", "late", "free"


def minute_of(agent: Agent, said: Mapping[str, int | None]) -> int | None:
    """The minute of their day at which the agent gets one; what they said by mail counts before
    the files, also under an address that they had before."""
    for address in (agent.address, *agent.also):
        if address.lower() in said:
            return said[address.lower()]
    return agent.notices.digest if EVENT in agent.notify else None


def next_of(
    agent: Agent, said: Mapping[str, int | None], policy: Policy, now: datetime
) -> datetime | None:
    """When their next one comes; None where they want none."""
    minute, wants = minute_of(agent, said), agent.notices
    if minute is None:
        return None
    calendar, tz = policy.calendar_of(agent), policy.zone_of(agent)
    return next_digest(minute, wants.digest_days, calendar, tz, now)


def time_before(
    agent: Agent, said: Mapping[str, int | None], policy: Policy, now: datetime
) -> datetime:
    """When the last one came, or would have."""
    minute, wants = minute_of(agent, said), agent.notices
    minute = DEFAULT_DIGEST if minute is None else minute
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
