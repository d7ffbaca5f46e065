"""What was merged into what, and what an undoing needs: a row for each merge, undone or not."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Table

from maildesk.store.rows.columns import BigId, Instant
from maildesk.store.rows.metadata import metadata

merges = Table(
    "merges",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("other_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("taken", JSON, nullable=False),  # see `desk.merging.taken`
    Column("undone_at", Instant),  # empty: it stands
)
Index("ix_merges_ticket", merges.c.ticket_id, merges.c.id)
