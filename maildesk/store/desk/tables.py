"""Tables of what people say of themselves: which tickets an agent follows, when they are away,
which addresses are one customer's."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from maildesk.store.rows.columns import BigId, Instant, Words
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

contact_addresses = Table(
    "contact_addresses",  # of one customer, learnt: see `store.desk.contacts`
    metadata,
    Column("key", Words, primary_key=True),  # folded, without a +detail
    Column("address", Words, nullable=False),  # folded
    Column("contact", Words, nullable=False),  # the key of the first of them
    Column("how", Words, nullable=False),  # first, agent, answer
    Column("joined_by", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("ticket_id", BigId),
)
Index("ix_contact_addresses_contact", contact_addresses.c.contact)
