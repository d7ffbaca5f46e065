"""That there was a ticket: its number, when it was deleted, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from maildesk.desk.threads.reference import numbers_in, stands_in
from maildesk.store.erasing.tables import deleted_tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Deleted:
    """A ticket that is no more."""

    id: int
    reference: str
    at: datetime
    by: str


def named(conn: Connection, words: str) -> Deleted | None:
    """The deleted ticket of this reference, however it is typed: TKT-0007, tkt-7, [TKT-0007], 7."""
    c, bare = deleted_tickets.c, words.strip("[] ")
    rows = select(c.ticket_id, c.reference, c.at, c.by)
    found = conn.execute(rows.where(func.lower(c.reference) == bare.lower()).limit(1)).first()
    for number in () if found is not None else numbers_in(bare):
        row = conn.execute(rows.where(c.ticket_id == number)).first()
        if row is not None and (bare.isdigit() or stands_in(row.reference, number, bare)):
            found = row
            break
    return None if found is None else Deleted(*found)


def by_id(conn: Connection, ticket_id: int) -> Deleted | None:
    """The deleted ticket of this id."""
    c = deleted_tickets.c
    found = select(c.ticket_id, c.reference, c.at, c.by).where(c.ticket_id == ticket_id)
    row = conn.execute(found).first()
    return None if row is None else Deleted(*row)
