"""When an agent writes: the answer in the desk's name, a note, commands, or a ticket opened for a customer."""

from __future__ import annotations

from datetime import datetime

from maildesk.desk import command_lines
from maildesk.desk.attachment_policy import Room, beyond, refused
from maildesk.desk.command_lines import MOVES, CommandLine, Commands, Problem
from maildesk.desk.effects import (
    AddMessage,
    AddParticipant,
    Assign,
    Effect,
    Hold,
    KeepOut,
    NotifyAdmins,
    NotifyAgents,
    OpenTicket,
    Record,
    RemoveParticipant,
    SendToCustomer,
    SetField,
)
from maildesk.desk.evolve import evolve
from maildesk.desk.facts import AgentOpens, MessageFromAgent
from maildesk.desk.moves import audience, move, resolution, tell
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.rules.actions import escalation
from maildesk.desk.ticket import Move, Person, Status, Ticket
from maildesk.desk.views import fits
from maildesk.errors import Refused

MOST_WORDS = 5  # times the limit of automatic mails about a ticket: people do not write to each other so often in an hour

_ASKED = ("unknown_command", "automatic", "looping")  # reasons for which an agent's mail is held and they are asked
_AWAY = "reads like an out of office"  # as `mail.auto` says it of words that no program marked as its own


def wrote(ticket: Ticket | None, fact: MessageFromAgent, policy: Policy, now: datetime) -> list[Effect]:
    """An agent's mail to a ticket. Commands are all or nothing: one that cannot be done holds the mail and asks."""
    if ticket is None:
        return [Hold(reason="no_ticket", words="an agent's reply to a ticket that is not there")]
    if not fact.released and (looping := _looping(ticket, fact, policy, now)):
        return looping
    commands = command_lines.read(fact.message.reply, fact.message.opening)
    if fact.released and commands.unknown:
        commands = Commands((), fact.message.reply.strip())
    names = {d.name for d in commands.directives}
    # Nobody writes to a spammer: what stands beside #spam is meant for colleagues.
    is_note = "note" in names or ((fact.purpose == "note" or "spam" in names) and not names & {"reply", "letin"})
    if _AWAY in fact.message.reasons and not (names or is_note or fact.released):
        why = "it reads like an out of office; if the customer is to have it, put #reply on its first line"
        return _ask(fact.agent, fact.message.reply.strip(), [Problem("", why)], reason="automatic")
    text = "\n".join(
        [*(d.value for d in commands.directives if d.name in ("note", "reply", "resolve", "close") and d.value), commands.text]
    ).strip()
    try:
        done, wrong = _carry_out(ticket, commands, fact.agent, policy, now)
        if not (text or names or wrong or fact.message.attachments):
            wrong = [Problem("", "your mail has no words and no files: nothing was sent")]
        if not fits(text):
            wrong = [*wrong, Problem("", "your text is longer than a mail may have; please send it as a file")]
        effects = [] if wrong else _words(ticket, fact, text, policy, is_note=is_note, names=names)
    except Refused as refusal:
        done, effects, wrong = [], [], [Problem("", str(refusal))]
    if wrong:
        return _ask(fact.agent, fact.message.reply.strip(), wrong)
    joins = [effect for effect in done if isinstance(effect, AddParticipant)]  # who joins gets the words beside it
    effects = [*joins, *effects, *(effect for effect in done if effect not in joins)]
    found, limits = fact.message.attachments, policy.attachments
    room = Room(limits, fact.situation.largest, fact.message)
    left = [(file.filename, why) for file, why in (*refused(found, limits), *beyond(found, limits, room))]
    left += [(name, "mails of this desk are not passed on") for name in fact.left_out]
    if left:
        context = {"lines": tuple(name for name, _ in left), "problems": tuple(why for _, why in left)}
        effects.append(NotifyAgents(agents=(fact.agent.address,), template="agent_transcript", context=context))
    lines = tuple(d.line for d in commands.directives if d.name != "files")  # the files say so themselves
    if lines:
        effects.append(
            NotifyAgents(
                agents=(fact.agent.address,), template="agent_transcript", context={"lines": lines, "went": _went(effects)}
            )
        )
    return effects


def _went(effects: list[Effect]) -> str:
    """Where the text went that stood beside the commands, as the transcript says it."""
    kinds = {effect.kind for effect in effects if isinstance(effect, AddMessage)}
    if kinds:
        return "note" if "note" in kinds else "customer"
    return "resolved" if any(isinstance(e, SendToCustomer) and e.template == "resolution" for e in effects) else ""


def _words(ticket: Ticket, fact: MessageFromAgent, text: str, policy: Policy, *, is_note: bool, names: set[str]) -> list[Effect]:
    """What becomes of the text: a note, the reply, the resolution's words, or nothing where there is none."""
    agent = fact.agent
    has_files = any(not a.inline or not text for a in fact.message.attachments)
    resolves = "resolve" in names and (bool(text) or ticket.behaviour is not Status.RESOLVED)  # the stars go out once
    if is_note:
        if not text and not has_files:
            return [resolution("", "", policy)] if resolves else []
        kept = _kept("note", "in", text, fact)
        quiet = [resolution("", "", policy)] if resolves else []
        return [kept, *tell(audience(ticket, policy), "agent_note", "note", policy, but=agent.address, purpose="note"), *quiet]
    effects: list[Effect] = []
    if text or (has_files and not names):
        effects.append(_kept("public", "out", text, fact))
        if not ticket.assignee and "assign" not in names:
            effects.append(Assign(agent=agent.address, why="answered first"))
    if resolves:
        return [*effects, resolution(text, agent.address if text else "", policy, with_message=bool(text) and has_files)]
    if effects:
        mail = SendToCustomer(
            template="reply", automatic=False, text=text, author=agent.address, everyone=True, with_message=has_files
        )
        effects.append(mail)
        if not names & set(MOVES):
            effects += move(ticket, Move.AGENT_REPLY, f"{agent.name} answered", assigned=True)
    return effects


