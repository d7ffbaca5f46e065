"""What a customer's verbs come to: effects, and one mail that says what was done and how it stands.

A verb is obeyed where it is beyond doubt who wrote it (`is_proved`), and where `permissions` lets
them: the requester, a participant, or nobody. Else it is a message like any other, and its writer
hears why nothing else came of it, at the address by which they take part. Nothing that anybody has
written is told here, and no note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maildesk.desk.actor import Actor, customer_acts
from maildesk.desk.effects import (
    AddParticipant,
    CancelClock,
    Effect,
    Record,
    RemoveParticipant,
)
from maildesk.desk.evolve import evolved
from maildesk.desk.mails.loop_limits import never_answered
from maildesk.desk.mails.recipients import hearing, tell
from maildesk.desk.mails.shown.small_views import LineView
from maildesk.desk.moves import move
from maildesk.desk.permissions import PARTICIPANT, REQUESTER, CustomerMay, customer_refusal
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.senders.contacts import is_same_contact
from maildesk.desk.senders.entries import Joined
from maildesk.desk.senders.strangers import silent_to
from maildesk.desk.ticket import KIND_OF_SNOOZE, Move, Person, Status, Ticket
from maildesk.desk.verbs import table
from maildesk.desk.verbs.table import VERBS, Asked
from maildesk.desk.verbs.verb_effects import AskForStars, TellPerson
from maildesk.desk.verbs.words import NOTHING, Reading, read, says_something

if TYPE_CHECKING:
    from maildesk.desk.facts import Entry, MessageFromRequester
    from maildesk.desk.policy import Policy

MOST_PEOPLE = 50  # in one ticket: see `from_customer`
ASKED, _WHY = "asked", "why"  # the history's word; in its detail where nothing was done
_DAY = timedelta(days=1)
_OVER = (Status.RESOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Request:
    """One verb and all that says what may come of it. `was`: the ticket before this mail; `ticket`:
    as what stands before the verb leaves it; `is_silent`: no words go with it."""

    asked: Asked
    by: Actor
    sender: Person
    was: Ticket
    ticket: Ticket
    history: Sequence[Entry]
    policy: Policy
    now: datetime
    is_silent: bool

    @property
    def why(self) -> Reason:
        """For the history."""
        who = self.by.name or self.by.address
        return Reason("asked", {"agent": who, "line": self.asked.line})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of it, what is done, and whether anything is."""

    said: Problem | None = None
    effects: tuple[Effect, ...] = ()
    is_done: bool = True


def asked(ticket: Ticket, fact: MessageFromRequester, policy: Policy) -> Reading:
    """The verbs of this message of somebody who takes part; none in what a program sent, but that
    of an address which says it all."""
    ends_surveys = fact.asks == table.NO_SURVEYS
    if ticket.behaviour is Status.SPAM or not _role(ticket, fact, policy):
        return NOTHING
    if fact.by_program and not ends_surveys:
        return NOTHING
    message = fact.message
    found = read(message.reply, policy, message.opening)
    has_words = found.has_words or any(not one.inline for one in message.attachments)
    if ends_surveys:
        own = Asked(VERBS[table.NO_SURVEYS])
        others = (one for one in found.asked if one.verb is not own.verb)
        has_words = has_words and not fact.by_program and says_something(message.reply)
        return Reading((own, *others), has_words)
    return Reading(found.asked, has_words)


def is_proved(fact: MessageFromRequester) -> bool:
    """Whether it is beyond doubt that who takes part has written it: a server's word, an address
    that was made for them, or the Message-ID of their own copy of a mail."""
    trust = fact.trust
    known = trust.from_matches and fact.situation.acquaintance.is_proved
    return trust.authenticated or trust.is_for_sender or known


def asks_for(reading: Reading, name: str) -> bool:
    """Whether this verb is among them."""
    return any(one.verb.name == name for one in reading.asked)


def are_done(effects: Iterable[Effect]) -> bool:
    """Whether all that was asked for is done by these effects of it."""
    told = (one for one in effects if isinstance(one, Record) and one.what == ASKED)
    return all(_WHY not in one.detail for one in told)


