"""Mail in an agent's name: with what proves that agent, or without.

What proves them is a signature that only they were sent: in the address it came to, in a
Message-ID that it answers, or in the subject of a mail that a button opened. All three are held
to the same: From is theirs too, the day has not passed, they have not renewed theirs since, and
`proof` has no doubt. Who shows a signature of somebody else is told apart: an address is chosen, so
it is held; a Message-ID or a subject is quoted along, by whoever had a copy, and says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.commands import command_lines
from maildesk.desk.commands.families.delete import is_delete
from maildesk.desk.commands.families.opening import QUIET, is_new, opening_of
from maildesk.desk.commands.families.undo import commands_of, is_undo
from maildesk.desk.commands.table import writes_to_customer
from maildesk.desk.facts import AgentOpens, AutomaticMail, MessageFromAgent, TrustRecord
from maildesk.desk.from_agent import COPIED
from maildesk.desk.mails.registry import mail_of
from maildesk.desk.policy import Agent
from maildesk.desk.problem import Problem
from maildesk.desk.threads import thread
from maildesk.desk.threads.links import AGENTS, Purpose, Token
from maildesk.desk.ticket import NO_ADDRESS, Person, Ticket
from maildesk.mail.message import Mailbox
from maildesk.mail.origin.addresses import is_usable
from maildesk.pipeline.classification import customer_mail, proof, to_desk
from maildesk.pipeline.classification.look import Look
from maildesk.pipeline.classification.meanings import (
    ButtonPress,
    ForMany,
    Held,
    Meaning,
    Understood,
)
from maildesk.pipeline.classification.notified import answered
from maildesk.pipeline.deletion import looked_up
from maildesk.pipeline.undo import past
from maildesk.store import acts, outbox
from maildesk.store.desk import tickets

# and the words that a tap sends, the first where there is but one
_WISHES = {
    Purpose.RESEND: ("resend",),
    Purpose.CONFIRM: ("confirm", "note", "discard"),
    Purpose.LIFT: ("lift",),
}
_OF_AGENTS = (*AGENTS, *_WISHES, Purpose.UNDO, Purpose.DESK)
_CLUES = {"address": "signed_address", "answer": "private_message_id", "subject": "subject_token"}


def shown(look: Look, sender: Mailbox) -> tuple[Token, proof.Place] | None:
    """What proves an agent in this mail, and where it stands; None where nothing does."""
    token, answers = look.clues.token, look.clues.answers
    if token is not None and token.purpose in _OF_AGENTS:
        if not look.clues.in_subject:
            return token, "address"
        if _is_of(look, token, sender) or not _takes_part(look, token, sender):
            return token, "subject"
    is_answer = answers is not None and not look.clues.is_forward
    if answers is not None and is_answer and _is_of(look, answers, sender):
        return answers, "answer"
    return None


def _is_of(look: Look, token: Token, sender: Mailbox) -> bool:
    owner, _ = look.owner(token)
    return token.purpose in _OF_AGENTS and owner is not None and sender.key in owner.keys


def _takes_part(look: Look, token: Token, sender: Mailbox) -> bool:
    """Whether a customer of this ticket answers a mail that an agent has copied to them."""
    ticket = look.ticket(token.number) if token.purpose in AGENTS else None
    return ticket is not None and ticket.has_part(sender.address)


def proved(look: Look, token: Token, place: proof.Place, sender: Mailbox) -> Meaning:
    """Mail that shows what was made for one agent: theirs, or nobody's."""
    owner, is_renewed = look.owner(token)
    ticket = _ticket_of(look, token)
    released, is_automatic = bool(look.job.released_by), look.is_automatic
    if released and (owner is None or (ticket is not None and ticket.has_part(sender.address))):
        return customer_mail.meaning(look, sender)
    if owner is None:
        return Held("revoked", Problem("revoked_address"), ticket)
    if ticket is not None and _was_copied(look, ticket, owner, sender):
        return customer_mail.meaning(look, sender)
    asked = None if is_automatic else owner
    if sender.key not in owner.keys and not released:
        code = "by_another" if place == "address" else "tapped_by_another"
        why = Problem(code, {"sender": sender.address, "agent": owner.name})
        is_valid = not (is_renewed or token.expired)  # else it may be what made them renew it
        writer = None if is_automatic else look.policy.agent(sender.address)
        genuine = look.is_authenticated
        return Held("spoofed", why, ticket, asked, is_valid, writer, genuine)
    if is_renewed and not released:
        why = Problem("renewed", {"agent": owner.name})
        return Held("renewed", why, ticket, asked, own_address=True)
    if token.purpose is Purpose.UNDO and ticket is not None:
        return _undoes(look, token, place, ticket, owner)  # they hear in words that it is too late
    if token.expired and not released:
        code = "old_address" if place == "address" else "old_answer"
        why = Problem(code, {"agent": owner.name})
        return Held("expired", why, ticket, owner, own_address=True)
    if released and (ticket is None or token.purpose in _WISHES):
        return fresh(look, owner)  # a new mail of theirs: what it answers is not there
    if words := _WISHES.get(token.purpose):
        opening = look.message.opening.lstrip().lower()
        word = next((one for one in words if opening.startswith(f"#{one}")), "")
        if is_automatic or not word:
            why = Problem("not_confirmed", {"agent": owner.name, "word": f"#{words[0]}"})
            return Held("not_confirmed", why)
        return ButtonPress(token.purpose, token.number, owner, word)
    if ticket is None and token.purpose is not Purpose.DESK:
        why = looked_up.gone(look.conn, look.policy, token.number) or Problem("no_ticket")
        return Held("no_ticket", why, None, owner, own_address=True)
    if not (released or is_automatic or look.is_authenticated):
        doubt = proof.doubt(look, token, place, owner)
        if doubt:
            return Held(*doubt, ticket, owner, own_address=True)
    if ticket is None:
        record = _record(look, place, owner, "what the desk was asked")
        lines = to_desk.read(look, owner)
        if look.is_authenticated and is_new(lines.commands):  # as in any mail of theirs
            return _in_their_name(look, owner, lines, record)
        return to_desk.answer(look, owner, record, proof.shown(look, token, owner))
    return _believed(look, token, place, ticket, owner)


