"""When an agent writes: the answer in the desk's name, a note, commands, or a ticket opened for a
customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from maildesk.desk.actor import Actor, agent_acts
from maildesk.desk.answers import NotAnswered
from maildesk.desk.commands import command_lines
from maildesk.desk.commands.carry_out import Content, carry_out, is_note, own_words
from maildesk.desk.commands.families.canned import NAME as CANNED
from maildesk.desk.commands.families.opening import NEW, is_new
from maildesk.desk.commands.families.undo import is_undo
from maildesk.desk.commands.spec import Command, Request
from maildesk.desk.commands.table import given, takes_the_text
from maildesk.desk.commands.transcript import transcript
from maildesk.desk.effects import (
    AddMessage,
    AnswerAgent,
    Assign,
    Effect,
    Hold,
    NotifyAdmins,
    NotifyAgents,
    OpenTicket,
    Record,
    SendToCustomer,
    SetStatus,
)
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import AgentOpens, MessageFromAgent, Missed
from maildesk.desk.mails.attachment_policy import Room, beyond, refused
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.replies import forgotten_file
from maildesk.desk.replies.asked_back import ASKED, asked_back
from maildesk.desk.senders.contacts import as_known
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Person, Status, Ticket
from maildesk.desk.undo.kept import kept, waits_until
from maildesk.mail.html.as_written import as_written
from maildesk.mail.reply.language import guess

# times the limit of automatic mails about a ticket: people do not write to each other
# so often in an hour
MOST_WORDS = 5

# reasons for which an agent's mail is held and they are asked
_ASKED = ("unknown_command", "automatic", "looping", "stale", forgotten_file.REASON, *ASKED)
COPIED = "copied"  # a line of the history: whom an agent's own mail went to as well
# as `mail.auto` says it of words that no program marked as its own
_AWAY = "reads like an out of office"


def wrote(
    ticket: Ticket | None, fact: MessageFromAgent, policy: Policy, now: datetime
) -> list[Effect]:
    """An agent's mail to a ticket. Commands are all or nothing: one that cannot be done holds the
    mail and asks."""
    if ticket is None:
        return [Hold(reason="no_ticket", words="an agent's reply to a ticket that is not there")]
    if not fact.released and (looping := _looping(ticket, fact, policy, now)):
        return looping
    agent, message = fact.agent, fact.message
    read = command_lines.read(message.reply, policy, message.opening, writer=agent)
    if fact.as_note:
        canned = tuple(one for one in read.commands if one.name == CANNED)
        read = command_lines.CommandLines(canned, read.text)
    elif fact.released and read.problems:
        read = command_lines.CommandLines((), message.reply.strip())
    is_note_address = fact.purpose == "note"
    content = Content(
        read.text,
        message.attachments,
        is_note=is_note_address,
        had=fact.had,
        html=as_written(message, read.text),
    )
    is_plain_reply = not (read.commands or fact.released or is_note(read.commands, content))
    if _AWAY in message.reasons and is_plain_reply:
        return _ask(fact, [Problem("out_of_office")], policy, reason="automatic")
    by = agent_acts(agent, believed=fact.trust)
    request = replace(_request(ticket, by, fact, policy, now), undoes=fact.undoes)
    done = carry_out(request, read.commands, content, read.problems)
    stays_inside = is_note(read.commands, content)
    if (asked := asked_back(fact, done.problems, policy)) is not None:
        return asked
    if done.problems and is_undo(read.commands) and not (len(read.commands) > 1 or read.text):
        return _not_undone(fact, read.commands, done.problems)
    if done.problems:
        return _ask(fact, done.problems, policy, is_note=stays_inside)
    missed = _missed(fact, done.effects, policy)
    if missed and policy.stale_replies == "hold":
        return _stale(fact, missed, policy)
    words = own_words(read.commands, read.text)
    if forgotten := forgotten_file.asked(fact, words, done.effects, policy):
        return forgotten
    copied = _copied(ticket, fact, policy)
    told: dict[str, object] = {"missed": missed, "copied": copied, "remarks": done.remarks}
    told["purpose"] = "note" if stays_inside else "reply"
    told |= {"text": done.text} if stays_inside else {}
    others = [Record(what=COPIED, detail={"addresses": ", ".join(copied)})] if copied else []
    effects = _not_again(done.effects) if fact.is_direct else done.effects
    told["waits"] = waits_until(request, effects) is not None
    return [
        *effects,
        *others,
        *kept(request, replace(done, effects=tuple(effects)), read.commands),
        *_left_out(fact, policy),
        *transcript(request, read.commands, done.effects, told),
    ]


def _request(
    ticket: Ticket, by: Actor, fact: MessageFromAgent | AgentOpens, policy: Policy, now: datetime
) -> Request:
    known, others = fact.situation, fact.others
    return Request(ticket, by, policy, now, joined=known.joined, others=others, loads=known.loads)


def _not_undone(
    fact: MessageFromAgent, commands: Sequence[Command], problems: Sequence[Problem]
) -> list[Effect]:
    """The agent hears why nothing is taken back. Nothing is held: there are no words to lose."""
    lines = tuple(one.line for one in commands)
    context = {"lines": lines, "problems": (tuple(problems),) * len(lines)}
    to = (fact.agent.address,)
    return [NotifyAgents(agents=to, template="agent_transcript", context=context)]


def _copied(ticket: Ticket, fact: MessageFromAgent, policy: Policy) -> tuple[str, ...]:
    """Whom the agent's own mail went to beside the desk and takes no part: the desk writes nothing
    there, and the agent may believe that it does."""
    boxes = (*fact.message.to, *fact.message.cc)
    outside = (one.key for one in boxes if not (policy.is_ours(one.key) or policy.agent(one.key)))
    return tuple(dict.fromkeys(one for one in outside if "@" in one and not ticket.has_part(one)))


def _missed(
    fact: MessageFromAgent, effects: Sequence[Effect], policy: Policy
) -> tuple[Missed, ...]:
    """What the agent should have read before the customer hears anything of this; nothing where
    nobody outside does, or a person has let it through."""
    if fact.released or policy.stale_replies == "off":
        return ()
    return fact.missed if any(isinstance(one, SendToCustomer) for one in effects) else ()


def _stale(fact: MessageFromAgent, missed: tuple[Missed, ...], policy: Policy) -> list[Effect]:
    """Hold the answer, and show what it does not know of: it goes out as it is, becomes a note, or
    is thrown away, by one tap."""
    problem = Problem("stale", {"count": str(len(missed))})
    context = {"missed": missed, "text": fact.message.reply.strip()}
    to = (fact.agent.address,)
    return [
        Hold(reason="stale", words=policy.wording.english.say(problem)),
        NotifyAgents(agents=to, template="agent_stale", context=context),
    ]


def _not_again(effects: Sequence[Effect]) -> list[Effect]:
    """The same, where everybody has the agent's words from themselves: kept, and sent to nobody."""
    found: list[Effect] = []
    for effect in effects:
        if isinstance(effect, AddMessage) and effect.direction == "out":
            found.append(replace(effect, is_direct=True))
        elif not (isinstance(effect, SendToCustomer) and effect.everyone and not _asks(effect)):
            found.append(effect)
    return found


