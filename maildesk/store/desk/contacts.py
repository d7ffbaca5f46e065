"""Addresses of one customer that were learnt, beside those that desk.yaml lists: by an agent's
word, or by an answer of theirs.

A contact is named by the address that was known first, which has a row of its own as long as
another has one. An address belongs to one contact at most: whoever joins it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.desk.senders.entries import BY_AGENT, BY_ANSWER, FIRST, JoinedAddress
from maildesk.mail.owners import contact_of, mailbox_of
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import contact_addresses, tickets

_OWN, _OTHER = contact_addresses.alias("own"), contact_addresses.alias("other")
_JOINED = Prepared(
    select(_OTHER.c.key, _OTHER.c.address, _OTHER.c.how)
    .join_from(_OWN, _OTHER, _OTHER.c.contact == _OWN.c.contact)
    .where(_OWN.c.key == bindparam("key"))
    .order_by(_OTHER.c.at, _OTHER.c.key)
)


_AT_ONCE = 500  # values of one statement


@dataclass(frozen=True, slots=True)
class LearntAddress:
    """One row, with the reference of the ticket in which it was learnt."""

    contact: str
    address: str
    how: str
    by: str
    at: datetime
    reference: str | None


def joined(conn: Connection, address: str) -> tuple[JoinedAddress, ...]:
    """Every learnt address of the customer whose address this is, this one too, the first first;
    nothing where there is none but this."""
    rows = _JOINED(conn, {"key": contact_of(address)})
    rows.sort(key=lambda row: row.how != FIRST)
    return tuple(JoinedAddress(row.address, row.how) for row in rows)


def joined_with(conn: Connection, addresses: Iterable[str]) -> dict[str, tuple[JoinedAddress, ...]]:
    """The same for many at once, by their keys; of those that have others."""
    keys = sorted({contact_of(one) for one in addresses})
    found: dict[str, list[JoinedAddress]] = {}
    for at in range(0, len(keys), _AT_ONCE):
        some = _OWN.c.key.in_(keys[at : at + _AT_ONCE])
        several = select(_OWN.c.key.label("own"), _OTHER.c.address, _OTHER.c.how)
        several = several.join_from(_OWN, _OTHER, _OTHER.c.contact == _OWN.c.contact).where(some)
        for row in conn.execute(several):
            found.setdefault(row.own, []).append(JoinedAddress(row.address, row.how))
    return {key: tuple(those) for key, those in found.items()}


class Asked(Mapping[str, tuple[JoinedAddress, ...]]):
    """The learnt addresses of whoever is asked for, each looked for once, when somebody wants to
    know: most mails are of people who have one address."""

    def __init__(self, conn: Connection, alone: Iterable[str] = ()) -> None:
        """`alone`: of these it is known that they have none."""
        self._conn = conn
        self._found: dict[str, tuple[JoinedAddress, ...]] = {contact_of(one): () for one in alone}

    def __getitem__(self, address: str) -> tuple[JoinedAddress, ...]:
        key = contact_of(address)
        if key not in self._found:
            self._found[key] = joined(self._conn, key)
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def join(
    conn: Connection,
    address: str,
    to: str,
    *,
    how: str,
    by: str,
    now: datetime,
    ticket_id: int | None,
) -> None:
    """These two are one customer's from now on; what an agent says stands above what was learnt
    before. Nothing is done where each has others already: two customers are not made one."""
    keys, c = (contact_of(to), contact_of(address)), contact_addresses.c
    rows = conn.execute(select(c.key, c.contact).where(c.key.in_(keys))).all()
    contacts = {row.key: row.contact for row in rows}
    if keys[0] == keys[1] or len(set(contacts.values())) > 1:
        return
    said = {"joined_by": by, "at": now, "ticket_id": ticket_id}
    if len(contacts) == len(keys):
        doubted = (c.key.in_(keys), c.how == BY_ANSWER)
        if how == BY_AGENT:
            conn.execute(update(contact_addresses).where(*doubted).values(how=how, **said))
        return
    contact = next(iter(contacts.values()), keys[0])
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    for key, one in zip(keys, (to, address), strict=True):
        if key not in contacts:
            row = {"key": key, "address": mailbox_of(one), "contact": contact, **said}
            row["how"] = FIRST if key == contact else how
            conn.execute(make(contact_addresses).values(row).on_conflict_do_nothing())


def part(conn: Connection, address: str) -> None:
    """This address stands alone from now on; another one that is left alone is no contact."""
    key, c = contact_of(address), contact_addresses.c
    contact = conn.execute(select(c.contact).where(c.key == key)).scalar()
    conn.execute(delete(contact_addresses).where(c.key == key))
    theirs = c.contact == contact
    left = conn.execute(select(c.key).where(theirs).order_by(c.at, c.key)).scalars().all()
    if len(left) == 1:
        conn.execute(delete(contact_addresses).where(theirs))
    elif (
        left and key == contact
    ):  # they are named by another, or it would be theirs if it came anew
        conn.execute(update(contact_addresses).where(theirs).values(contact=left[0]))
        conn.execute(update(contact_addresses).where(c.key == left[0]).values(how=FIRST))


def everybody(conn: Connection) -> list[LearntAddress]:
    """Every learnt address, contact by contact, the first of each first; with the reference of the
    ticket in which it was."""
    began = select(
        contact_addresses.c.contact.label("contact"),
        func.min(contact_addresses.c.at).label("began_at"),
    )
    began_at = began.group_by(contact_addresses.c.contact).subquery()
    found = (
        select(contact_addresses, tickets.c.reference)
        .join(began_at, began_at.c.contact == contact_addresses.c.contact)
        .outerjoin(tickets, tickets.c.id == contact_addresses.c.ticket_id)
    )
    order = (began_at.c.began_at, contact_addresses.c.contact)
    how = contact_addresses.c.how != FIRST
    return [
        LearntAddress(row.contact, row.address, row.how, row.joined_by, row.at, row.reference)
        for row in conn.execute(found.order_by(*order, how, contact_addresses.c.at))
    ]