def _ticket_of(look: Look, token: Token) -> Ticket | None:
    """The ticket that it was made for; None where it is about something else."""
    if token.purpose in AGENTS:
        return look.ticket(token.number)
    act = acts.by_id(look.conn, token.number) if token.purpose is Purpose.UNDO else None
    return look.ticket(act.ticket_id) if act is not None else None


def _undoes(look: Look, token: Token, place: proof.Place, ticket: Ticket, owner: Agent) -> Meaning:
    """A tap that takes back the act of this number, and nothing else, whatever stands below."""
    words = look.message.reply or look.message.opening
    asked = command_lines.read(words, look.policy).commands
    act = acts.by_id(look.conn, token.number)
    if look.is_automatic or act is None or not is_undo(asked[:1]):
        return Held(
            "not_confirmed", Problem("not_confirmed", {"agent": owner.name, "word": "#undo"})
        )
    is_theirs = act.who == owner.address and act.ticket_id == ticket.id
    line = asked[0].line
    bare = replace(look.message, reply=line, opening=line, attachments=())
    how = f"came by a button of {owner.name} for {ticket.reference}; From matches"
    undoes = past.whole(look.conn, look.policy, act) if is_theirs else None
    fact = MessageFromAgent(
        bare,
        owner,
        TrustRecord(how, _CLUES[place], True, look.is_authenticated),
        others=look.others(ticket, commands_of(undoes)),
        undoes=undoes,
    )
    return Understood(ticket, fact)


