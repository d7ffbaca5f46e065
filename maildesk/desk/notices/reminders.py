"""A ticket of an agent's that has needed their response for long reminds them, once.

The wait counts in the agent's working time, from when the customer wrote that is not answered, or
from when the ticket became theirs, whichever is later. The history's line is the memory: each wait
of each agent has its turn once. Answered, given away, put off or ended, it reminds no more; while
they are away it waits until they are back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from maildesk.desk.effects import Effect, Record
from maildesk.desk.facts import Entry
from maildesk.desk.mails.recipients import tell
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.sla.clocks import waiting_since
from maildesk.desk.sla.hours import add
from maildesk.desk.ticket import Status, Ticket

PREFIX = "reminder:"
_KIND = f"{PREFIX}assignee"
REMINDED = "reminded"  # a line of the history
_OVER = (Status.RESOLVED, Status.CLOSED, Status.SPAM)


def wanted(
    ticket: Ticket, history: Sequence[Entry], policy: Policy, now: datetime
) -> Mapping[str, datetime]:
    """When the agent who has the ticket is to be reminded; nothing where they are not."""
    agent = policy.agent(ticket.assignee) if ticket.assignee else None
    length = policy.notices_of(agent).remind_after if agent is not None else None
    if agent is None or length is None or ticket.merged_into is not None:
        return {}
    since = _since(ticket, history, agent, policy)
    if since is None or _was(agent, since, history):
        return {}
    calendar = policy.calendar_of(agent)
    try:
        due = add(calendar, since, length) if calendar else since + length
    except (ValueError, OverflowError):  # a calendar that never opens again
        return {}
    return {_KIND: policy.back_at(agent, max(due, now)) or due}


def ring(ticket: Ticket, history: Sequence[Entry], policy: Policy, now: datetime) -> list[Effect]:
    """The reminder, and that it has had its turn; nothing where the wait is over, or begun anew."""
    due = wanted(ticket, history, policy, now).get(_KIND)
    agent = policy.agent(ticket.assignee)
    if due is None or due > now or agent is None:
        return []
    since = _since(ticket, history, agent, policy)
    waits = waiting_since(ticket, history, policy)
    if since is None or waits is None:
        return []
    context = {"waits_since": waits, "due_at": ticket.breaches_at}
    detail = {"agent": agent.address, "since": since.isoformat()}
    told = tell((agent.address,), "agent_reminder", policy, context=context)
    return [*told, Record(what=REMINDED, detail=detail)]


def _since(
    ticket: Ticket, history: Sequence[Entry], agent: Agent, policy: Policy
) -> datetime | None:
    """Since when it has waited for this agent; None where it does not."""
    if ticket.behaviour in _OVER or ticket.snoozed_until is not None:
        return None
    since = waiting_since(ticket, history, policy)
    if since is None:
        return None
    given = (one.at for one in history if one.what == "assigned" and _is_to(one, agent))
    return max(since, max(given, default=since))


def _is_to(entry: Entry, agent: Agent) -> bool:
    return str(entry.detail.get("to", "")).lower() == agent.address.lower()


def _was(agent: Agent, since: datetime, history: Sequence[Entry]) -> bool:
    """Whether they were reminded of this wait."""
    said = {"agent": agent.address, "since": since.isoformat()}
    return any(one.what == REMINDED and dict(one.detail) == said for one in history)
