"""Two tables of what agents say of themselves: which tickets they follow, and when they are
away."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from maildesk.store.rows.columns import Instant, Words
from maildesk.store.rows.metadata import metadata

ticket_followers = Table(
    "ticket_followers",  # tickets.followers as lists ask for them
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("agent", Words, primary_key=True),  # the address on file, folded
)
Index("ix_ticket_followers_agent", ticket_followers.c.agent, ticket_followers.c.ticket_id)

agent_absences = Table(
    "agent_absences",  # what agents said by mail, beside `away` of agents.yaml
    metadata,
    Column("agent", Words, primary_key=True),  # the address on file, in lower case
    Column("since", Instant, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
)