def carried_out(
    ticket: Ticket,
    reading: Reading,
    fact: MessageFromRequester,
    policy: Policy,
    now: datetime,
    *,
    said: Sequence[Effect] | None = None,
) -> list[Effect]:
    """The effects of these verbs; `said`: of the message that stays in the ticket beside them,
    None where there is none."""
    by = customer_acts(fact.sender, role=_role(ticket, fact, policy))
    effects: list[Effect] = []
    lines: list[LineView] = []
    for one in reading.asked:
        found = Outcome(Problem("verb_not_proved"), is_done=False)
        stands = evolved(ticket, (*(said or ()), *effects), policy, now) or ticket
        if is_proved(fact):
            history, sender, silent = fact.situation.history, fact.sender, said is None
            request = Request(one, by, sender, ticket, stands, history, policy, now, silent)
            found = _handled(request)
        effects += found.effects
        detail = {"verb": one.verb.name, "people": ", ".join(one.people)}
        if found.said is not None and not found.is_done:
            detail[_WHY] = policy.wording.english.say(found.said)
        effects.append(Record(what=ASKED, detail={k: v for k, v in detail.items() if v}))
        if found.said is not None:
            lines.append(LineView(one.line, (found.said,), found.is_done))
    if not fact.message.may_answer or silent_to(fact.situation, policy):
        return effects
    context = {"lines": tuple(lines), "stands": _shows_status(by, reading, fact, policy)}
    person = fact.sender
    return [*effects, TellPerson(template="verbs_answered", person=person, context=context)]


def left_for_good(history: Iterable[Entry]) -> frozenset[str]:
    """Who has left by their own word, and has not come back by it: nobody brings them in again."""
    left: set[str] = set()
    for entry in history:
        address = entry.detail.get("address", "")
        if entry.what == "left" and entry.who == address:
            left.add(address)
        elif entry.what == "joined":
            left.discard(address)
    return frozenset(left)


def _role(ticket: Ticket, fact: MessageFromRequester, policy: Policy) -> str:
    """What the sender is to the ticket."""
    return role_in(ticket, fact.sender.address, policy, fact.situation.joined)


def role_in(ticket: Ticket, address: str, policy: Policy, joined: Joined) -> str:
    """What somebody with this address is to the ticket; "": nothing."""
    own = ticket.requester.address
    if ticket.is_requester(address) or is_same_contact(own, address, policy, joined):
        return REQUESTER
    return PARTICIPANT if ticket.has_part(address) else ""


def _shows_status(by: Actor, reading: Reading, fact: MessageFromRequester, policy: Policy) -> bool:
    """Whether the mail says how the ticket stands: to whoever may know, and takes part yet."""
    left = asks_for(reading, table.LEAVE) and by.role == PARTICIPANT
    if left or not is_proved(fact):
        return False
    return customer_refusal(by, CustomerMay.STATUS, policy.customers) is None


def _handled(request: Request) -> Outcome:
    verb = request.asked.verb
    handler = _HANDLERS[verb.name]
    itself = (request.ticket.part_of(request.sender.address) or request.sender).key
    if verb.name == table.REMOVE and request.asked.people == (itself,):
        handler = _leave  # that is anybody's to do
    elif verb.needs is not None:
        refused = customer_refusal(request.by, verb.needs, request.policy.customers)
        if refused is not None:
            return Outcome(refused, is_done=False)
    return handler(request)


def _status(_request: Request) -> Outcome:
    return Outcome()  # the mail says it anyway


def _close(request: Request) -> Outcome:
    ticket = request.ticket
    if ticket.behaviour is Status.CLOSED:
        return Outcome(Problem("verb_closed_before"))
    return Outcome(Problem("verb_closed"), (*closed(ticket, request.why), *_told(request)))


def closed(ticket: Ticket, why: Reason) -> Sequence[Effect]:
    """What closing a ticket of theirs comes to, by mail and on its page."""
    effects = move(ticket, Move.CLOSE, why)
    if ticket.snoozed_until is not None:
        effects.append(CancelClock(kind=KIND_OF_SNOOZE))
    return effects


def _reopen(request: Request) -> Outcome:
    if request.was.behaviour not in _OVER:
        return Outcome(Problem("verb_open_before"))
    if request.ticket.behaviour not in _OVER:  # by the words beside it
        return Outcome(Problem("verb_reopened"))
    effects = move(request.ticket, Move.REOPEN, request.why)
    return Outcome(Problem("verb_reopened"), (*effects, *_told(request)))


