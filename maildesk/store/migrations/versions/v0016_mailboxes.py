"""Several folders of a mailbox, where reading them began, what was seen there, and the copies of
answers that belong into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.online import break_with

revision = "0016"
down_revision = "0014"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """The tables; where a desk has got to in its mailboxes stays as it is."""
    conn = op.get_bind()
    known = conn.execute(sa.text("SELECT mailbox, uidvalidity, uid FROM cursors")).all()
    op.drop_table("cursors")
    op.create_table(
        "cursors",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("known_before", _INSTANT),
        sa.Column("left_alone", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("backlog", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("backlog_uid", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("backlog_to", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("mailbox", "folder"),
    )
    row = "INSERT INTO cursors (mailbox, uidvalidity, uid) VALUES (:mailbox, :uidvalidity, :uid)"
    for one in known:
        conn.execute(sa.text(row), dict(one._mapping))
    _messages()
    op.create_table(
        "sent_copies",
        sa.Column("outbox_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
    )
    op.create_index(
        "ix_sent_copies_waiting",
        "sent_copies",
        ["mailbox", "outbox_id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column("spool", sa.Column("arrived_at", _INSTANT))
    op.add_column("spool", sa.Column("suspected", sa.Text()))
    break_with(revision)  # the version before writes one cursor for each mailbox


def _messages() -> None:
    op.create_table(
        "mailbox_messages",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(16), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("spool_id", _ID),
        sa.Column("ticket_id", _ID),
        sa.Column("message_row", _ID),
        sa.Column("watched_until", _INSTANT),
        sa.Column("fate", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("lies_in", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "mailbox", "folder", "uidvalidity", "uid", name="uq_mailbox_messages_uid"
        ),
    )
    op.create_index(
        "ix_mailbox_messages_fingerprint", "mailbox_messages", ["mailbox", "fingerprint"]
    )
    op.create_index("ix_mailbox_messages_spool", "mailbox_messages", ["spool_id"])
    op.create_index(
        "ix_mailbox_messages_watched",
        "mailbox_messages",
        ["mailbox", "watched_until"],
        sqlite_where=sa.text("watched_until IS NOT NULL"),
        postgresql_where=sa.text("watched_until IS NOT NULL"),
    )
