"""The tables of outreach: whom a campaign has written to, and who wants no more of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, text

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

outreach = Table(
    # a row is written in the transaction that writes the mail: nobody hears twice of one campaign
    "outreach",
    metadata,
    Column("campaign", Words, primary_key=True),
    Column("address", Words, primary_key=True),  # folded, without a +detail
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
)

unsubscribed = Table(
    "unsubscribed",
    metadata,
    Column("address", Words, primary_key=True),  # folded, without a +detail
    Column("at", Instant, nullable=False),
    Column("by", Words, nullable=False),  # themselves, or the operator's name
    Column("campaign", Words, nullable=False, default="", server_default=text("''")),
)
