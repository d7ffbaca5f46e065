"""Addresses by which rows are found, with their domains in ASCII (RFC 5890, 2.3.2.1): those that an
earlier version wrote with a U-label were found no more.

What people read, and what is only counted for a while, stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.mail.owners import mailbox_of

revision = "0023"
down_revision = "0022"

# a table, its column with an address, and what beside it makes a row the only one of its address;
# None where there may be many
_FOUND_BY = (
    ("tickets", "requester_key", None),
    ("outbox", "recipient", None),
    ("participants", "address", ("ticket_id",)),
    ("suppressed", "address", ()),
    ("correspondents", "address", ()),
)


def upgrade() -> None:
    """The rows; a version of maildesk that runs beside looks for the same."""
    conn = op.get_bind()
    for name, column, beside in _FOUND_BY:
        table = sa.table(name, sa.column(column), *map(sa.column, beside or ()))
        for address in _not_in_ascii(conn, table, column):
            folded = mailbox_of(address)
            if folded == address:
                continue
            if beside is not None:
                _make_room(conn, table, column, beside, address, folded)
            _set(conn, table, column, address, folded)
    outbox = sa.table("outbox", sa.column("domain"))
    for domain in _not_in_ascii(conn, outbox, "domain"):
        _set(conn, outbox, "domain", domain, mailbox_of(f"x@{domain}").rpartition("@")[2])


def _not_in_ascii(conn: sa.Connection, table: sa.TableClause, column: str) -> list[str]:
    """What has letters of more than one octet."""
    kept = table.c[column]
    is_sqlite = conn.dialect.name == "sqlite"
    octets = sa.func.length(sa.cast(kept, sa.BLOB)) if is_sqlite else sa.func.octet_length(kept)
    return list(conn.scalars(sa.select(kept).distinct().where(octets != sa.func.length(kept))))


def _make_room(
    conn: sa.Connection,
    table: sa.TableClause,
    column: str,
    beside: tuple[str, ...],
    address: str,
    folded: str,
) -> None:
    """Of two rows that are about one address the one that is found now stays: it is newer."""
    there = table.alias()
    same = (there.c[name] == table.c[name] for name in beside)
    is_there = sa.exists().where(there.c[column] == folded, *same)
    conn.execute(sa.delete(table).where(table.c[column] == address, is_there))


def _set(
    conn: sa.Connection, table: sa.TableClause, column: str, address: str, folded: str
) -> None:
    conn.execute(sa.update(table).where(table.c[column] == address).values({column: folded}))
