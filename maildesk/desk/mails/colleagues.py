"""What colleagues hear of an act: a ticket changed hands, came to a queue, was answered or moved.

Seen over a whole act: where two rules name two agents only the last of them has the ticket.
Nobody is told of what they did themselves, nor twice of one thing: whom a rule notifies of the act
needs no word of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maildesk.desk.effects import (
    AddMessage,
    Assign,
    Effect,
    NotifyAgents,
    OpenTicket,
    SetField,
    SetStatus,
)
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import Entry
from maildesk.desk.mails.recipients import followers, here, may_hear, tell, wanting, workers
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import DeskAddress, Policy
from maildesk.desk.reason import Reason
from maildesk.desk.ticket import Status, Ticket

_ANSWERED = "agent_answered"
_NEWS = (AddMessage, Assign, SetField, SetStatus)  # nothing else concerns colleagues as such
_OVER = (Status.RESOLVED, Status.CLOSED, Status.SPAM)


@dataclass(frozen=True, slots=True)
class Act:
    """What was decided for one ticket; `by` is the agent whose act it is, "" where it is none's.

    `by_hand`: one of us did it, an agent or the operator.
    """

    ticket: Ticket | None  # before
    effects: Sequence[Effect]
    history: Sequence[Entry] = ()
    by: str = ""
    also_to: tuple[DeskAddress, ...] = ()  # what a new ticket was written to beside its own address
    by_hand: bool = False


def notices(act: Act, policy: Policy, now: datetime) -> list[Effect]:
    """The notifications that this act asks for."""
    if not any(isinstance(effect, _NEWS) for effect in act.effects):
        return []
    after = evolved(act.ticket, act.effects, policy, now)
    if after is None:
        return []
    is_new = any(isinstance(effect, OpenTicket) for effect in act.effects)
    before = None if is_new else act.ticket
    found = _changed_hands(act, before, after, policy)
    if is_new:
        found += _written_to_others(act, after, policy)
    if before is None:
        return found
    found += _came_to_a_queue(act, before, after, policy, now)
    found += _was_answered(act, before, after, policy)
    found += _mention_was_answered(act, after, policy)
    return [*found, *_stands_otherwise(act, before, after, found, policy)]


def noted_once(effects: Sequence[Effect], told: Sequence[Effect]) -> list[Effect]:
    """These effects; who is `told` that the ticket is theirs or nobody's sees the act's note there,
    and gets no mail of its own about it."""
    shown = {a for one in told if isinstance(one, NotifyAgents) for a in _shown_note(one)}
    if not shown:
        return list(effects)
    found: list[Effect] = []
    for one in effects:
        if isinstance(one, NotifyAgents) and not one.rule and mail_of(one.template).event == "note":
            others = tuple(agent for agent in one.agents if agent not in shown)
            found += [replace(one, agents=others)] if others else []
        else:
            found.append(one)
    return found


def _shown_note(one: NotifyAgents) -> Sequence[str]:
    mail = mail_of(one.template)
    return one.agents if mail.last_words and mail.event in ("assigned", "created") else ()


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
    """The assignee and whoever follows it hear that a colleague answered: the first time, until
    somebody else writes."""
    is_answer = any(
        isinstance(effect, AddMessage) and effect.kind == "public" and effect.direction == "out"
        for effect in act.effects
    )
    if not act.by or not is_answer:
        return []
    told = _told_by_rules(act.effects)
    to = (a for a in _concerned(before, after, policy) if a not in told)
    return tell([a for a in to if not _knows(a, act.history)], _ANSWERED, policy, but=act.by)


def _mention_was_answered(act: Act, after: Ticket, policy: Policy) -> list[Effect]:
    """Who mentioned a colleague hears of their note, whoever has the ticket."""
    is_note = any(isinstance(one, AddMessage) and one.kind == "note" for one in act.effects)
    if not is_note or not act.by:
        return []
    notes = (entry for entry in act.history if entry.what == "noted")
    asked = dict.fromkeys(one.who for one in notes if act.by in one.detail.get("mentions", ()))
    known = (agent for agent in map(policy.agent, asked) if agent is not None)
    told = _told(act.effects)
    to = [a.address for a in known if a.address not in told and may_hear(a, after, policy)]
    return tell(to, "agent_note", policy, but=act.by)


def _stands_otherwise(
    act: Act, before: Ticket, after: Ticket, found: Sequence[Effect], policy: Policy
) -> list[Effect]:
    """They hear, too, that one of us gave the ticket another status or priority; who has a mail of
    this act sees it there."""
    if not act.by_hand:
        return []
    effects: list[Effect] = []
    for name in ("status", "priority"):
        if getattr(after, name) == getattr(before, name):
            continue
        told = _told((*act.effects, *found, *effects))
        to = [a for a in _concerned(before, after, policy) if a not in told]
        effects += tell(to, f"agent_{name}", policy, but=act.by)
    return effects


def _concerned(before: Ticket, after: Ticket, policy: Policy) -> tuple[str, ...]:
    """Who has the ticket and had it before, and who follows it."""
    owner = policy.agent(after.assignee) if after.assignee == before.assignee != "" else None
    own = (owner.address,) if owner is not None else ()
    return tuple(dict.fromkeys((*own, *followers(after, policy))))


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


def _told(effects: Sequence[Effect]) -> frozenset[str]:
    """The agents who get a mail of this act."""
    found = (one for one in effects if isinstance(one, NotifyAgents))
    return frozenset(address for effect in found for address in effect.agents)


def _told_by_rules(effects: Sequence[Effect]) -> frozenset[str]:
    """The agents whom rules notify of this act."""
    found = (e for e in effects if isinstance(e, NotifyAgents) and e.rule)
    return frozenset(address for effect in found for address in effect.agents)
