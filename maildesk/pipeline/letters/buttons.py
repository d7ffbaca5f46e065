"""What a mail offers by one tap: a mail that is ready to send, signed for whoever taps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.allowed import refused
from maildesk.desk.commands.families.canned import lacks_nothing
from maildesk.desk.commands.families.moves import impossible
from maildesk.desk.commands.help import spelling
from maildesk.desk.commands.spec import Request
from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.customers.unsubscribing import WORD
from maildesk.desk.filters.visibility import may_see
from maildesk.desk.mails.views import ActionView
from maildesk.desk.merging.likely import are_alike, is_new
from maildesk.desk.replies.canned import shelves
from maildesk.desk.threads import reference
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import NO_ADDRESS, Move, Status
from maildesk.pipeline.letters import proofs
from maildesk.pipeline.undo import shown as undo_shown
from maildesk.store.desk import tickets

if TYPE_CHECKING:
    from maildesk.desk.mails.mail import Mail
    from maildesk.desk.mails.views import TicketView
    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.ticket import Person, Ticket
    from maildesk.pipeline.transaction import TicketChange

# What the mail of a button begins with: a command in the reader's language, and what follows it.
_COMMANDS = {
    "customer": ("customer", " "),
    "take": ("take", ""),
    "resolve": ("resolve", ""),
    "waiting": ("wait", ""),
    "snooze": ("snooze", " 1d"),
    "note": ("note", "\n\n"),
    "reply": ("reply", "\n\n"),
    "spam": ("spam", ""),
    "letin": ("letin", " {recipient}"),
    "also": ("also", " {recipient}"),
    "keepout": ("keepout", " {recipient}"),
    "show": ("show", ""),
    "undo": ("undo", ""),
}
# These are about a mail in the outbox and go to an address that names it.
_ABOUT_A_MAIL = {"resend": Purpose.RESEND, "lift": Purpose.LIFT}
_MOVES = {
    "resolve": Move.RESOLVE,
    "wait": Move.WAIT,
    "spam": Move.MARK_SPAM,
    "notspam": Move.NOT_SPAM,
}
# Where these commands would change nothing, or take up what is over.
_OVER = (Status.RESOLVED, Status.CLOSED)
_DONE_IN = {
    "resolve": _OVER,
    "wait": (Status.WAITING, *_OVER),
    "snooze": (Status.WAITING, *_OVER, Status.SPAM),  # who waits for the customer has put it off
    "priority": (*_OVER, Status.SPAM),
    "spam": (Status.SPAM,),
    "reopen": tuple(status for status in Status if status not in _OVER),
}
# What is named below a notification, where it makes sense.
_HINTS = (
    *("customer", "take", "resolve", "wait", "reply", "note", "reopen", "priority", "spam"),
    "notspam",
)
_HINTED = "high"  # as templates have it
# What of the buttons there are is the one that makes sense now: the first that is there.
_MAKES_SENSE = ("again", "customer", "take", "reply", "resend", "lift", "resolve")
# To these an answer is to be expected: they offer canned replies, and so many at most.
_ANSWERED, _MOST_CANNED = ("created", "assigned", "replied"), 3
_LONGEST = 1500  # characters of a mail that a link carries; mail programs cut longer ones off
# These are about the answer that this act has held, and what each of them sends.
_ABOUT_AN_ANSWER = {
    "send_anyway": "#confirm",
    "merge_anyway": "#confirm",
    "delete_anyway": "#confirm",
    "as_note": "#note",
    "discard": "#discard",
}


def offered(
    change: TicketChange, agent: Agent, mail: Mail, purpose: Purpose, told: Mapping[str, object]
) -> tuple[ActionView, ...]:
    """The buttons of this notification, the one that makes sense now first and marked as such;
    `purpose` is what a plain answer to it is for, `told` what its effect tells."""
    ticket, language = change.subject, change.policy.wording.of(agent.language)
    subject = reference.with_reference(f"Re: {ticket.subject}", ticket.reference)
    plain = proofs.way_back(change, ticket.address, purpose, ticket.id, agent.address)
    recipient, number = str(told.get("recipient", "")), int(str(told.get("outbox_id", 0)))
    # whoever's address nobody knows can be written to as soon as somebody names it
    there = ("customer", *mail.buttons) if "resolve" in mail.buttons else mail.buttons
    request = Request(ticket, agent_acts(agent), change.policy, change.now)
    names = [name for name in there if _can_be_done(change, request, name, purpose, told)]
    is_answered = mail.plain_reply == "reply" and not _waits_for_us(ticket)
    if is_answered and purpose is Purpose.AGENT_REPLY:
        names = [name for name in names if name != "reply"]
    sensible = (name for name in _MAKES_SENSE if not (is_answered and name == "reply"))
    first = next((name for name in sensible if name in names), "")
    found = []
    for name in sorted(names, key=lambda name: name != first):
        way = plain
        if name in _ABOUT_A_MAIL:
            wish = _ABOUT_A_MAIL[name]
            way = proofs.way_back(change, ticket.address, wish, number, agent.address)
        if name == "undo" and change.act is not None:
            mailbox, wish = ticket.address, Purpose.UNDO
            way = proofs.way_back(change, mailbox, wish, change.act, agent.address)
        if name in _ABOUT_AN_ANSWER:
            held, wish = change.tx.held[-1], Purpose.CONFIRM
            way = proofs.way_back(change, ticket.address, wish, held, agent.address)
            body = _ABOUT_AN_ANSWER[name]
        elif name in _COMMANDS:
            command, behind = _COMMANDS[name]
            body = f"#{spelling(command, language)}{behind.format(recipient=recipient)}"
        else:
            body = str(told["text"]) if name == "again" else f"#{name}"
        label = language.button(name)
        made = way.button(name, label, subject, body, ticket.reference, said=label)
        found.append(replace(made, primary=name == first))
    if mail.event in _ANSWERED and purpose is Purpose.AGENT_REPLY:
        found += _canned(change, agent, plain, subject)
    if mail.event in ("created", "assigned"):
        earlier = cast("Sequence[TicketView]", told.get("earlier", ()))
        found += _merge(change, agent, earlier)
    return tuple(found)


def _waits_for_us(ticket: Ticket) -> bool:
    """Whether the customer wrote last, and it is not over."""
    return ticket.turn != "answered" and ticket.behaviour not in (*_OVER, Status.SPAM)


def _merge(
    change: TicketChange, agent: Agent, earlier: Sequence[TicketView]
) -> Iterator[ActionView]:
    """To make it part of an open ticket of the same customer that is probably about the same: its
    subject has mostly the same words, and it is but days old. Those were looked up already."""
    ticket, policy = change.subject, change.policy
    likely = (one for one in earlier if _is_alike(change, one))
    one = next(likely, None) if ticket.behaviour not in (*_OVER, Status.SPAM) else None
    other = tickets.named(change.conn, policy, one.reference) if one is not None else None
    if other is None or other.id == ticket.id or not may_see(agent, other, policy):
        return
    request = Request(other, agent_acts(agent), policy, change.now)
    if refused(COMMANDS["merge"], None, request) is not None:
        return
    language, purpose = policy.wording.of(agent.language), Purpose.AGENT_REPLY
    subject = reference.with_reference(f"Re: {other.subject}", other.reference)
    way = proofs.way_back(change, other.address, purpose, other.id, agent.address)
    body = f"#{spelling('merge', language)} {ticket.reference}"
    label = language.button("merge").replace("{about}", other.reference)
    yield way.button("merge", label, subject, body, other.reference, said=label)


def _is_alike(change: TicketChange, one: TicketView) -> bool:
    """Whether this other ticket of the same customer is probably about the same."""
    policy, now = change.policy, change.now
    return is_new(one.status, one.created_at, policy, now) and are_alike(
        change.subject.subject, one.subject
    )


def _canned(
    change: TicketChange, agent: Agent, way: proofs.Way, subject: str
) -> Iterator[ActionView]:
    """Canned replies of the ticket's category, named in the reader's language; the customer gets
    theirs."""
    ticket, policy = change.subject, change.policy
    if not (policy.canned and ticket.category) or impossible(ticket, Move.AGENT_REPLY) is not None:
        return
    language, tongues = policy.wording.of(agent.language), (agent.language, *policy.languages)
    request = Request(ticket, agent_acts(agent), policy, change.now)
    ours = [
        shelf.shown
        for shelf in shelves(policy.canned, tongues, ticket.category)
        if shelf.shown.category == ticket.category and lacks_nothing(shelf.shown.shortcut, request)
    ]
    for one in ours[:_MOST_CANNED]:
        label = language.button("canned").replace("{about}", one.subject or one.shortcut)
        body = f"#{spelling('canned', language)} {one.shortcut}"
        yield way.button("canned", label, subject, body, ticket.reference, said=label)


def of_line(change: TicketChange, ticket: Ticket, agent: Agent) -> tuple[ActionView, ...]:
    """What the line of a list offers: to see the ticket, and to take it where nobody has it."""
    return beside(change, ticket, agent, ("show",) if ticket.assignee else ("show", "take"))


def beside(
    change: TicketChange, ticket: Ticket, agent: Agent, names: Sequence[str]
) -> tuple[ActionView, ...]:
    """Those of these buttons that make sense now, for a ticket that the act is not about."""
    language, purpose = change.policy.wording.of(agent.language), Purpose.AGENT_REPLY
    subject = reference.with_reference(f"Re: {ticket.subject}", ticket.reference)
    way = proofs.way_back(change, ticket.address, purpose, ticket.id, agent.address)
    request = Request(ticket, agent_acts(agent), change.policy, change.now)
    found = []
    for name in names:
        if _can_be_done(change, request, name, purpose, {}):
            command, behind = _COMMANDS[name]
            body, label = f"#{spelling(command, language)}{behind}", language.button(name)
            found.append(way.button(name, label, subject, body, ticket.reference, said=label))
    return tuple(found)


def _can_be_done(
    change: TicketChange,
    request: Request,
    name: str,
    purpose: Purpose,
    told: Mapping[str, object],
) -> bool:
    """Whether this button would do something, and the agent of the request may have it done."""
    if name == "resend":  # what did arrive need not be sent again
        return bool(told.get("proved", True))
    if name == "undo":
        return undo_shown.can_be_undone(change)
    if name == "lift":
        return "silent_until" in told
    if name == "again":
        return 0 < len(str(told.get("text", ""))) <= _LONGEST
    return name not in _COMMANDS or _makes_sense(request, _COMMANDS[name][0], purpose)


def hints(change: TicketChange, agent: Agent, purpose: Purpose) -> tuple[str, ...]:
    """The commands that this agent may write above an answer, and that would do something now."""
    named = (name for name in _HINTS if not (name == "reply" and purpose is Purpose.AGENT_REPLY))
    request = Request(change.subject, agent_acts(agent), change.policy, change.now)
    return tuple(name for name in named if _makes_sense(request, name, purpose))


def _makes_sense(request: Request, command: str, purpose: Purpose) -> bool:
    """Whether this command would do something, and the agent of the request may have it done."""
    ticket, mine = request.ticket, request.ticket.assignee.lower() == request.by.address.lower()
    if command == "customer" and ticket.requester.address != NO_ADDRESS:
        return False
    if command == "take" and mine:
        return False
    if command == "snooze" and (not mine or ticket.snoozed_until is not None):
        return False
    if command == "priority" and not _can_rise(ticket, request.policy):
        return False
    if command == "note" and purpose is Purpose.AGENT_NOTE:  # a plain answer is one
        return False
    if ticket.behaviour in _DONE_IN.get(command, ()):
        return False
    if command in _MOVES and impossible(ticket, _MOVES[command]) is not None:
        return False
    if command == "also" and ticket.requester.has_no_address:
        return False
    return refused(COMMANDS[command], None, request) is None


def _can_rise(ticket: Ticket, policy: Policy) -> bool:
    """Whether what is hinted at, `#priority high`, may be more than it has."""
    known = policy.priorities
    highest = known.index(_HINTED) if _HINTED in known else len(known) - 1
    return ticket.priority not in known[highest:]


def unsubscribe(change: TicketChange, person: Person) -> str:
    """The mail that ends campaigns for them (RFC 2369, 3.2), ready to send."""
    ticket = change.subject
    way = proofs.way_back(change, ticket.address, Purpose.REQUESTER, ticket.id, person.address)
    return way.button("unsubscribe", "", WORD, WORD, ticket.reference).mailto


def stars(change: TicketChange, person: Person) -> tuple[ActionView, ...]:
    """The five stars of a survey."""
    ticket = change.subject
    way = proofs.way_back(change, ticket.address, Purpose.SURVEY, ticket.id, person.address)
    number = ticket.reference
    return tuple(
        way.button(f"star{n}", str(n), f"{n}/5 [{number}]", str(n), number) for n in range(1, 6)
    )
