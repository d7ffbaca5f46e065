"""A customer's own requests: how many there are, a page of them, and where words may be found.

Each list walks along `ix_tickets_requests` (of an organisation: `ix_tickets_organisation`), one
stretch for each address and status, newest first, and stops when its page is full: ten thousand
requests of one customer cost as much as ten.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from heapq import nlargest

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from maildesk.desk.filters.values import Words
from maildesk.mail.owners import mailbox_of
from maildesk.store.queries.criteria_sql import Lookup, found_by_words
from maildesk.store.schema import participants, tickets

Condition = ColumnElement[bool]
# we wrote last, as `Ticket.turn` says it
_ANSWERED: Condition = and_(
    tickets.c.agent_wrote_at.is_not(None),
    or_(
        tickets.c.customer_wrote_at.is_(None),
        tickets.c.agent_wrote_at >= tickets.c.customer_wrote_at,
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """Requests of one status that we have answered, or have not."""

    status: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """Which requests: those of these addresses, those that others let them take part in, or those
    of an organisation."""

    keys: tuple[str, ...] = ()  # folded
    is_copied: bool = False
    organisation: str = ""

    @property
    def stretches(self) -> tuple[Condition, ...]:
        """What holds for each stretch of an index; nothing is in two of them."""
        t = tickets.c
        if self.organisation:
            return (and_(t.organisation == self.organisation, t.organisation != ""),)
        if not self.is_copied:
            return tuple(t.requester_key == key for key in self.keys)
        p = participants.c
        theirs = select(p.ticket_id).where(p.address.in_(self.keys), p.status == "in")
        return (and_(t.id.in_(theirs), t.requester_key.not_in(self.keys)),)


def counts(conn: Connection, whose: Whose) -> dict[Part, int]:
    """How many there are of each sort."""
    found: dict[Part, int] = {}
    for stretch in whose.stretches:
        for row in conn.execute(counting(stretch)):
            part = Part(row.status, bool(row.is_answered))
            found[part] = found.get(part, 0) + int(row.n)
    return found


def counting(stretch: Condition) -> Select[tuple[str, bool, int]]:
    """What counts one stretch."""
    columns = tickets.c.status, _ANSWERED.label("is_answered"), func.count().label("n")
    where = stretch, tickets.c.merged_into.is_(None)
    return select(*columns).where(*where).group_by(tickets.c.status, _ANSWERED)


def newest(
    conn: Connection, whose: Whose, parts: Collection[Part], before: int, limit: int
) -> list[int]:
    """The ids of the newest of these sorts, before this one where there is one."""
    ids = (
        row.id
        for stretch in whose.stretches
        for part in parts
        for row in conn.execute(listing(stretch, part, before, limit))
    )
    return nlargest(limit, ids)


def listing(stretch: Condition, part: Part, before: int, limit: int) -> Select[tuple[int]]:
    """What lists one sort of one stretch."""
    where = [stretch, tickets.c.status == part.status, tickets.c.merged_into.is_(None)]
    where.append(_ANSWERED if part.is_answered else not_(_ANSWERED))
    if before:
        where.append(tickets.c.id < before)
    return select(tickets.c.id).where(*where).order_by(tickets.c.id.desc()).limit(limit)


def perhaps_with(
    conn: Connection, whose: Whose, words: Words, before: int, limit: int
) -> list[int]:
    """The newest in which these words stand somewhere, perhaps where this customer may not see
    them: who asks looks there."""
    bounds = [conn.execute(_bounds(stretch)).one() for stretch in whose.stretches]
    low = min((row.low for row in bounds if row.low is not None), default=None)
    if low is None:
        return []
    high = max(row.high for row in bounds if row.high is not None)
    span = (low, min(high, before - 1) if before else high)
    dialect = conn.dialect.name
    there = found_by_words(words, Lookup(dialect, span if dialect == "sqlite" else None))
    where = [or_(*whose.stretches), tickets.c.merged_into.is_(None), tickets.c.id.in_(there)]
    if before:
        where.append(tickets.c.id < before)
    found = select(tickets.c.id).where(*where).order_by(tickets.c.id.desc()).limit(limit)
    return list(conn.execute(found).scalars())


def _bounds(stretch: Condition) -> Select[tuple[int, int]]:
    return select(func.min(tickets.c.id).label("low"), func.max(tickets.c.id).label("high")).where(
        stretch
    )


def on_file(conn: Connection, key: str) -> str:
    """The address as somebody has written from it who has a request, or takes part in one; "" where
    nobody has it."""
    own = select(tickets.c.requester_address).where(tickets.c.requester_key == key)
    row = conn.execute(own.limit(1)).first()
    if row is not None:
        return str(row.requester_address)
    p = participants.c
    other = select(p.address).where(p.address == key, p.status == "in").limit(1)
    found = conn.execute(other).first()
    return str(found.address) if found is not None else ""


def name_on_file(conn: Connection, key: str) -> str:
    """What this customer is called in their newest request; "" where there is none."""
    c = tickets.c
    rows = select(c.requester_name).where(c.requester_key == key)
    return conn.execute(rows.order_by(c.id.desc()).limit(1)).scalar() or ""


def by_form(conn: Connection, key: str, limit: int) -> list[int]:
    """This customer's newest requests of the web form, by id."""
    c = tickets.c
    rows = select(c.id).where(c.requester_key == key, c.channel == "web")
    newest_first = rows.where(c.merged_into.is_(None)).order_by(c.id.desc()).limit(limit)
    return sorted(conn.execute(newest_first).scalars())


def is_on_file(conn: Connection, keys: Sequence[str]) -> bool:
    """Whether any of these is."""
    return any(on_file(conn, mailbox_of(key)) for key in keys)
