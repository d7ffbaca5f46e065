"""The tables of deleted tickets: that there was one, and what has still to be removed of it.

None of them holds a word or an address of anybody outside the desk.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

deleted_tickets = Table(
    "deleted_tickets",
    metadata,
    Column("ticket_id", BigId, primary_key=True, autoincrement=False),
    Column("reference", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),  # an agent's address, an operator's name
    Column("swept_at", Instant),  # when the last of its traces went; empty: some may be left
)
Index("ix_deleted_tickets_reference", deleted_tickets.c.reference)

erased_blobs = Table(
    "erased_blobs",  # whose files are to be removed
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("at", Instant, nullable=False),
)

mails_showing = Table(
    "mails_showing",  # mails to agents that show a ticket which they do not belong to
    metadata,
    Column("ticket_id", BigId, primary_key=True, autoincrement=False),
    Column("outbox_id", BigId, primary_key=True, autoincrement=False),
)

spool_tickets = Table(
    "spool_tickets",  # what a message did to further tickets, beside spool.ticket_id
    metadata,
    Column("ticket_id", BigId, primary_key=True, autoincrement=False),
    Column("spool_id", BigId, primary_key=True, autoincrement=False),
)
Index("ix_spool_tickets_spool", spool_tickets.c.spool_id)
