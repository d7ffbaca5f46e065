"""The tables, for SQLite and PostgreSQL alike.

Three of them (spool, timers, outbox) hold due rows: `due_at` says when somebody
should look, and is empty once the row is finished; see `due`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of this database."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What goes into the database."""
        if value is None or dialect.name != "sqlite":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What comes out of it."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


metadata = MetaData()
BigId = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _due_columns() -> list[Column[Any]]:
    return [
        Column("state", Text, nullable=False),
        Column("due_at", Instant),
        Column("owner", Text),
        Column("attempts", Integer, nullable=False, default=0, server_default="0"),
        Column("error", Text),
    ]


def _due_index(table: Table) -> Index:
    return Index(
        f"ix_{table.name}_due",
        table.c.due_at,
        table.c.id,
        sqlite_where=table.c.due_at.is_not(None),
        postgresql_where=table.c.due_at.is_not(None),
    )


blobs = Table(
    "blobs",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # SHA-256 of the raw message
    Column("size", BigInteger, nullable=False),
    Column("body", LargeBinary),  # empty: it lies in a file named by the digest
    Column("created_at", Instant, nullable=False),
)

spool = Table(
    "spool",
    metadata,
    _id(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("message_id", Text, nullable=False),  # as the head says it, for replies that overtake it; "" where there is none
    Column("mail_from", Text),
    Column("rcpt_to", JSON, nullable=False),
    Column("via", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("released_by", Text),  # who let it out of quarantine
    Column("outcome", Text),
    *_due_columns(),
    sqlite_autoincrement=True,
)
_due_index(spool)
Index(
    "ix_spool_message_id",
    spool.c.message_id,
    sqlite_where=spool.c.due_at.is_not(None),
    postgresql_where=spool.c.due_at.is_not(None),
)

tickets = Table(
    "tickets",
    metadata,
    _id(),
    Column("reference", Text, unique=True),
    Column("subject", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("type", Text, nullable=False, default=""),
    Column("category", Text, nullable=False, default=""),
    Column("queue", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("requester_address", Text, nullable=False),
    Column("requester_name", Text, nullable=False, default=""),
    Column("organisation", Text, nullable=False, default=""),
    Column("tier", Text, nullable=False, default=""),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False, default=""),
    Column("assignee", Text, nullable=False, default=""),
    Column("labels", JSON, nullable=False, default=list),
    Column("fields", JSON, nullable=False, default=dict),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("first_response_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("customer_wrote_at", Instant),
    Column("agent_wrote_at", Instant),
    Column("resolution", Text, nullable=False, default=""),
    Column("score", Integer),
    Column("comment", Text, nullable=False, default=""),
    Column("follows", Text, nullable=False, default=""),
    Column("spent", Integer, nullable=False, default=0),
    Column("message_count", Integer, nullable=False, default=0),
    Column("surveyed", Boolean, nullable=False, default=False),
    Column("merged_into", BigId),
    Column("archived", Boolean, nullable=False, default=False),
    sqlite_autoincrement=True,
)
Index("ix_tickets_status", tickets.c.status, tickets.c.updated_at)
Index("ix_tickets_requester", tickets.c.requester_address)
Index("ix_tickets_assignee", tickets.c.assignee, tickets.c.status)

participants = Table(
    "participants",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, primary_key=True),  # folded
    Column("name", Text, nullable=False, default=""),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),  # public, note
    Column("direction", Text, nullable=False),  # in, out
    Column("automatic", Boolean, nullable=False, default=False),
    Column("from_name", Text, nullable=False, default=""),
    Column("from_address", Text, nullable=False),
    Column("agent", Text, nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    Column("text", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("digest", LargeBinary(32)),
    Column("trust", Text, nullable=False, default=""),
    Column("attachments", JSON, nullable=False, default=list),
)
Index("ix_messages_ticket", messages.c.ticket_id, messages.c.id)
Index("ix_messages_message_id", messages.c.message_id)

# What has been processed, by Message-ID and the digest of its body: the same id with another body is new mail.
seen = Table(
    "seen",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("body_digest", LargeBinary(16), primary_key=True),
    Column("spool_id", BigId, nullable=False),
)

history = Table(
    "history",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("door", Text, nullable=False, default=""),
    Column("what", Text, nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
    Column("rule", Text, nullable=False, default=""),
    Column("policy", Text, nullable=False, default=""),
)
Index("ix_history_ticket", history.c.ticket_id, history.c.id)

links = Table(
    "links",
    metadata,
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("other_id", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    _id(),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    *_due_columns(),
)
_due_index(timers)
Index("ix_timers_ticket", timers.c.ticket_id, timers.c.kind)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("ticket_id", BigId),
    Column("message_row", BigId),  # the conversation's message that this mail carries
    Column("message_id", Text, nullable=False),
    Column("mail_from", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("subject_key", Text, nullable=False, default=""),  # for the loop counters
    Column("purpose", Text, nullable=False),
    Column("author", Text, nullable=False, default=""),
    Column("automatic", Boolean, nullable=False),
    Column("once", Text),  # a key that makes it happen once
    Column("raw", LargeBinary),
    Column("digest", LargeBinary(32)),  # instead of raw, for large ones
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("code", Integer),
    Column("enhanced", Text),
    Column("reply", Text),
    Column("uncertain", Integer, nullable=False, default=0),  # how often the link was lost after the final dot
    *_due_columns(),
    UniqueConstraint("once", name="uq_outbox_once"),
)
_due_index(outbox)
Index("ix_outbox_message_id", outbox.c.message_id)
Index("ix_outbox_ticket", outbox.c.ticket_id)
Index(
    "ix_outbox_automatic",
    outbox.c.created_at,
    sqlite_where=outbox.c.automatic,
    postgresql_where=outbox.c.automatic,
)
Index(
    "ix_outbox_automatic_domain",
    outbox.c.domain,
    outbox.c.created_at,
    outbox.c.subject_key,
    sqlite_where=outbox.c.automatic,
    postgresql_where=outbox.c.automatic,
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    Column("spool_id", BigId),
    Column("digest", LargeBinary(32)),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),  # poison, spoofed, own_address, oversized, looping, spam, unknown_command …
    Column("words", Text, nullable=False),
    Column("sender", Text, nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    Column("ticket_id", BigId),
    Column("agent", Text, nullable=False, default=""),  # whom it was made out to be, and who may confirm it
    Column("state", Text, nullable=False),  # held, released, dropped
    Column("decided_by", Text, nullable=False, default=""),
    Column("decided_at", Instant),
)
Index("ix_quarantine_state", quarantine.c.state, quarantine.c.id)

suppressed = Table(
    "suppressed",
    metadata,
    Column("address", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
)

assignments = Table(
    "assignments",  # who was last given a ticket, for round robin
    metadata,
    Column("agent", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
