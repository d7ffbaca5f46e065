"""Actions: what stands after `then:`, turned into effects. One short function per word.

An automatic mail to the customer is left out, and a line of the history says why,
where the desk may not write by itself (robots, loops, addresses that are dead).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from maildesk.desk.actor import Actor
from maildesk.desk.effects import (
    AddNote,
    Assign,
    Effect,
    Label,
    NotifyAdmins,
    Record,
    SendToCustomer,
    SetField,
    SetStatus,
)
from maildesk.desk.evolve import field_of
from maildesk.desk.mails.loop_limits import never_answered, over_limit, told_of_waiting
from maildesk.desk.mails.recipients import targeted, tell
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.moves import move
from maildesk.desk.policy import Policy
from maildesk.desk.rules.assign import Choice, choose
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.ruleset import Action, Assignment
from maildesk.desk.senders.strangers import silent_to
from maildesk.desk.sla.hours import is_working, next_opening
from maildesk.desk.ticket import Move, Status, Ticket
from maildesk.errors import Refused

_MOVES = {
    Status.OPEN: Move.REOPEN, Status.IN_PROGRESS: Move.START, Status.WAITING: Move.WAIT,
    Status.ON_HOLD: Move.HOLD,
    Status.RESOLVED: Move.RESOLVE, Status.CLOSED: Move.CLOSE, Status.SPAM: Move.MARK_SPAM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What an action comes to: the effects, and for an assignment the choice behind it."""

    effects: tuple[Effect, ...]
    choice: Choice | None = None


def carry_out(action: Action, occasion: RuleContext, rule: str, *, explain: bool = False) -> Done:
    """The effects of this action here; each bears the rule that wanted it. `explain`: with the
    whole reasoning of a choice."""
    if action.word == "assign" and action.assignment is not None:
        return _assign(action.assignment, occasion, rule, explain=explain)
    effects = _WORDS[action.word](action, occasion, rule)
    return Done(tuple(replace(effect, rule=rule) for effect in effects))


def silent_because(occasion: RuleContext) -> str:
    """Why no automatic mail may go to the customer, or an empty string."""
    message, situation = occasion.message, occasion.situation
    address = occasion.ticket.requester
    if message is not None and occasion.by != "agent" and not message.may_answer:
        return ", ".join(message.reasons) or "the message is automatic"
    if never_answered(address.address, occasion.policy):
        return "this address is never answered by itself"
    if address.key in situation.suppressed:
        return "mail to this address could not be delivered lately"
    if unknown := silent_to(situation, occasion.policy):
        return unknown
    return over_limit(situation.counters, occasion.policy.loops, waits=occasion.by == "customer")


def called(ticket: Ticket) -> str:
    """What to call a ticket, also one that is just being opened and has no number yet."""
    return (
        ticket.reference or f'The new ticket "{ticket.subject[:60]}" of {ticket.requester.address}'
    )


def _set(action: Action, occasion: RuleContext, _: str) -> list[Effect]:
    if field_of(occasion.ticket, action.name) == action.value:
        return []
    return [SetField(name=action.name, value=action.value)]