def _told(request: Request) -> Sequence[Effect]:
    """Agents hear of it, where no words of the customer's tell them."""
    ticket, policy = request.ticket, request.policy
    return told_of(ticket, request.sender, policy, request.now) if request.is_silent else ()


def told_of(
    ticket: Ticket, person: Person | None, policy: Policy, now: datetime
) -> Sequence[Effect]:
    """Agents hear of it, by mail or on the ticket's page, and that this person did it without a
    word; None: their words came before."""
    context = {"by": ticket.part_of(person.address) or person} if person is not None else {}
    return tell(hearing(ticket, policy, now), "agent_verb", policy, context=context)


def _add(request: Request) -> Outcome:
    ticket, policy, people = request.ticket, request.policy, request.asked.people
    most = policy.customers.most_added
    new = [one for one in people if not ticket.has_part(one)]
    names = {"address": ", ".join(people)}
    if not new:
        return Outcome(Problem("verb_added_before", names))
    wrong = [one for one in new if not _may_be_added(one, request)]
    if wrong:
        return Outcome(Problem("verb_cannot_join", {"address": ", ".join(wrong)}), is_done=False)
    room = min(most - _added(request), MOST_PEOPLE - len(ticket.participants))
    if len(new) > room:
        return Outcome(Problem("verb_no_room", {"most": str(most)}), is_done=False)
    effects: list[Effect] = [AddParticipant(person=Person(one)) for one in new]
    effects += [
        TellPerson(
            template="brought_in",
            person=Person(one),
            once=f"brought_in:{one}",
            is_new=True,
            context={"recipient": request.by.address},
        )
        for one in new
    ]
    return Outcome(Problem("verb_added", names), tuple(effects))


def _may_be_added(address: str, request: Request) -> bool:
    """Nobody of ours, no robot, nobody whom an agent keeps out or has to decide about, and nobody
    who has left."""
    ticket, policy = request.ticket, request.policy
    decided = ticket.kept_out | {one.key for one in ticket.waiting}
    if address in decided | left_for_good(request.history):
        return False
    return policy.may_take_part(address) and not never_answered(address, policy)


def _added(request: Request) -> int:
    """How many people customers have brought into the ticket so within a day."""
    since = request.now - _DAY
    lately = (one for one in request.history if one.what == ASKED and one.at >= since)
    done = (one for one in lately if one.detail.get("verb") == table.ADD and _WHY not in one.detail)
    return sum(len(one.detail.get("people", "").split(", ")) for one in done)


def _remove(request: Request) -> Outcome:
    ticket, people = request.ticket, request.asked.people
    found = [ticket.part_of(one) for one in people]
    absent = [one for one, person in zip(people, found, strict=True) if person is None]
    if absent:
        return Outcome(Problem("verb_not_there", {"address": ", ".join(absent)}), is_done=False)
    keys = [person.key for person in found if person is not None]
    if ticket.requester.key in keys:
        return Outcome(Problem("verb_requester_stays"), is_done=False)
    gone = tuple(RemoveParticipant(address=key) for key in keys)
    return Outcome(Problem("verb_removed", {"address": ", ".join(people)}), gone)


def _leave(request: Request) -> Outcome:
    if request.by.role == REQUESTER:
        return Outcome(Problem("verb_requester_stays"), is_done=False)
    own = request.ticket.part_of(request.sender.address)
    gone = (RemoveParticipant(address=own.key),) if own is not None else ()
    return Outcome(Problem("verb_left"), gone)


def _no_surveys(request: Request) -> Outcome:
    effect = AskForStars(address=request.by.address, on=False)
    return Outcome(Problem("verb_no_surveys"), (effect,))


def _surveys(request: Request) -> Outcome:
    effect = AskForStars(address=request.by.address, on=True)
    return Outcome(Problem("verb_surveys"), (effect,))


_HANDLERS: Mapping[str, Callable[[Request], Outcome]] = {
    table.STATUS: _status,
    table.CLOSE: _close,
    table.REOPEN: _reopen,
    table.ADD: _add,
    table.REMOVE: _remove,
    table.LEAVE: _leave,
    table.NO_SURVEYS: _no_surveys,
    table.SURVEYS: _surveys,
}
