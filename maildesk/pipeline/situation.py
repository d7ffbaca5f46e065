"""What the store knows that a decision needs: counters, suppressed addresses, loads, history, standing timers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk import reference
from maildesk.desk.facts import Counters, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket
from maildesk.store import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maildesk.pipeline.station import Station


def subject_key(subject: str, policy: Policy) -> str:
    """A subject as the loop counters compare it: without references, prefixes, digits and case."""
    bare = reference.without_reference(policy.reference_format, subject)
    return "".join(c for c in bare.lower() if not c.isdigit())[:80].strip()


def situation_for(
    conn: Connection, station: Station, policy: Policy, ticket: Ticket | None, address: str, subject: str
) -> Situation:
    """The situation in which something would be sent to this address."""
    since = station.now() - policy.loops.period
    key = subject_key(subject, policy)
    to_address, about, to_domain, same = outbox.automatic_since(
        conn, since, recipient=address, ticket_id=ticket.id if ticket else None, subject_key=key
    )
    total = station.totals.get(lambda: outbox.automatic_total_since(conn, since, policy.loops.total))
    counters = Counters(to_address, about, to_domain, same, total)
    suppressed = frozenset((address.lower(),)) if outbox.is_suppressed(conn, address, station.now()) else frozenset()
    return Situation(counters=counters, suppressed=suppressed)
