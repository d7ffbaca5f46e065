"""What colleagues hear of an act: a ticket changed hands, came to a queue, or was answered.

Seen over a whole act: where two rules name two agents only the last of them has the ticket.
Nobody is told of what they did themselves, nor twice of one thing: whom a rule notifies of the act
needs no word of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.effects import AddMessage, Assign, Effect, NotifyAgents, OpenTicket, SetField
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import Entry
from maildesk.desk.mails.recipients import here, tell, wanting, workers
from maildesk.desk.policy import DeskAddress, Policy
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import Status, Ticket

_ANSWERED = "agent_answered"
_NEWS = (AddMessage, Assign, SetField)  # nothing else concerns colleagues as such
_OVER = (Status.RESOLVED, Status.CLOSED, Status.SPAM)


@dataclass(frozen=True, slots=True)
class Act:
    """What was decided for one ticket; `by` is the agent whose act it is, "" where it is none's."""

    ticket: Ticket | None  # before
    effects: Sequence[Effect]
    history: Sequence[Entry] = ()
    by: str = ""
    also_to: tuple[DeskAddress, ...] = ()  # what a new ticket was written to beside its own address


def notices(act: Act, policy: Policy, now: datetime) -> list[Effect]:
    """The notifications that this act asks for."""
    if not any(isinstance(effect, _NEWS) for effect in act.effects):
        return []
    after = evolved(act.ticket, act.effects, policy, now)
    if after is None:
        return []
    is_new = any(isinstance(effect, OpenTicket) for effect in act.effects)
    before = None if is_new else act.ticket
    return [
        *_changed_hands(act, before, after, policy),
        *(_written_to_others(act, after, policy) if is_new else ()),
        *(_came_to_a_queue(act, before, after, policy, now) if before is not None else ()),
        *(_was_answered(act, before, after, policy) if before is not None else ()),
    ]


def _changed_hands(act: Act, before: Ticket | None, after: Ticket, policy: Policy) -> list[Effect]:
    """Whoever has it now hears of it, and so does whoever it was taken from."""
    had = before.assignee if before is not None else ""
    if after.assignee == had:
        return []
    given = [effect for effect in act.effects if isinstance(effect, Assign)]
    context = {"reason": given[-1].why if given else ""}
    to, taken = (after.assignee,), (had,)
    return [
        *tell(to, "agent_assigned", policy, but=act.by, context=context, with_message=True),
        *tell(taken, "agent_taken", policy, but=act.by, context=context),
    ]


def _written_to_others(act: Act, after: Ticket, policy: Policy) -> list[Effect]:
    """One mail to two queues is one ticket; who works the other queue hears where it stands."""
    told = {a.address for a in workers(after, policy)} | _told_by_rules(act.effects)
    told |= {after.assignee, act.by}
    effects: list[Effect] = []
    for address in act.also_to:
        if address.queue == after.queue:
            continue
        others = [a.address for a in workers(after.but(queue=address.queue), policy)]
        who = wanting([one for one in others if one not in told], "created", policy)
        told |= set(who)
        why = Reason("also_written_to", {"address": address.address, "queue": after.queue})
        effects += tell(who, "agent_rule", policy, with_message=True, context={"reason": why})
    return effects


def _came_to_a_queue(
    act: Act, before: Ticket, after: Ticket, policy: Policy, now: datetime
) -> list[Effect]:
    """Who works the queue hears of what nobody has; who has it, that it stands elsewhere now."""
    is_moved, is_same = after.queue != before.queue, after.assignee == before.assignee
    if after.behaviour in _OVER or not (is_moved or not is_same):
        return []
    owner = policy.agent(after.assignee) if after.assignee else None
    told = _told_by_rules(act.effects)
    if owner is None:
        apart = told | {before.assignee}  # who hears that it was taken from them
        others = [a.address for a in workers(after, policy) if a.address not in apart]
        context = {"moved": is_moved and is_same}
        found = here(others, policy, now)
        return tell(found, "agent_free", policy, but=act.by, context=context)
    if not (is_moved and is_same):
        return []
    to: list[str] = [owner.address]
    if owner.address == act.by:  # they moved their own: nobody who works there would hear of it
        to = list(here([agent.address for agent in workers(after, policy)], policy, now))
    return tell([one for one in to if one not in told], "agent_moved", policy, but=act.by)


def _was_answered(act: Act, before: Ticket, after: Ticket, policy: Policy) -> list[Effect]:
    """The assignee hears that a colleague answered: the first time, until somebody else writes."""
    owner = policy.agent(after.assignee) if after.assignee else None
    if owner is None or not act.by or before.assignee != after.assignee:
        return []
    is_answer = any(
        isinstance(effect, AddMessage) and effect.kind == "public" and effect.direction == "out"
        for effect in act.effects
    )
    if not is_answer or owner.address in _told_by_rules(act.effects):
        return []
    if _knows(owner.address, act.history):
        return []
    return tell((owner.address,), _ANSWERED, policy, but=act.by)


def _knows(agent: str, history: Sequence[Entry]) -> bool:
    """Whether they were told so before, and neither the customer nor they have written since."""
    for entry in reversed(history):
        if entry.what in ("received", "stranger_wrote"):
            return False
        if entry.what in ("replied", "noted") and entry.who == agent:
            return False
        told = entry.what == "notified" and entry.detail.get("template") == _ANSWERED
        if told and agent in entry.detail.get("agents", ()):
            return True
    return False


def _told_by_rules(effects: Sequence[Effect]) -> frozenset[str]:
    """The agents whom rules notify of this act."""
    found = (e for e in effects if isinstance(e, NotifyAgents) and e.rule)
    return frozenset(address for effect in found for address in effect.agents)