def _was_copied(look: Look, ticket: Ticket, owner: Agent, sender: Mailbox) -> bool:
    """Whether this somebody answers to all of an agent's own mail, which the agent had copied to
    them: they had the address from there, and are asked about like anybody who is new."""
    if sender.key in owner.keys or look.policy.agent(sender.address) is not None:
        return False
    lines = (one for one in tickets.entries(look.conn, ticket.id) if one.what == COPIED)
    return any(sender.key in one.detail.get("addresses", "").split(", ") for one in lines)


def _record(look: Look, place: proof.Place, owner: Agent, about: str) -> TrustRecord:
    """How this agent is believed, by what was made for them about this."""
    released = look.job.released_by
    believed = f"released by {released}" if released else "From matches"
    how = {
        "address": f"came with the reply address of {owner.name} for",
        "answer": f"answers a mail that only {owner.name} was sent about",
        "subject": f"came by a button of {owner.name} for",
    }[place]
    record = TrustRecord(f"{how} {about}; {believed}", _CLUES[place], True, look.is_authenticated)
    return replace(record, logged_in=look.is_submitted, let_through=bool(released))


def _believed(
    look: Look, token: Token, place: proof.Place, ticket: Ticket, owner: Agent
) -> Understood | ForMany:
    released = look.job.released_by
    record = _record(look, place, owner, ticket.reference)
    many = None
    if released:
        many = to_desk.for_many(look, owner, to_desk.read(look, owner), record)
    if many is not None:
        return many  # in an answer about one ticket it was asked about, and this is the yes
    if look.is_automatic:
        person = Person(owner.address, owner.name)
        return Understood(ticket, AutomaticMail(look.message, person, look.address, record, owner))
    purpose = "note" if token.purpose is Purpose.AGENT_NOTE else "reply"
    answer = replace(
        _answer(look, ticket, owner),
        trust=record,
        purpose="note" if look.job.as_note else purpose,
        released=bool(released),
    )
    return Understood(ticket, answer, proof.shown(look, token, owner))


def fresh(look: Look, agent: Agent) -> Meaning:
    """From says it is an agent, and nothing that was made for them does: only a named server's word
    or a person's release counts."""
    ticket = look.ticket_by_headers() or look.ticket_by_reference(agent) or _to_delete(look)
    themselves = Person(agent.address, agent.name)
    if look.is_automatic:
        record = TrustRecord("an automatic mail in an agent's name")
        mail = AutomaticMail(look.message, themselves, look.address, record, agent)
        return Understood(ticket, mail)
    if look.job.released_by:
        words = f"released by {look.job.released_by}"
        record = TrustRecord(words, from_matches=True, authenticated=True, let_through=True)
    elif look.is_authenticated:
        words = f"{look.policy.trust.authserv_id} says that From is genuine"
        if look.signed_by:
            words = f"signed by {look.signed_by} (DKIM, checked here)"
        if look.is_submitted:
            words = f"{agent.name} had logged in to send it"
        clue = "log_in" if look.is_submitted else "authentication_results"
        record = TrustRecord(words, clue, True, True, logged_in=look.is_submitted)
    else:
        code = "unproven" if look.policy.trust.can_prove else "unprovable"
        return Held("unproven_agent", Problem(code, {"agent": agent.name}), ticket, agent)
    read = to_desk.read(look, agent)
    many = to_desk.for_many(look, agent, read, record)
    if many is not None and (ticket is None or look.job.released_by):
        return many
    if ticket is not None and not look.clues.is_forward:
        answer = _answer(look, ticket, agent)
        released = bool(look.job.released_by)
        direct = _has_reached_all(look, ticket)
        purpose = "note" if look.job.as_note else answer.purpose
        fact = replace(answer, trust=record, released=released, purpose=purpose, is_direct=direct)
        return Understood(ticket, fact)
    if is_new(read.commands):
        return _in_their_name(look, agent, read, record)
    if (asks := to_desk.asks(look, agent, read, record)) is not None:
        return asks
    people = () if look.clues.is_forward else _people(look)
    released, beside = bool(look.job.released_by), look.others(None, read.commands)
    if people:
        opens = AgentOpens(look.message, agent, people[0], look.address, record)
        wrote = replace(opens, copies=people[1:], is_direct=True, released=released)
        return Understood(None, replace(wrote, others=beside))
    origin = look.message.forwarded.sender if look.message.forwarded else None
    requester = _forwarded(origin) if origin is not None else None
    opens = AgentOpens(look.message, agent, requester or themselves, look.address, record)
    opens = replace(opens, answers_desk=_answers_desk(look, agent))
    return Understood(None, replace(opens, released=released, others=beside))


