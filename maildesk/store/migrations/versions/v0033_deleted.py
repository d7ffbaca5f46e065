"""Tickets that are deleted: that there was one, and what has to be removed with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Tables and a column that the version before does not know."""
    op.create_table(
        "deleted_tickets",
        sa.Column("ticket_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("swept_at", _INSTANT),
    )
    op.create_index("ix_deleted_tickets_reference", "deleted_tickets", ["reference"])
    op.create_table(
        "erased_blobs",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("at", _INSTANT, nullable=False),
    )
    for name, other in (("mails_showing", "outbox_id"), ("spool_tickets", "spool_id")):
        op.create_table(
            name,
            sa.Column("ticket_id", _ID, primary_key=True, autoincrement=False),
            sa.Column(other, _ID, primary_key=True, autoincrement=False),
        )
    op.add_column("spool", sa.Column("ticket_id", _ID))
