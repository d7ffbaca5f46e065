"""When a customer writes: a new ticket, the next message of one, stars, or a thank-you
that reopens nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from maildesk.desk import survey
from maildesk.desk.customers.unsubscribing import unsubscribed, wants_no_more
from maildesk.desk.effects import (
    AddMessage,
    AddParticipant,
    AnswersGoTo,
    AskToJoin,
    CancelClock,
    Effect,
    JoinAddress,
    LinkTicket,
    NotifyAdmins,
    OpenTicket,
    Record,
    RecordScore,
    SendToCustomer,
    SetStatus,
    Snooze,
)
from maildesk.desk.facts import BY_PROGRAM, Entry, MessageFromRequester
from maildesk.desk.mails.attachment_policy import refused
from maildesk.desk.mails.loop_limits import over_limit
from maildesk.desk.mails.recipients import hearing, tell
from maildesk.desk.moves import move
from maildesk.desk.pages import scores
from maildesk.desk.pages.form import CHANNEL, WebForm, fields_set
from maildesk.desk.policy import Policy
from maildesk.desk.reason import Reason
from maildesk.desk.senders.contacts import as_known, is_said, paired
from maildesk.desk.senders.entries import BY_ANSWER
from maildesk.desk.senders.strangers import silent_to
from maildesk.desk.sla.periods import show_period
from maildesk.desk.threads import reference
from maildesk.desk.ticket import KIND_OF_SNOOZE, Move, Person, Status, Ticket
from maildesk.desk.verbs import carry_out as verbs
from maildesk.desk.verbs.table import CLOSE, REOPEN
from maildesk.mail.owners import mailbox_of

# in one ticket: each answer goes to all of them, and a robot may write from
# another address each time
MOST_PEOPLE = 50
MOST_OF_PROGRAMS = 5  # times `per_ticket`
MOST_NAMED = 100  # in To and Cc, of whom it is remembered that they had a message


def wrote(
    ticket: Ticket | None, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect]:
    """A customer's message, whatever it is."""
    return [*_of_words(ticket, fact, policy, now), *_left_out(fact, policy)]


def _of_words(
    ticket: Ticket | None, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect]:
    if ticket is None:
        return _opens(fact, policy, follows=fact.follows)
    if wants_no_more(ticket, fact.message) and not fact.stranger:
        return [_keep(fact), *unsubscribed(ticket)]
    if fact.is_requester:
        return _joins(ticket, fact, policy, now)
    if fact.stranger:
        return _asks(ticket, fact, policy, now)
    scored = None if fact.by_program else _score(ticket, fact, policy, now)
    if scored is not None:
        return scored
    reading, is_past = verbs.asked(ticket, fact, policy), _is_past(ticket, policy, now)
    is_silent = bool(reading.asked) and not reading.has_words
    if is_silent and not (is_past and verbs.asks_for(reading, REOPEN)):
        done = verbs.carried_out(ticket, reading, fact, policy, now)
        if is_past or verbs.are_done(done):
            return done
    if is_past:
        return _opens(fact, policy, follows=ticket.reference)
    said = _continues(ticket, fact, policy, now)
    if not reading.asked:
        return said
    if verbs.asks_for(reading, CLOSE) and (is_silent or verbs.is_proved(fact)):
        said = [one for one in said if not isinstance(one, SetStatus)]
    return [*said, *verbs.carried_out(ticket, reading, fact, policy, now, said=said)]


def _is_past(ticket: Ticket, policy: Policy, now: datetime) -> bool:
    """Whether it was closed so long ago that nothing reopens it."""
    if ticket.behaviour is not Status.CLOSED or not ticket.closed_at:
        return False
    return now - ticket.closed_at > policy.periods.reopen_within


