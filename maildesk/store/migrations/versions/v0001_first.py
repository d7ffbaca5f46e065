"""The first tables. What a migration has made is never edited: a change of the
schema is another one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts in INTEGER alone
# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_IS_DUE = sa.text("due_at IS NOT NULL")
_IS_AUTOMATIC = sa.text("automatic")


def upgrade() -> None:
    """Make them."""
    _blobs()
    _spool()
    _tickets()
    _participants()
    _messages()
    _seen()
    _history()
    _links()
    _timers()
    _outbox()
    _quarantine()
    _suppressed()
    _cursors()
    _assignments()


def _blobs() -> None:
    """Raw messages by their digest."""
    op.create_table(
        "blobs",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _spool() -> None:
    """What came in."""
    op.create_table(
        "spool",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("mail_from", sa.Text()),
        sa.Column("rcpt_to", sa.JSON(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.Column("owner", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_spool_due", "spool", ["due_at", "id"], sqlite_where=_IS_DUE, postgresql_where=_IS_DUE
    )
    op.create_index(
        "ix_spool_message_id",
        "spool",
        ["message_id"],
        sqlite_where=_IS_DUE,
        postgresql_where=_IS_DUE,
    )


def _tickets() -> None:
    """The tickets."""
    op.create_table(
        "tickets",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("requester_address", sa.Text(), nullable=False),
        sa.Column("requester_name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("first_response_at", _INSTANT),
        sa.Column("resolved_at", _INSTANT),
        sa.Column("closed_at", _INSTANT),
        sa.Column("customer_wrote_at", _INSTANT),
        sa.Column("agent_wrote_at", _INSTANT),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("surveyed", sa.Boolean(), nullable=False),
        sa.Column("merged_into", _BIG_ID),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_assignee", "tickets", ["assignee", "status"])
    op.create_index("ix_tickets_requester", "tickets", ["requester_address"])
    op.create_index("ix_tickets_status", "tickets", ["status", "updated_at"])


def _participants() -> None:
    """Who takes part."""
    op.create_table(
        "participants",
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "address"),
    )


def _messages() -> None:
    """The conversations."""
    op.create_table(
        "messages",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32)),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_messages_message_id", "messages", ["message_id"])
    op.create_index("ix_messages_ticket", "messages", ["ticket_id", "id"])


def _seen() -> None:
    """What has been processed."""
    op.create_table(
        "seen",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("spool_id", _BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "body_digest"),
    )


def _history() -> None:
    """What happened, for ever."""
    op.create_table(
        "history",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_history_ticket", "history", ["ticket_id", "id"])


def _links() -> None:
    """Tickets that belong together."""
    op.create_table(
        "links",
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("other_id", _BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "other_id"),
    )


def _timers() -> None:
    """What rings when."""
    op.create_table(
        "timers",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rings_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.Column("owner", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_timers_due", "timers", ["due_at", "id"], sqlite_where=_IS_DUE, postgresql_where=_IS_DUE
    )
    op.create_index("ix_timers_ticket", "timers", ["ticket_id", "kind"])


def _outbox() -> None:
    """What goes out."""
    op.create_table(
        "outbox",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _BIG_ID),
        sa.Column("message_row", _BIG_ID),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("mail_from", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("once", sa.Text()),
        sa.Column("raw", sa.LargeBinary()),
        sa.Column("digest", sa.LargeBinary(length=32)),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.Column("code", sa.Integer()),
        sa.Column("enhanced", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.Column("uncertain", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.Column("owner", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("once", name="uq_outbox_once"),
    )
    op.create_index(
        "ix_outbox_automatic",
        "outbox",
        ["created_at"],
        sqlite_where=_IS_AUTOMATIC,
        postgresql_where=_IS_AUTOMATIC,
    )
    op.create_index(
        "ix_outbox_automatic_domain",
        "outbox",
        ["domain", "created_at", "subject_key"],
        sqlite_where=_IS_AUTOMATIC,
        postgresql_where=_IS_AUTOMATIC,
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at", "id"], sqlite_where=_IS_DUE, postgresql_where=_IS_DUE
    )
    op.create_index("ix_outbox_message_id", "outbox", ["message_id"])
    op.create_index("ix_outbox_ticket", "outbox", ["ticket_id"])


def _quarantine() -> None:
    """What waits for a person."""
    op.create_table(
        "quarantine",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("spool_id", _BIG_ID),
        sa.Column("digest", sa.LargeBinary(length=32)),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ticket_id", _BIG_ID),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", _INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quarantine_state", "quarantine", ["state", "id"])


def _suppressed() -> None:
    """Whom nobody writes to for now."""
    op.create_table(
        "suppressed",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )


def _cursors() -> None:
    """How far the mailboxes are read."""
    op.create_table(
        "cursors",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox"),
    )


def _assignments() -> None:
    """Who was last given a ticket."""
    op.create_table(
        "assignments",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agent"),
    )