def _carry_out(
    ticket: Ticket, commands: Commands, agent: Agent, policy: Policy, now: datetime
) -> tuple[list[Effect], list[Problem]]:
    """The effects of the commands, each on the ticket as those above it leave it; and what cannot be done, and why."""
    effects: list[Effect] = []
    wrong = list(commands.unknown)
    for directive in commands.directives:
        result = _effects_of(directive, ticket, agent, policy)
        if isinstance(result, str):
            wrong.append(Problem(directive.line, result))
            continue
        for effect in result:
            ticket = evolve(ticket, effect, policy, now)
        effects += result
    joins = {effect.person.key for effect in effects if isinstance(effect, AddParticipant)}
    leaves = {effect.address for effect in effects if isinstance(effect, (KeepOut, RemoveParticipant))}
    wrong += [Problem("", f"{address} cannot both take part and be kept out") for address in sorted(joins & leaves)]
    return effects, wrong


def _effects_of(directive: CommandLine, ticket: Ticket, agent: Agent, policy: Policy) -> list[Effect] | str:
    if directive.name in MOVES:
        return _move(ticket, directive, agent)
    if directive.name == "escalate":
        return escalation(ticket, policy, directive.value or "no reason given", agent)
    return command_lines.effects_of(directive, ticket, agent, policy)


def _move(ticket: Ticket, directive: CommandLine, agent: Agent) -> list[Effect]:
    effects = move(ticket, MOVES[directive.name], f"{agent.name}: {directive.line}")
    if directive.name == "resolve" and directive.value:
        effects.append(SetField(name="resolution", value=directive.value))
    return effects


def _looping(ticket: Ticket, fact: MessageFromAgent, policy: Policy, now: datetime) -> list[Effect]:
    """What stops a program that answers in an agent's name without saying so: its words are no automatic mail for anybody.

    It may answer our questions, too, so they count, and this one is asked once.
    """
    recent_lines = [entry for entry in fact.situation.history if entry.at > now - policy.loops.period]
    reasons = [entry.detail.get("reason") for entry in recent_lines if entry.what == "held"]
    recent = sum(entry.what in ("replied", "noted") for entry in recent_lines) + sum(reason in _ASKED for reason in reasons)
    if recent < MOST_WORDS * policy.loops.per_ticket:
        return []
    why = f"{recent} mails were written in this ticket of late; two programs may be answering each other"
    text = f"{ticket.reference}: {why}. One from {fact.agent.name} is held; `maildesk quarantine release` lets it through."
    asked = _ask(fact.agent, fact.message.reply.strip(), [Problem("", why)], reason="looping")
    asked = asked[:1] if "looping" in reasons else asked
    return [*asked, NotifyAdmins(subject="A possible mail loop", text=text, once=f"loop:{ticket.id}")]


def _ask(agent: Agent, text: str, wrong: list[Problem], *, reason: str = "unknown_command") -> list[Effect]:
    """Hold the mail and ask: nothing of it was done, nothing went to the customer."""
    words = "; ".join(f"{one.line}: {one.why}" if one.line else one.why for one in wrong)
    context = {"lines": tuple(one.line for one in wrong), "problems": tuple(one.why for one in wrong), "text": text}
    return [
        Hold(reason=reason, words=words),
        NotifyAgents(agents=(agent.address,), template="agent_unknown_command", context=context),
    ]


def opened(_ticket: Ticket | None, fact: AgentOpens, policy: Policy, _now: datetime) -> list[Effect]:
    """An agent forwarded a customer's mail: a ticket in the customer's name (I8)."""
    queue = policy.queues[fact.address.queue]
    forwarded = fact.message.forwarded
    text = forwarded.text if forwarded else fact.message.reply
    note = fact.message.reply.strip()
    effects: list[Effect] = [
        OpenTicket(
            subject=(forwarded.subject if forwarded and forwarded.subject else fact.message.subject).strip(),
            queue=queue.name,
            priority=fact.address.priority or queue.priority,
            category=fact.address.category or queue.category,
            requester=fact.requester,
            address=fact.address.address,
            language=fact.address.language or policy.default_language,
        ),
        AddMessage(
            kind="public",
            direction="in",
            sender=fact.requester,
            text=text,
            reply=text,
            has_files=bool(fact.message.attachments),
        ),
        Record(what="opened_for", detail={"agent": fact.agent.address}),
    ]
    if note and forwarded:
        effects.append(_kept("note", "in", note, fact))
    return effects


def _kept(kind: str, direction: str, text: str, fact: MessageFromAgent | AgentOpens) -> AddMessage:
    """These words of the agent's mail, as a message of the ticket."""
    agent = fact.agent
    return AddMessage(
        kind=kind,
        direction=direction,
        sender=Person(agent.address, agent.name),
        text=text,
        reply=text,
        agent=agent.address,
        has_files=bool(fact.message.attachments),
    )