def _joins(
    ticket: Ticket, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect]:
    """From a new address of the requester's: it is theirs from now on, in all tickets."""
    one, other = ticket.requester, fact.sender
    both = paired(one.address, other.address, fact.situation.joined, BY_ANSWER)
    known = replace(fact, situation=replace(fact.situation, joined=both), is_requester=False)
    effects = _of_words(ticket, known, policy, now)
    opens = any(isinstance(effect, OpenTicket) for effect in effects)
    person = as_known(other if opens else one, policy, both)
    return [
        *effects,
        JoinAddress(
            address=other.key,
            to=one.key,
            how=BY_ANSWER,
            organisation=person.organisation,
            tier=person.tier,
        ),
    ]


def _left_out(fact: MessageFromRequester, policy: Policy) -> list[Effect]:
    """Files that are passed on to nobody: the sender is told which, and why."""
    left = refused(fact.message.attachments, policy.attachments)
    if not left:
        return []
    names = ", ".join(f"{file.filename}: {policy.wording.english.why(why)}" for file, why in left)
    effects: list[Effect] = [Record(what="files_refused", detail={"files": names[:1000]})]
    if not fact.stranger and _may_write(fact, policy):
        told = tuple((file.filename, file.size, why) for file, why in left)
        effects.append(SendToCustomer(template="attachment_refused", context={"refused": told}))
    return effects


def _opens(fact: MessageFromRequester, policy: Policy, *, follows: str = "") -> list[Effect]:
    message, address = fact.message, fact.address
    queue = policy.queues[address.queue]
    joined, form = fact.situation.joined, fact.form or WebForm()
    requester = replace(as_known(fact.sender, policy, joined), answers_to=_where(fact))
    others = _but(fact.copies, fact.sender.address, fact, policy)
    effects: list[Effect] = [
        OpenTicket(
            subject=reference.without_reference(policy.reference_format, message.subject)
            or message.reply.strip().partition("\n")[0][:80],
            queue=queue.name,
            priority=form.priority_in(policy) or address.priority or queue.priority,
            category=form.category_in(policy) or address.category or queue.category,
            requester=requester,
            address=address.address,
            channel=CHANNEL if fact.form is not None else "email",
            language=address.language or policy.spoken(message.language),
            participants=others,
            follows=follows,
        ),
        _keep(fact),
        *fields_set(form, policy),
    ]
    if follows:
        effects.append(LinkTicket(reference=follows, kind="follows"))
    if fact.mentions:
        why = Reason("named_in_subject")
        effects.append(LinkTicket(reference=fact.mentions, why=why))
    return effects  # who hears of it is said by rules


def _asks(
    ticket: Ticket, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect]:
    """Somebody who has no part in the ticket: agents see it and decide. Nothing moves, and nobody
    outside hears of it.

    Nor do they: an automatic answer would tell a stranger that there is such a ticket, and a forged
    From what it never asked for.
    """
    if _is_past(ticket, policy, now):
        return _opens(replace(fact, mentions=ticket.reference), policy)  # a matter of their own
    kept = replace(_keep(fact), kind="stranger")
    if ticket.behaviour is Status.SPAM:
        return [kept]
    is_new = all(person.key != fact.sender.key for person in ticket.waiting)
    has_room = len(ticket.participants) + len(ticket.waiting) < MOST_PEOPLE
    asks: list[Effect] = [AskToJoin(person=fact.sender)] if is_new and has_room else []
    context = {"recipient": fact.sender.address}
    shown = tell(
        hearing(ticket, policy, now),
        "agent_stranger",
        policy,
        with_message=True,
        context=context,
    )
    return [kept, *asks, *shown]