def _status(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    ticket, policy = occasion.ticket, occasion.policy
    if ticket.status == action.value:
        return []
    wanted = policy.behaves(action.value)
    if wanted is ticket.behaviour:
        return [SetStatus(status=wanted, name=action.value, why=rule)]
    how = (
        Move.NOT_SPAM
        if ticket.behaviour is Status.SPAM and wanted is Status.OPEN
        else _MOVES[wanted]
    )
    try:
        effects = move(ticket, how, rule)
    except Refused as refusal:
        return [Record(what="refused", detail={"why": str(refusal)})]
    return [
        replace(e, name=action.value) if isinstance(e, SetStatus) and e.status is wanted else e
        for e in effects
    ]


def _label(action: Action, occasion: RuleContext, _: str) -> list[Effect]:
    on = action.word == "label"
    return [] if (action.name in occasion.ticket.labels) is on else [Label(name=action.name, on=on)]


def _unassign(_action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    return [Assign(agent="", why=rule)] if occasion.ticket.assignee else []


def _escalate(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    reason = action.value or rule
    return escalation(occasion.ticket, occasion.policy, reason, but=occasion.actor)


def escalation(
    ticket: Ticket, policy: Policy, reason: str, by: Actor | None = None, *, but: str = ""
) -> list[Effect]:
    """Urgent, and the next tier's team, the supervisors and the admins told, with the reason and
    who wanted it (T6); `but`: the agent whose act it is, who knows."""
    queue = policy.queues.get(ticket.queue)
    agents = targeted(("supervisors", queue.next_tier if queue else ""), ticket, policy)
    effects: list[Effect] = [
        Record(
            what="escalated", detail={"by": by.who, "reason": reason} if by else {"reason": reason}
        )
    ]
    if ticket.priority != policy.priorities[-1]:
        effects.insert(0, SetField(name="priority", value=policy.priorities[-1]))
    effects += tell(agents, "escalated", policy, but=but, context={"reason": reason})
    name = called(ticket)
    text = f"{name} was escalated{f' by {by.name}' if by else ''}: {reason}"
    return [
        *effects,
        NotifyAdmins(subject=f"{name} was escalated", text=text, once=f"escalated:{name}", but=but),
    ]


def _notify(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    ticket, policy = occasion.ticket, occasion.policy
    effects: list[Effect] = []
    agents = targeted(action.to, ticket, policy)
    reason = action.text or rule
    effects += tell(
        agents,
        action.name or "agent_rule",
        policy,
        but=occasion.actor,
        with_message=occasion.message is not None,
        context={"reason": reason},
    )
    if "admins" in action.to:
        effects.append(
            NotifyAdmins(
                subject=f"{called(ticket)}: {reason}"[:120],
                text=reason,
                once=f"{rule}:{called(ticket)}",
            )
        )
    if effects or agents:  # the agents that there are have done it, or chosen not to hear of it
        return effects
    return [Record(what="nobody_to_notify", detail={"to": ", ".join(action.to)})]


def _send(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    policy, now = occasion.policy, occasion.now
    why = silent_because(occasion)
    if why:
        return [
            Record(what="not_sent", detail={"template": action.name, "why": why}),
            *_loop_alarm(occasion, why),
        ]
    mail = mail_of(action.name)
    once = mail.once or (f"rule:{rule}" if action.once else "")
    context: dict[str, object] = {"survey": policy.survey} if mail.asks == "score" else {}
    calendar = policy.calendars.get(action.value) if action.value else policy.office
    if calendar is not None and not is_working(calendar, now):
        context["opens_at"] = next_opening(calendar, now)
    sent = SendToCustomer(template=action.name, text=action.text, once=once, context=context)
    return [sent, *told_of_waiting(occasion.ticket.requester, occasion.situation, policy)]


def _loop_alarm(occasion: RuleContext, why: str) -> list[Effect]:
    """Where it is the limits that keep the desk silent, a person hears of it."""
    if why != over_limit(
        occasion.situation.counters, occasion.policy.loops, waits=occasion.by == "customer"
    ):
        return []
    requester = occasion.ticket.requester
    text = f"{requester.address} was sent no automatic mail: {why}."
    subject = "A possible mail loop" if occasion.message else "A rule mails too many"
    return [
        NotifyAdmins(subject=subject, text=text, once=f"loop:{requester.key.rpartition('@')[2]}")
    ]


def _note(action: Action, _occasion: RuleContext, _rule: str) -> list[Effect]:
    return [AddNote(text=action.text)]


def _assign(wanted: Assignment, occasion: RuleContext, rule: str, *, explain: bool) -> Done:
    ticket, policy = occasion.ticket, occasion.policy
    choice = choose(wanted, ticket, policy, occasion.situation.loads, occasion.now, explain=explain)
    if choice.agent and choice.agent == ticket.assignee:
        return Done((), choice)
    if choice.agent:  # `colleagues` tells them
        return Done((Assign(agent=choice.agent, why=choice.why, rule=rule),), choice)
    detail = {"why": choice.why, "passed_over": "; ".join(choice.reasons)}
    effects: list[Effect] = [Record(what="not_assigned", detail=detail, rule=rule)]
    if choice.tell_supervisors:
        agents = targeted(("supervisors",), ticket, policy)
        text = f"{choice.why}. {'; '.join(choice.reasons)}".strip()
        if agents:
            context = {"reason": text}
            effects += tell(agents, "agent_unassigned", policy, context=context, rule=rule)
        else:
            effects.append(
                NotifyAdmins(
                    subject="A ticket that nobody can take",
                    text=text,
                    once=f"unassigned:{called(ticket)}",
                    rule=rule,
                )
            )
    return Done(tuple(effects), choice)


def _stop(_action: Action, _occasion: RuleContext, _rule: str) -> list[Effect]:
    return []


_WORDS: Mapping[str, Callable[[Action, RuleContext, str], list[Effect]]] = {
    "set": _set, "status": _status, "label": _label, "unlabel": _label, "unassign": _unassign,
    "escalate": _escalate, "notify": _notify, "send": _send, "reply": _send, "note": _note,
    "stop": _stop,
}  # fmt: skip
