"""What the store knows that a decision needs: counters, suppressed addresses, loads, history, standing timers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from maildesk.desk import reference
from maildesk.desk.facts import AgentOpens, AutomaticMail, Counters, Fact, Load, MessageFromRequester, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket
from maildesk.store import outbox, tickets, timers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.station import Station


def subject_key(subject: str, policy: Policy) -> str:
    """A subject as the loop counters compare it: without references, prefixes, digits and case."""
    return _subject_key(policy.reference_format, subject)


@lru_cache(maxsize=256)
def _subject_key(reference_format: str, subject: str) -> str:
    bare = reference.without_reference(reference_format, subject)
    return "".join(c for c in bare.lower() if not c.isdigit())[:80].strip()


def situation_for(
    conn: Connection, station: Station, policy: Policy, ticket: Ticket | None, address: str, subject: str
) -> Situation:
    """The situation in which something would be sent to this address, about this ticket where there is one."""
    now = station.now()
    since = now - policy.loops.period
    standing = outbox.standing_of(
        conn, address, since=since, now=now, ticket_id=ticket.id if ticket else None, subject_key=subject_key(subject, policy)
    )
    total = station.totals.get(lambda: outbox.automatic_total_since(conn, since, policy.loops.total))
    return Situation(
        counters=Counters(standing.to_address, standing.about_ticket, standing.to_domain, standing.same_subject, total),
        loads=_Loads(conn, policy),
        history=tickets.entries(conn, ticket.id) if ticket else (),
        clocks=timers.standing(conn, ticket.id) if ticket else {},
        suppressed=frozenset((address.lower(),)) if standing.is_suppressed else frozenset(),
    )


def asked_enough(conn: Connection, now: datetime, policy: Policy, address: str) -> bool:
    """Whether this agent had as many questions lately as anybody may get automatic mails: a robot may be answering them."""
    loops = policy.loops
    return outbox.standing_of(conn, address, since=now - loops.period, now=now).to_address >= loops.per_address


def situated(fact: Fact, ticket: Ticket | None, conn: Connection, station: Station, policy: Policy) -> Fact:
    """The fact with what the store knows about its ticket, and about whoever would be written to."""
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
    return replace(fact, situation=situation_for(conn, station, policy, ticket, address, subject))


class _Loads(Mapping[str, Load]):
    """How busy the agents are, asked when a rule first wants to know: most mails assign nobody.

    From then on, until the commit, nobody else chooses an agent.
    """

    def __init__(self, conn: Connection, policy: Policy) -> None:
        self._conn, self._policy = conn, policy
        self._found: Mapping[str, Load] | None = None

    def _asked(self) -> Mapping[str, Load]:
        if self._found is None:
            tickets.lock_assignments(self._conn)
            self._found = tickets.loads(self._conn, [a.address for a in self._policy.agents], self._policy)
        return self._found

    def __getitem__(self, agent: str) -> Load:
        return self._asked()[agent]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked())

    def __len__(self) -> int:
        return len(self._asked())