def _continues(
    ticket: Ticket, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect]:
    effects: list[Effect] = [_keep(fact)]
    if ticket.behaviour is Status.SPAM:
        return effects  # kept; nobody is bothered, nobody joins
    if ticket.snoozed_until is not None:
        why = Reason("customer_wrote")
        effects += [Snooze(until=None, why=why), CancelClock(kind=KIND_OF_SNOOZE)]
    effects += _asks_for_answers(ticket, fact)
    sender = replace(fact.sender, answers_to=_where(fact))
    gone = verbs.left_for_good(fact.situation.history)
    copies = tuple(one for one in fact.copies if one.key not in gone)
    people = _but((sender, *copies), ticket.requester.address, fact, policy)
    effects += _where_they_wrote_last(ticket, sender, fact, policy)
    new = {p.key: p for p in people if not ticket.has_part(p.address)}
    effects += [
        AddParticipant(person=p, proved=_is_proved(fact))
        for p in list(new.values())[: max(0, MOST_PEOPLE - len(ticket.participants))]
    ]
    if not (ticket.behaviour is Status.RESOLVED and survey.is_only_thanks(fact.message.reply)):
        effects += move(ticket, Move.REQUESTER_REPLY, Reason("customer_wrote"))
    if fact.by_program and (told := _too_much(ticket, fact, policy, now)) is not None:
        return [*effects, told]
    return effects + tell(hearing(ticket, policy, now), "agent_reply", policy, with_message=True)


def _where_they_wrote_last(
    ticket: Ticket, sender: Person, fact: MessageFromRequester, policy: Policy
) -> list[Effect]:
    """The requester is answered at that of their addresses from which they wrote last, if nothing
    else was asked for."""
    requester, joined = ticket.requester, fact.situation.joined
    came_back = sender.key == requester.key and requester.answers_to and not fact.answers_to
    other = requester.answers_to if came_back else sender.key
    if not came_back and (sender.key == requester.key or ticket.has_part(sender.address)):
        return []
    if not is_said(requester.address, other, policy, joined):
        return []
    to = "" if came_back else sender.answers_to or sender.key
    return [AnswersGoTo(address=requester.key, to=to)]


def _but(
    people: tuple[Person, ...], customer: str, fact: MessageFromRequester, policy: Policy
) -> tuple[Person, ...]:
    """These people without further addresses of the customer's: one gets one mail. Where an answer
    alone made them theirs, both get it, for nobody has said so yet."""
    joined, own = fact.situation.joined, mailbox_of(customer)

    def is_other(one: Person) -> bool:
        return one.key != own and is_said(customer, one.address, policy, joined)

    return tuple(one for one in people if not is_other(one))


def _too_much(
    ticket: Ticket, fact: MessageFromRequester, policy: Policy, now: datetime
) -> NotifyAdmins | None:
    """What the admins hear, and agents no more, of a program that writes and writes; None below as
    many messages in the period as agents may write in a ticket."""
    loops = policy.loops
    since, most = now - loops.period, MOST_OF_PROGRAMS * loops.per_ticket
    past = fact.situation.history
    if sum(bool(e.detail.get(BY_PROGRAM)) and e.at >= since for e in past) < most:
        return None
    text = (
        f"{most} messages that a program of {fact.sender.address} sent came to {ticket.reference} "
        f"within {show_period(loops.period)}. Further ones are kept in the ticket, and agents are "
        "not told of each any more."
    )
    return NotifyAdmins(subject="A program writes too much", text=text, once=f"program:{ticket.id}")


def _asks_for_answers(ticket: Ticket, fact: MessageFromRequester) -> list[Effect]:
    """Where the sender wants answers, as this message says (RFC 5322, 3.6.2).

    One that comes from there says nothing new; one from their own address that asks for nothing
    takes it back.
    """
    person = ticket.part_of(fact.sender.address)
    if person is None or fact.answers_to is None:
        return []
    to = _where(fact)
    if to == person.answers_to or (not to and person.key != fact.sender.key):
        return []
    return [AnswersGoTo(address=person.key, to=to)]


def _where(fact: MessageFromRequester) -> str:
    """Where the sender asked for answers, folded; "" where at their own address."""
    return mailbox_of(fact.answers_to) if fact.answers_to else ""


def _is_proved(fact: MessageFromRequester) -> bool:
    """Whether it is beyond doubt who wrote, and so who brings whom: a server's word, or an address
    that was made for them. Who only knows a Message-ID may be anybody who saw that mail."""
    own = fact.situation.acquaintance.is_proved and fact.trust.from_matches
    return fact.trust.authenticated or own


