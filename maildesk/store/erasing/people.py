"""What the desk has learnt of people by the tickets that are deleted, and would not know without.

Whoever has another ticket, or takes part in one, is known by that; of everybody else the address is
forgotten wherever it stands. What they have asked for stays: that they want no mail of campaigns,
and no stars. A wish can only be kept by who knows whose it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from maildesk.mail.owners import contact_of, mailbox_of, person_of
from maildesk.store.schema import (
    automatic,
    contact_addresses,
    correspondents,
    customer_context,
    messages,
    participants,
    suppressed,
    tickets,
)
from maildesk.store.secrets import page_sessions, proved_networks, waiting_forms

if TYPE_CHECKING:
    from sqlalchemy import Connection


def of(conn: Connection, ids: Sequence[int]) -> frozenset[str]:
    """Every address outside that stands in these tickets, folded."""
    found = {
        *conn.execute(select(tickets.c.requester_key).where(tickets.c.id.in_(ids))).scalars(),
        *conn.execute(select(tickets.c.answers_to).where(tickets.c.id.in_(ids))).scalars(),
    }
    for row in conn.execute(select(participants).where(participants.c.ticket_id.in_(ids))):
        found |= {row.address, row.answers_to}
    theirs = (messages.c.ticket_id.in_(ids), messages.c.direction == "in", messages.c.agent == "")
    found |= set(conn.execute(select(messages.c.from_address).where(*theirs)).scalars())
    return frozenset(mailbox_of(one) for one in found if "@" in one)


def forget(conn: Connection, addresses: Collection[str], ids: Sequence[int]) -> None:
    """Forget what these tickets, which are gone, have taught; and these people, where nobody knows
    them by another ticket."""
    conn.execute(delete(automatic).where(automatic.c.ticket_id.in_(ids)))
    learnt = contact_addresses.c
    here = update(contact_addresses).where(learnt.ticket_id.in_(ids))
    conn.execute(here.values(ticket_id=None))
    strangers = {one for one in addresses if not _is_known(conn, one)}
    if not strangers:
        return
    _contacts(conn, {contact_of(one) for one in strangers})
    persons = {person_of(one) for one in strangers}
    conn.execute(delete(automatic).where(automatic.c.person.in_(persons)))
    for column in (customer_context.c.address, correspondents.c.address, suppressed.c.address):
        conn.execute(delete(column.table).where(column.in_(strangers)))
    for kept in (page_sessions, proved_networks, waiting_forms):
        kept.forget(conn, sorted(strangers))


def _is_known(conn: Connection, address: str) -> bool:
    """Whether another ticket has to do with them."""
    for found in (
        select(tickets.c.id).where(tickets.c.requester_key == address),
        select(participants.c.ticket_id).where(participants.c.address == address),
        select(messages.c.id).where(func.lower(messages.c.from_address) == address),
    ):
        if conn.execute(found.limit(1)).first() is not None:
            return True
    return False


def _contacts(conn: Connection, keys: Collection[str]) -> None:
    """Of a customer with several addresses all are forgotten, once none of them is known."""
    c = contact_addresses.c
    found = select(c.contact).where(c.key.in_(keys)).distinct()
    for contact in conn.execute(found).scalars().all():
        theirs = conn.execute(select(c.address).where(c.contact == contact)).scalars().all()
        if not any(_is_known(conn, one) for one in theirs):
            conn.execute(delete(contact_addresses).where(c.contact == contact))
