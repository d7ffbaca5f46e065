"""What the store knows that a decision needs: counters, suppressed addresses, loads, history,
standing timers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from maildesk.desk.facts import (
    FOR_ONE,
    AgentOpens,
    AutomaticMail,
    Counters,
    Fact,
    Load,
    MessageFromRequester,
    Situation,
)
from maildesk.desk.mails.loop_limits import HELD, group_of, suspicious_row, suspicious_words
from maildesk.desk.mails.loop_words import signs_of
from maildesk.desk.policy import Policy
from maildesk.desk.senders.contacts import addresses_of
from maildesk.desk.senders.strangers import acquaintance
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Status, Ticket
from maildesk.mail.owners import mailbox_of, organisation_of
from maildesk.store import automatic, timers
from maildesk.store.desk import assignments, contacts, tickets
from maildesk.store.loops import causes

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services


_F = TypeVar("_F", bound=Fact)


def situation_for(
    conn: Connection,
    services: Services,
    policy: Policy,
    ticket: Ticket | None,
    address: str,
    fact: Fact | None = None,
    *,
    answers: bool = False,
    came: datetime | None = None,
    answers_to: str = "",
) -> Situation:
    """The situation in which something would be sent to this address, about this
    ticket where there is one.

    `answers`: the fact is a message that only somebody can have written who had a mail of ours.
    `came`: when it was received, where it may open a ticket, and so be greeted. `answers_to`: where
    its sender wants answers; of a ticket's requester that is known.
    """
    now = services.now()
    since = now - policy.loops.period
    ticket_id = ticket.id if ticket else None
    other = ticket.requester.answers_to if ticket is not None else answers_to
    if other and ticket is not None and ticket.agent_wrote_at is not None:
        address, other = other, address  # what goes out by itself goes there, too
    standing = automatic.standing_of(
        conn,
        address,
        since=since,
        now=now,
        ticket_id=ticket_id,
        other=other,
        listed=addresses_of(address, policy),
    )
    history = tickets.entries(conn, ticket.id) if ticket else ()
    known = acquaintance(
        fact, ticket, history, is_correspondent=standing.is_correspondent, answers=answers
    )
    counters, words = Counters(standing.to_person, standing.about_ticket), ""
    if came is not None and isinstance(fact, MessageFromRequester):
        counters, words = _weighed(conn, fact, policy, counters, came, now)
    return Situation(
        counters=counters,
        loads=Loads(conn, policy),
        history=history,
        clocks=timers.standing(conn, ticket.id) if ticket else {},
        suppressed=frozenset((mailbox_of(address), mailbox_of(other)))
        if standing.is_suppressed
        else frozenset(),
        acquaintance=known,
        largest=services.largest.mail,
        words=words,
        joined=contacts.Asked(conn, () if standing.has_joined else (address,)),
    )


def _weighed(
    conn: Connection,
    fact: MessageFromRequester,
    policy: Policy,
    counters: Counters,
    came: datetime,
    now: datetime,
) -> tuple[Counters, str]:
    """Whether mail of ours has caused this message, and others before it; and what it says."""
    message, organisation = fact.message, organisation_of(fact.sender.address)
    since = now - policy.loops.period
    words = signs_of(message.subject, message.reply or message.text)
    number = reference.find_number(policy.reference_format, f"{fact.mentions} {message.text}")
    bears = number is not None and causes.was_about(conn, organisation, number, since)
    found = causes.weigh(
        conn,
        organisation,
        causes.REFERENCE if bears else words,
        came=came,
        since=since,
        ticket_id=number if bears else None,
        longest_row=suspicious_row(policy.loops),
    )
    if found.ended_same >= suspicious_words(policy.loops):
        causes.let_go(conn, f"{HELD}{organisation}:{words}", now)
    if found.ended_row >= suspicious_row(policy.loops):
        causes.let_go(conn, f"{HELD}{organisation}:", now)
    weighed = replace(
        counters,
        same_words=found.same_words,
        references=found.references,
        in_a_row=found.in_a_row,
        spared=found.spared,
        is_loop=found.is_proved,
    )
    return weighed, words


def ringing(
    conn: Connection, situation: Situation, kind: str, policy: Policy, now: datetime
) -> Situation:
    """The situation in which this timer rings, of whatever kind it is."""
    if not kind.startswith(HELD):
        return situation
    organisation, words = group_of(kind)
    loops = policy.loops
    found = causes.release(
        conn,
        organisation,
        words,
        now=now,
        since=now - loops.period,
        same_words=suspicious_words(loops),
        in_a_row=suspicious_row(loops),
    )
    return replace(situation, words=words, free_at=found.at, is_trial=found.is_trial)


def asked_enough(conn: Connection, now: datetime, policy: Policy, address: str) -> bool:
    """Whether this agent had so many questions answered lately that a robot may be asking them."""
    since = now - policy.loops.period
    standing = automatic.standing_of(conn, address, since=since, now=now)
    return standing.to_person >= policy.loops.questions


def situated(
    fact: _F,
    ticket: Ticket | None,
    conn: Connection,
    services: Services,
    policy: Policy,
    received_at: datetime | None = None,
) -> _F:
    """The fact with what the store knows about its ticket, and about whoever
    would be written to; `received_at` is that of a message."""
    if isinstance(fact, (MessageFromRequester, AutomaticMail)):
        # What is sent by itself goes to the requester, whoever wrote.
        address = ticket.requester.address if ticket is not None else fact.sender.address
    elif isinstance(fact, AgentOpens):
        address = fact.requester.address
    elif ticket is not None:
        address = ticket.requester.address
    else:
        return fact
    answers = isinstance(fact, MessageFromRequester) and _answers(fact, conn)
    may_open = ticket is None or ticket.behaviour is Status.CLOSED
    asked = fact.answers_to or "" if isinstance(fact, MessageFromRequester) else ""
    situation = situation_for(
        conn,
        services,
        policy,
        ticket,
        address,
        fact,
        answers=answers,
        came=received_at if may_open else None,
        answers_to=asked,
    )
    return replace(fact, situation=situation)


def _answers(fact: MessageFromRequester, conn: Connection) -> bool:
    """Whether this can only be an answer of the one who is named in From: it came to a reply
    address that was made for them, or names the Message-ID of their own copy of a mail. Another's
    Message-ID is known to all who had that mail."""
    trust, message = fact.trust, fact.message
    if fact.by_program:
        return False  # whoever it is, no person wants to hear from us by it
    if trust.clue in FOR_ONE:
        return trust.is_own
    ids = (*message.in_reply_to, *message.references[::-1])
    return trust.clue == "signed_message_id" and automatic.was_sent_to(
        conn, ids, fact.sender.address
    )


class Loads(Mapping[str, Load]):
    """How busy the agents are, asked when a rule first wants to know: most mails assign nobody.

    From then on, until the commit, nobody else chooses an agent.
    """

    def __init__(self, conn: Connection, policy: Policy) -> None:
        self._conn, self._policy = conn, policy
        self._found: Mapping[str, Load] | None = None

    def _asked(self) -> Mapping[str, Load]:
        if self._found is None:
            assignments.lock_assignments(self._conn)
            self._found = assignments.loads(
                self._conn, [a.address for a in self._policy.agents], self._policy
            )
        return self._found

    def __getitem__(self, agent: str) -> Load:
        return self._asked()[agent]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked())

    def __len__(self) -> int:
        return len(self._asked())