def _to_delete(look: Look) -> Ticket | None:
    """The ticket that a mail with `#delete TKT-0007` alone names: it is as an answer to that."""
    commands = look.commands or ()
    if len(commands) != 1 or not is_delete(commands) or look.clues.is_forward:
        return None
    number = tickets.id_named(look.conn, commands[0].value)
    return look.ticket(number) if number is not None else None


def _in_their_name(
    look: Look, agent: Agent, read: command_lines.CommandLines, record: TrustRecord
) -> Understood:
    """#new: whose ticket it is says the line, or the mail that is passed on, or To and Cc."""
    found, forwarded = opening_of(read.commands, look.policy), look.message.forwarded
    origin = forwarded.sender if forwarded is not None else None
    people = () if look.clues.is_forward else _people(look)
    person = found.person if found is not None else None
    person = person or (_forwarded(origin) if origin is not None else None)
    person = person or (people[0] if people else None)
    opens = AgentOpens(
        look.message,
        agent,
        person or Person(agent.address, agent.name),
        look.address,
        record,
        channel=found.channel if found is not None and person is not None else "",
        is_told=not (
            any(one.name == QUIET for one in read.commands) or writes_to_customer(read.commands)
        ),
        released=bool(look.job.released_by),
        others=look.others(None, read.commands),
    )
    return Understood(None, opens)


def _answers_desk(look: Look, agent: Agent) -> bool:
    """Whether it answers a mail in which the desk told of tickets, because it was asked or by
    itself: nobody means to open one in their own name by that, and which is meant it does not
    say."""
    found = (outbox.by_message_id(look.conn, one) for one in look.message.in_reply_to[:3])
    return any(
        row is not None and mail_of(row.purpose).leads_to_no_ticket and row.recipient in agent.keys
        for row in found
    )


def _people(look: Look) -> tuple[Person, ...]:
    """Whom an agent has written to, with the desk in copy: customers, in the order of To and Cc."""
    others = thread.others_in(look.message, look.policy)
    return tuple(Person(address, name) for address, name in others if is_usable(address))


def _has_reached_all(look: Look, ticket: Ticket) -> bool:
    """Whether everybody who takes part stands in To or Cc, and so has this mail from the agent."""
    named = {box.key for box in (*look.message.to, *look.message.cc)}
    return all(person.key in named for person in ticket.participants)


def _forwarded(origin: Mailbox) -> Person | None:
    """Who wrote what an agent forwards; of "From: Dora Fisk" the name alone."""
    if is_usable(origin.address):
        return Person(origin.address, origin.name)
    return Person(NO_ADDRESS, origin.name) if origin.name else None


def _answer(look: Look, ticket: Ticket, agent: Agent) -> MessageFromAgent:
    """The agent's own words: nothing of a notification may go on to anybody."""
    own = answered(look, ticket, agent)
    commands = command_lines.read(own.message.reply, look.policy, own.message.opening).commands
    undoes = None
    if is_undo(commands):
        undoes = past.of_answer(look.conn, look.policy, ticket, agent, look.message)
    return MessageFromAgent(
        own.message,
        agent,
        TrustRecord(""),
        left_out=own.left_out,
        had=own.had,
        missed=own.missed,
        as_note=look.job.as_note,
        others=look.others(ticket, (*commands, *commands_of(undoes)), own.at),
        undoes=undoes,
    )