def _asks(effect: SendToCustomer) -> bool:
    return bool(mail_of(effect.template).asks)


def _left_out(fact: MessageFromAgent, policy: Policy) -> list[Effect]:
    """The agent hears which of their files did not go along, and why."""
    found, limits = fact.message.attachments, policy.attachments
    room = Room(limits, fact.situation.largest, fact.message)
    left = [
        (file.filename, why)
        for file, why in (*refused(found, limits), *beyond(found, limits, room))
    ]
    left += [(name, (Problem("mail_of_this_desk"),)) for name in fact.left_out]
    if not left:
        return []
    context = {"lines": tuple(name for name, _ in left), "problems": tuple(why for _, why in left)}
    return [
        NotifyAgents(agents=(fact.agent.address,), template="agent_transcript", context=context)
    ]


def _looping(ticket: Ticket, fact: MessageFromAgent, policy: Policy, now: datetime) -> list[Effect]:
    """What stops a program that answers in an agent's name without saying so: its words are no
    automatic mail for anybody.

    It may answer our questions, too, so they count, and this one is asked once.
    """
    recent_lines = [
        entry for entry in fact.situation.history if entry.at > now - policy.loops.period
    ]
    reasons = [entry.detail.get("reason") for entry in recent_lines if entry.what == "held"]
    recent = sum(entry.what in ("replied", "noted") for entry in recent_lines) + sum(
        reason in _ASKED for reason in reasons
    )
    if recent < MOST_WORDS * policy.loops.per_ticket:
        return []
    problem = Problem("looping", {"count": str(recent)})
    why = policy.wording.english.say(problem)
    text = (
        f"{ticket.reference}: {why}. One from {fact.agent.name} is held; `maildesk "
        f"quarantine release` lets it through."
    )
    asked = _ask(fact, [problem], policy, reason="looping")
    asked = asked[:1] if "looping" in reasons else asked
    return [
        *asked,
        NotifyAdmins(subject="A possible mail loop", text=text, once=f"loop:{ticket.id}"),
    ]


