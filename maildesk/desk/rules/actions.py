"""Actions: what stands after `then:`, turned into effects. One short function per word.

An action that has a counterpart among the commands of agents makes that command's value, and its
handler makes the effects: there is one way to set a field, a status, a label or an assignee, and to
escalate. What only rules do (notify, send, a note in the desk's own words) is said here.

An automatic mail to the customer is left out, and a line of the history says why, where the desk
may not write by itself (robots, loops, addresses that are dead).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from maildesk.desk.actor import rule_acts
from maildesk.desk.commands.families.moves import MOVES, Moved
from maildesk.desk.commands.spec import Request
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.commands.values import Who
from maildesk.desk.effects import (
    AddNote,
    Effect,
    NotifyAdmins,
    Record,
    SendToCustomer,
    SetField,
)
from maildesk.desk.evolve import CHANGES, CUSTOM, evolve, field_of
from maildesk.desk.mails.loop_limits import (
    held_back,
    is_told,
    may_be_a_crowd,
    never_answered,
    over_limit,
    says_the_same,
)
from maildesk.desk.mails.mail import To
from maildesk.desk.mails.recipients import here, targeted, tell
from maildesk.desk.mails.registry import GREETINGS, mail_of
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Why, stored
from maildesk.desk.rules.assign import Choice, choose
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.ruleset import Action, Assignment
from maildesk.desk.senders.strangers import silent_to
from maildesk.desk.sla.hours import is_working, next_opening


@dataclass(frozen=True, slots=True)
class Done:
    """What an action comes to: the effects, and for an assignment the choice behind it."""

    effects: tuple[Effect, ...]
    choice: Choice | None = None


def carry_out(action: Action, occasion: RuleContext, rule: str, *, explain: bool = False) -> Done:
    """The effects of this action here; each bears the rule that wanted it.

    `explain`: with the whole reasoning of a choice.
    """
    if action.word == "assign" and action.assignment is not None:
        return _assign(action.assignment, occasion, rule, explain=explain)
    effects = _WORDS[action.word](action, occasion, rule)
    return Done(tuple(replace(effect, rule=rule) for effect in effects))


def _command(
    name: str, value: Any, occasion: RuleContext, rule: str, why: Why = ""
) -> list[Effect]:
    """What this command changes here, asked for by a rule; one that cannot be done is recorded."""
    by, policy = rule_acts(rule), occasion.policy
    request = Request(occasion.ticket, by, policy, occasion.now, why or rule, acting=occasion.actor)
    found = COMMANDS[name].handler(value, request)
    if isinstance(found, Problem):
        return [Record(what="refused", detail={"why": policy.wording.english.say(found)})]
    return [one for one in found if _changes(one, occasion)]


def _changes(effect: Effect, occasion: RuleContext) -> bool:
    """Whether it is worth a line: a rule may ask a hundred times for what is so already."""
    ticket = occasion.ticket
    does = type(effect) in CHANGES
    return not does or evolve(ticket, effect, occasion.policy, occasion.now) is not ticket


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
    return over_limit(situation.counters, occasion.policy.loops)


def _set(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    name, value = action.name, action.value
    if name.startswith(CUSTOM):
        return _command("set", (name.removeprefix(CUSTOM), value), occasion, rule)
    if name in COMMANDS:
        return _command(name, value, occasion, rule)
    is_so = field_of(occasion.ticket, name) == value  # language, resolution: no agent sets them
    return [] if is_so else [SetField(name=name, value=value)]


def _status(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    value = Moved(MOVES[occasion.policy.behaves(action.value)], action.value)
    return _command("status", value, occasion, rule)


def _label(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    return _command("tag", ((action.name, action.word == "label"),), occasion, rule)


def _unassign(_action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    return _command("assign", Who.NOBODY, occasion, rule)


def _follow(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    found: list[Effect] = []
    for agent in filter(None, map(occasion.policy.agent, action.to)):
        if agent.address not in occasion.ticket.followers:
            found += _command("follow", (agent,), occasion, rule)
    return found


def _escalate(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    return _command("escalate", action.value, occasion, rule)


def _notify(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    ticket, policy = occasion.ticket, occasion.policy
    effects: list[Effect] = []
    agents = targeted(action.to, ticket, policy, occasion.now)
    if mail_of(action.name or "agent_rule", To.AGENTS).event == "created":
        agents = here(agents, policy, occasion.now)
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
        subject, once = f"{ticket.called}: {reason}"[:120], f"{rule}:{ticket.called}"
        effects.append(NotifyAdmins(subject=subject, text=reason, once=once))
    if effects or agents:  # the agents that there are have done it, or chosen not to hear of it
        return effects
    return [Record(what="nobody_to_notify", detail={"to": ", ".join(action.to)})]


def _send(action: Action, occasion: RuleContext, rule: str) -> list[Effect]:
    policy, now = occasion.policy, occasion.now
    why = silent_because(occasion)
    if why and action.name in GREETINGS and _may_be_a_crowd(why, occasion):
        return [*_held_back(action, why, occasion), *_loop_alarm(occasion, why, held=True)]
    if why:
        detail = {"template": action.name, "why": why}
        return [Record(what="not_sent", detail=detail), *_loop_alarm(occasion, why)]
    mail = mail_of(action.name)
    once = mail.once or (f"rule:{rule}" if action.once else "")
    context: dict[str, object] = (
        {"survey": policy.surveys(occasion.ticket.queue)} if mail.asks == "score" else {}
    )
    calendar = policy.calendars.get(action.value) if action.value else policy.office
    if calendar is not None and not is_working(calendar, now):
        context["opens_at"] = next_opening(calendar, now)
    return [SendToCustomer(template=action.name, text=action.text, once=once, context=context)]


def _may_be_a_crowd(why: str, occasion: RuleContext) -> bool:
    """Whether it is a limit that forbids it, and not for certain a loop."""
    counters, loops = occasion.situation.counters, occasion.policy.loops
    return why == over_limit(counters, loops) and may_be_a_crowd(counters, loops)


def _held_back(action: Action, why: str, occasion: RuleContext) -> list[Effect]:
    situation, loops = occasion.situation, occasion.policy.loops
    words = situation.words if says_the_same(situation.counters, loops) else ""
    address = occasion.ticket.requester.address
    return held_back(action.name, why, address, words, occasion.now)


def _loop_alarm(occasion: RuleContext, why: str, *, held: bool = False) -> list[Effect]:
    """Where it is the limits that keep the desk silent, a person hears of it."""
    counters, loops = occasion.situation.counters, occasion.policy.loops
    if why != over_limit(counters, loops) or not is_told(counters, loops):
        return []
    requester = occasion.ticket.requester
    text = f"{requester.address} was sent no automatic mail: {why}."
    if held:
        text += (
            " The acknowledgement is held back: where their messages come without it, too, they "
            "are people, and it goes out; where none comes, one goes out in some minutes to see "
            "whether it is answered. Agents are told of every message."
        )
    subject = "A possible mail loop" if occasion.message else "A rule mails too many"
    once = f"loop:{requester.key.rpartition('@')[2]}"
    return [NotifyAdmins(subject=subject, text=text, once=once)]


def _note(action: Action, _occasion: RuleContext, _rule: str) -> list[Effect]:
    return [AddNote(text=action.text)]


def _assign(wanted: Assignment, occasion: RuleContext, rule: str, *, explain: bool) -> Done:
    ticket, policy = occasion.ticket, occasion.policy
    loads = occasion.situation.loads
    choice = choose(wanted, ticket, policy, loads, occasion.now, explain=explain)
    if choice.agent and choice.agent == ticket.assignee:
        return Done((), choice)
    if choice.agent:  # `colleagues` tells them
        agent = policy.agent(choice.agent)
        assert agent is not None
        given = _command("assign", agent, occasion, rule, choice.why)
        return Done(tuple(replace(one, rule=rule) for one in given), choice)
    detail: dict[str, Any] = {
        "why": stored(choice.why),
        "passed_over": [stored(one) for one in choice.reasons],
    }
    effects: list[Effect] = [Record(what="not_assigned", detail=detail)]
    if choice.tell_supervisors:
        effects += _nobody_takes_it(choice, occasion)
    return Done(tuple(replace(one, rule=rule) for one in effects), choice)


def _nobody_takes_it(choice: Choice, occasion: RuleContext) -> list[Effect]:
    """The supervisors hear of it, the admins where there are none."""
    ticket, policy = occasion.ticket, occasion.policy
    why: tuple[Why, ...] = (choice.why, *choice.reasons)
    if agents := targeted(("supervisors",), ticket, policy, occasion.now):
        return tell(agents, "agent_unassigned", policy, context={"reason": why})
    text, once = policy.wording.english.because(why), f"unassigned:{ticket.called}"
    return [NotifyAdmins(subject="A ticket that nobody can take", text=text, once=once)]


def _stop(_action: Action, _occasion: RuleContext, _rule: str) -> list[Effect]:
    return []


def _not_greeted(_action: Action, _occasion: RuleContext, _rule: str) -> list[Effect]:
    return [Record(what="not_acknowledged", detail={"why": "a rule says so"})]


_WORDS: Mapping[str, Callable[[Action, RuleContext, str], list[Effect]]] = {
    "set": _set,
    "status": _status,
    "label": _label,
    "unlabel": _label,
    "unassign": _unassign,
    "escalate": _escalate,
    "follow": _follow,
    "notify": _notify,
    "send": _send,
    "reply": _send,
    "note": _note,
    "acknowledge": _not_greeted,
    "stop": _stop,
}
