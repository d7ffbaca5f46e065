"""The table of what people did to tickets, as long as it can be taken back and after."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, text

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

acts = Table(
    "acts",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", Words, nullable=False),  # an agent's address, an operator's name
    Column("what", JSON, nullable=False),  # see `desk.undo.past_act`
    Column("message_row", BigId),  # the answer of it that was kept
    Column("undone_at", Instant),
    Column("undone_by", Words, nullable=False, default="", server_default=text("''")),
)
Index("ix_acts_ticket", acts.c.ticket_id, acts.c.id)