def _score(
    ticket: Ticket, fact: MessageFromRequester, policy: Policy, now: datetime
) -> list[Effect] | None:
    """The effects of an answer to the stars, or None where it is none. The stars were for the
    requester alone.

    A From and somebody else's copy of the resolution are no proof: everybody in
    Cc could write both.
    """
    proved = fact.situation.acquaintance.is_proved
    asked = fact.survey or (
        proved and ticket.surveyed and ticket.behaviour in (Status.RESOLVED, Status.CLOSED)
    )
    if not asked or not ticket.is_requester(fact.sender.address):
        return None
    words = fact.message.text if fact.page else fact.message.reply  # all of a page's are theirs
    found = survey.read_score(
        words, fact.message.subject if fact.survey else "", survey=fact.survey
    )
    if found is None:
        return None
    score, comment = found
    before = scores.given(fact.situation.history, policy)
    weight = scores.weighed(before, fact.page, now, ticket.resolved_at)
    effects = _rated(ticket, fact, score, comment, weight, before[-1:], now)
    # one that does not count is not thanked for as though it did; a page thanks by itself
    counts = weight in (scores.Weight.COUNTS, scores.Weight.REPLACES)
    if counts and fact.page is None and _may_write(fact, policy):
        thanks = (
            # a correction is confirmed, too
            f"survey_thanks:{sum(entry.what == 'scored' for entry in fact.situation.history)}"
        )
        effects.append(
            SendToCustomer(
                template="survey_thanks", once=thanks, context={"score": score, "comment": comment}
            )
        )
    # it reopens nothing, but somebody should read what they say
    told = scores.news(before if weight is scores.Weight.COUNTS else (), score, comment)
    if weight is scores.Weight.DOUBTFUL:  # it is no message of theirs
        told = {"score": score, "text": comment, "doubtful": True}
    if told and comment and not survey.is_only_thanks(comment):
        people = hearing(ticket, policy, now)
        effects += tell(people, "agent_reply", policy, with_message=True, context=told)
    return effects


def _rated(
    ticket: Ticket,
    fact: MessageFromRequester,
    score: int,
    comment: str,
    weight: scores.Weight,
    stood: Sequence[Entry],
    now: datetime,
) -> list[Effect]:
    """What the ticket keeps of a score. A doubtful one is no message of the customer's."""
    came = fact.page.told(ticket.resolved_at, now) if fact.page else {}
    if weight is scores.Weight.DOUBTFUL:
        detail = {"score": str(score), "comment": comment, **came}
        return [Record(what=scores.DOUBTFUL, detail=detail)]
    if weight is scores.Weight.LATE:
        return [_keep(fact), Record(what="score_ignored", detail={"score": str(score)})]
    doubted = stood if weight is scores.Weight.REPLACES else ()
    return [
        _keep(fact),
        *(Record(what=scores.DOUBTFUL, detail=one.detail) for one in doubted),
        RecordScore(score=score, comment=comment, came=came),
    ]


def _may_write(fact: MessageFromRequester, policy: Policy) -> bool:
    """Whether the desk may write to them by itself."""
    limit = over_limit(fact.situation.counters, policy.loops)
    return fact.message.may_answer and not limit and not silent_to(fact.situation, policy)


def _keep(fact: MessageFromRequester) -> AddMessage:
    message = fact.message
    return AddMessage(
        kind="public",
        direction="in",
        sender=fact.sender,
        text=message.text,
        reply=message.shown,
        by_program=fact.by_program,
        has_files=bool(message.attachments),
        had=_had(fact),
    )


def _had(fact: MessageFromRequester) -> tuple[str, ...]:
    """Who has this message, or is to have the answers to it: its writer, and whom To, Cc and
    Reply-To name."""
    brought = (person.key for person in fact.copies)
    named = (mailbox_of(box.address) for box in (*fact.message.to, *fact.message.cc))
    return tuple(dict.fromkeys((fact.sender.key, *brought, *named)))[:MOST_NAMED]
