"""Which tickets are probably the same matter twice, looked up before a list is made: the unfinished
ones of the last days, which the index of the newest tells, and of them the customers and subjects.

Only what the one who asks may see counts, as the ticket and as the earlier one. What makes two the
same is `desk.merging.likely`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from maildesk.desk.filters import values as v
from maildesk.desk.filters.fields import UNFINISHED
from maildesk.desk.merging.likely import WITHIN, Matter, duplicates
from maildesk.desk.policy import Policy
from maildesk.desk.senders.contacts import addresses_of
from maildesk.desk.senders.entries import Joined
from maildesk.desk.ticket import NO_ADDRESS
from maildesk.mail.owners import contact_of
from maildesk.store.desk.contacts import joined_with
from maildesk.store.queries.criteria_sql import among
from maildesk.store.schema import tickets

MOST = 1000  # tickets that are looked at, the newest
Newest = Callable[[v.Filter, int], Sequence[int]]


def with_duplicates(conn: Connection, wanted: v.Filter, policy: Policy, newest: Newest) -> v.Filter:
    """The same filter; where it asks for duplicates, with their ids. `newest` finds the ids of so
    many tickets at most that a filter wants."""
    match wanted:
        case v.All(parts):
            return v.All(tuple(with_duplicates(conn, one, policy, newest) for one in parts))
        case v.AnyOf(parts):
            return v.AnyOf(tuple(with_duplicates(conn, one, policy, newest) for one in parts))
        case v.Not(part):
            return v.Not(with_duplicates(conn, part, policy, newest))
        case v.IsDuplicate(now):
            unfinished = (name for name, one in policy.statuses.items() if one in UNFINISHED)
            since = v.During("created_at", since=now - WITHIN)
            ids = newest(v.All((v.Is("status", frozenset(unfinished)), since)), MOST)
            return replace(wanted, ids=duplicates(_matters(conn, ids, policy), policy, now))
        case _:
            return wanted


def _matters(conn: Connection, ids: Sequence[int], policy: Policy) -> list[Matter]:
    """These tickets, each with who it is of, by whichever of their addresses."""
    t = tickets
    columns = (t.c.id, t.c.requester_key, t.c.subject, t.c.status, t.c.created_at)
    rows = conn.execute(select(*columns).where(among(t, ids, conn.dialect.name))).all()
    learnt = joined_with(conn, {row.requester_key for row in rows})
    customers = {key: _customer(key, policy, learnt) for key in {row.requester_key for row in rows}}
    return [
        Matter(row.id, customers[row.requester_key], row.subject, row.status, row.created_at)
        for row in rows
    ]


def _customer(key: str, policy: Policy, learnt: Joined) -> str:
    """One of this customer's addresses, the same whichever is known; "" for nobody."""
    if key == NO_ADDRESS:
        return ""
    own = contact_of(key)
    listed = policy.contact(key)
    if own not in learnt and (listed is None or not listed.addresses):
        return own
    return min(map(contact_of, addresses_of(key, policy, learnt)))