def _ask(
    fact: MessageFromAgent,
    problems: Sequence[Problem],
    policy: Policy,
    *,
    reason: str = "unknown_command",
    is_note: bool = False,
) -> list[Effect]:
    """Hold the mail and ask: nothing of it was done, nothing went to the customer. An answer leads
    where this mail led (`is_note`)."""
    lines = tuple(one.line for one in problems)
    context: dict[str, object] = {"lines": lines, "problems": tuple(problems)}
    context |= {"text": fact.message.reply.strip(), "purpose": "note" if is_note else "reply"}
    return [
        Hold(reason=reason, words=policy.wording.english.say_all(problems)),
        NotifyAgents(
            agents=(fact.agent.address,), template="agent_unknown_command", context=context
        ),
    ]


def opened(_ticket: Ticket | None, fact: AgentOpens, policy: Policy, now: datetime) -> list[Effect]:
    """An agent forwarded a customer's mail, or wrote to them with the desk in copy: a ticket in the
    customer's name (I8); or wrote one of their own.

    Commands above it act on the new ticket, as in an answer: all of them, or nothing at all. The
    words above a forwarded mail are the agent's note.
    """
    message, forwarded = fact.message, fact.message.forwarded
    if fact.answers_desk and not (fact.released or forwarded):
        return _not_opened(fact, [Problem("answers_no_ticket")], policy)
    writer = policy.agent(fact.by.agent)
    read = command_lines.read(message.reply, policy, message.opening, writer=writer)
    if fact.released and read.problems:
        read = command_lines.CommandLines((), message.reply.strip())
    if fact.is_direct:
        return _wrote_to_customer(fact, read, policy, now)
    if is_new(read.commands) and not fact.channel:
        return _not_opened(fact, [_new_for_whom(read.commands, policy)], policy)
    beside = forwarded is not None or (fact.channel and takes_the_text(read.commands))
    theirs = forwarded.text if forwarded else "" if beside else read.text
    base = _opens(fact, policy, theirs or message.subject if fact.channel else theirs)
    ticket = evolved(None, base, policy, now)
    note = read.text if beside else ""
    if ticket is None or not (note or read.commands or read.problems):
        return base
    request = _request(ticket, fact.by, fact, policy, now)
    done = carry_out(request, read.commands, Content(note, is_note=True), read.problems)
    if done.problems:
        return _not_opened(fact, done.problems, policy)
    # the notification of the new ticket shows the note
    told = [one for one in done.effects if not _is_of_note(one)]
    passed_on = bool(forwarded and not fact.channel)
    said = {"missed": (), "copied": (), "remarks": done.remarks, "forwarded": passed_on}
    said |= {"purpose": "note" if passed_on else "reply", "text": done.text if forwarded else ""}
    if fact.channel:
        said["opens"] = next(one.line for one in read.commands if one.name == NEW)
    return [*base, *told, *transcript(request, read.commands, done.effects, said)]


