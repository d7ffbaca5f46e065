"""What the store knows that a decision needs: counters, suppressed addresses, loads, history,
standing timers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from maildesk.desk.facts import (
    AgentOpens,
    AutomaticMail,
    Counters,
    Fact,
    Load,
    MessageFromRequester,
    Situation,
)
from maildesk.desk.policy import Policy
from maildesk.desk.senders.strangers import acquaintance
from maildesk.desk.threads import reference
from maildesk.desk.ticket import Ticket
from maildesk.store import assignments, automatic, outbox, tickets, timers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.services import Services


_F = TypeVar("_F", bound=Fact)


def subject_key(subject: str, policy: Policy) -> str:
    """A subject as the loop counters compare it: without references, prefixes, digits and case."""
    return _subject_key(policy.reference_format, subject)


@lru_cache(maxsize=256)
def _subject_key(reference_format: str, subject: str) -> str:
    bare = reference.without_reference(reference_format, subject)
    return "".join(c for c in bare.lower() if not c.isdigit())[:80].strip()


def situation_for(
    conn: Connection,
    services: Services,
    policy: Policy,
    ticket: Ticket | None,
    address: str,
    subject: str,
    fact: Fact | None = None,
    *,
    answers: bool = False,
) -> Situation:
    """The situation in which something would be sent to this address, about this
    ticket where there is one.

    `answers`: the fact is a message that only somebody can have written who had a mail of ours.
    """
    now = services.now()
    since = now - policy.loops.period
    standing = automatic.standing_of(
        conn,
        address,
        since=since,
        now=now,
        ticket_id=ticket.id if ticket else None,
        subject_key=subject_key(subject, policy),
    )
    history = tickets.entries(conn, ticket.id) if ticket else ()
    known = acquaintance(
        fact, ticket, history, is_correspondent=standing.is_correspondent, answers=answers
    )
    total = services.totals.get(
        lambda: outbox.automatic_total_since(conn, since, policy.loops.total)
    )
    others = (0, 0) if known.is_proved else (standing.to_organisation, standing.same_subject)
    return Situation(
        counters=Counters(standing.to_person, standing.about_ticket, *others, total),
        loads=_Loads(conn, policy),
        history=history,
        clocks=timers.standing(conn, ticket.id) if ticket else {},
        suppressed=frozenset((address.lower(),)) if standing.is_suppressed else frozenset(),
        acquaintance=known,
        largest=services.largest.mail,
        must_wait=isinstance(fact, MessageFromRequester)
        and others[0] >= policy.loops.per_domain > 0,
    )


def asked_enough(conn: Connection, now: datetime, policy: Policy, address: str) -> bool:
    """Whether this agent had as many questions lately as anybody may get automatic mails: a robot
    may be answering them."""
    loops = policy.loops
    return (
        automatic.standing_of(conn, address, since=now - loops.period, now=now).to_person
        >= loops.per_address
    )


def situated(
    fact: _F, ticket: Ticket | None, conn: Connection, services: Services, policy: Policy
) -> _F:
    """The fact with what the store knows about its ticket, and about whoever
    would be written to."""
    if isinstance(fact, (MessageFromRequester, AutomaticMail)):
        # What is sent by itself goes to the requester, whoever wrote.
        address = ticket.requester.address if ticket is not None else fact.sender.address
        subject = fact.message.subject
    elif isinstance(fact, AgentOpens):
        address, subject = fact.requester.address, fact.message.subject
    elif ticket is not None:
        address, subject = ticket.requester.address, ticket.subject
    else:
        return fact
    answers = isinstance(fact, MessageFromRequester) and _answers(fact, conn)
    return replace(
        fact,
        situation=situation_for(
            conn, services, policy, ticket, address, subject, fact, answers=answers
        ),
    )


def _answers(fact: MessageFromRequester, conn: Connection) -> bool:
    """Whether this can only be an answer of the one who is named in From: it came to a reply
    address that was made for them, or names the Message-ID of their own copy of a mail. Another's
    Message-ID is known to all who had that mail."""
    trust, message = fact.trust, fact.message
    if trust.clue in ("signed_address", "subject_token"):
        return trust.from_matches
    ids = (*message.in_reply_to, *message.references[::-1])
    return trust.clue == "signed_message_id" and automatic.was_sent_to(
        conn, ids, fact.sender.address
    )


class _Loads(Mapping[str, Load]):
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
