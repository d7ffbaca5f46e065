"""Four tables: what agents will be told later, the timers of agents, and what agents said by mail
of their digest, and of whatever else they hear of."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, text

from maildesk.store.rows.columns import BigId, Instant, Words
from maildesk.store.rows.metadata import metadata

held_notices = Table(
    "held_notices",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("agent", Words, nullable=False),  # the address on file, in lower case
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("template", Words, nullable=False),  # the mail that it would have been
    Column("message_row", BigId),  # the message that it tells of
    Column("detail", JSON, nullable=False),  # who did it, and what else its line says
    Column("act", BigId),  # that it is a notice of, where that can be taken back
    Column("told_at", Instant),  # when the agent had it; empty: it waits
)
_WAITS = held_notices.c.told_at.is_(None)
Index(
    "ix_held_notices_waiting",
    *(held_notices.c.agent, held_notices.c.ticket_id),
    sqlite_where=_WAITS,
    postgresql_where=_WAITS,
)
Index("ix_held_notices_ticket", held_notices.c.ticket_id)

agent_timers = Table(
    "agent_timers",  # due rows, as those of `timers`: see `store.due`
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("agent", Words, nullable=False),  # the address on file, in lower case
    Column("kind", Words, nullable=False),  # quiet, bundle, digest, reminders
    Column("ticket_id", BigId, nullable=False, default=0, server_default=text("0")),  # 0: of none
    Column("rings_at", Instant, nullable=False),
    Column("state", Words, nullable=False),
    Column("due_at", Instant),
    Column("owner", Words),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("error", Words),
)
_DUE = agent_timers.c.due_at.is_not(None)
Index(
    "ix_agent_timers_due",
    *(agent_timers.c.due_at, agent_timers.c.id),
    sqlite_where=_DUE,
    postgresql_where=_DUE,
)
# one of a kind stands at a time
Index(
    "uq_agent_timers_standing",
    *(agent_timers.c.agent, agent_timers.c.kind, agent_timers.c.ticket_id),
    unique=True,
    sqlite_where=_DUE,
    postgresql_where=_DUE,
)

agent_digests = Table(
    "agent_digests",  # what agents said by mail, before `digest` of the files
    metadata,
    Column("agent", Words, primary_key=True),  # the address on file, in lower case
    Column("minute", Integer),  # of their day; empty: they want none
    Column("set_at", Instant, nullable=False),
)

agent_choices = Table(
    "agent_choices",  # what agents said by mail, before `notices` and `notify` of the files
    metadata,
    Column("agent", Words, primary_key=True),  # the address on file, in lower case
    Column("name", Words, primary_key=True),  # bundle, remind_after, quiet, notify:EVENT
    Column("value", Words, nullable=False),  # see `desk.notices.choices`
    Column("set_at", Instant, nullable=False),
)