def _opens(fact: AgentOpens, policy: Policy, text: str) -> list[Effect]:
    queue, forwarded = policy.queues[fact.address.queue], fact.message.forwarded
    way = {"by": fact.channel} if fact.channel else {}
    about = forwarded.subject if forwarded and forwarded.subject else fact.message.subject
    return [
        OpenTicket(
            subject=about.strip(),
            queue=queue.name,
            priority=fact.address.priority or queue.priority,
            category=fact.address.category or queue.category,
            requester=as_known(fact.requester, policy, fact.situation.joined),
            address=fact.address.address,
            language=fact.address.language or policy.spoken(guess(f"{about}\n{text}")),
            channel=fact.channel or "email",
        ),
        AddMessage(
            kind="public",
            direction="in",
            sender=fact.requester,
            text=text,
            reply=text,
            has_files=bool(fact.message.attachments),
        ),
        Record(what="opened_for", detail={"agent": fact.by.agent or fact.by.name, **way}),
    ]


def _new_for_whom(commands: Sequence[Command], policy: Policy) -> Problem:
    """What is wrong with #new, which names nobody, or nobody outside."""
    one = next(one for one in commands if one.name == NEW)
    found = given(one, policy)
    problem = found if isinstance(found, Problem) else Problem("new_for_whom")
    return replace(problem, line=one.line)


def _wrote_to_customer(
    fact: AgentOpens, read: command_lines.CommandLines, policy: Policy, now: datetime
) -> list[Effect]:
    """The agent's mail is the first answer, and nobody is sent it again: the customer has it.

    So it opens the ticket in any case; where a command above it cannot be done, none is, and the
    agent hears why.
    """
    base = _answered_first(fact, read, policy)
    ticket = evolved(None, base, policy, now)
    if ticket is None or not (read.commands or read.problems):
        return base
    request = _request(ticket, fact.by, fact, policy, now)
    done = carry_out(request, read.commands, Content(""), read.problems)
    if done.problems:
        told = tuple(NotAnswered(one.line, one) for one in done.problems)
        agent, address = fact.by.agent, fact.address.address
        return [*base, AnswerAgent(agent=agent, told=told, address=address)]
    said = {"missed": (), "copied": (), "remarks": done.remarks, "purpose": "reply"}
    act = _not_again(done.effects)
    return [*base, *act, *transcript(request, read.commands, done.effects, said)]


def _answered_first(
    fact: AgentOpens, read: command_lines.CommandLines, policy: Policy
) -> list[Effect]:
    queue, agent = policy.queues[fact.address.queue], fact.by
    whole = fact.message.reply.strip() or fact.message.text.strip()
    text = read.text.strip() if read.commands and not read.problems else whole
    return [
        OpenTicket(
            subject=reference.without_reference(policy.reference_format, fact.message.subject),
            queue=queue.name,
            priority=fact.address.priority or queue.priority,
            category=fact.address.category or queue.category,
            requester=as_known(fact.requester, policy, fact.situation.joined),
            address=fact.address.address,
            language=fact.address.language or policy.spoken(guess(text)),
            participants=fact.copies,
        ),
        replace(_kept("public", "out", text, fact), is_direct=True),
        Assign(agent=agent.address, why=Reason("wrote_to_customer", {"agent": agent.name})),
        SetStatus(status=Status.IN_PROGRESS, why=Reason("answered", {"agent": agent.name})),
        Record(what="opened_for", detail={"agent": agent.address}),
    ]


def _kept(kind: str, direction: str, text: str, fact: AgentOpens) -> AddMessage:
    """These words of the agent's mail, as a message of the ticket."""
    agent = fact.by
    return AddMessage(
        kind=kind,
        direction=direction,
        sender=Person(agent.address, agent.name),
        text=text,
        reply=text,
        agent=agent.address,
        has_files=bool(fact.message.attachments),
    )


def _is_of_note(effect: Effect) -> bool:
    """Whether this tells colleagues of a note."""
    return isinstance(effect, NotifyAgents) and mail_of(effect.template).event == "note"


def _not_opened(fact: AgentOpens, problems: Sequence[Problem], policy: Policy) -> list[Effect]:
    """Hold the mail and say so: there is no ticket that a question could be about."""
    told = [NotAnswered(one.line, one) for one in problems if one.line]
    others = [NotAnswered("", one) for one in problems if not one.line]
    held = NotAnswered(fact.message.subject, Problem("not_opened"))
    return [
        Hold(reason="unknown_command", words=policy.wording.english.say_all(problems)),
        AnswerAgent(
            agent=fact.by.agent,
            told=(held, *told, *others),
            address=fact.address.address,
        ),
    ]
