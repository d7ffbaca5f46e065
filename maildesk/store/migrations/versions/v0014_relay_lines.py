"""Relays that refuse us: the lines in which mails wait, what each relay was given, whose mail it
is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0011"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")

_ADDRESSES = """
    UPDATE outbox SET address = (SELECT address FROM tickets WHERE tickets.id = outbox.ticket_id)
    WHERE due_at IS NOT NULL AND ticket_id IN (SELECT id FROM tickets)
"""


def upgrade() -> None:
    """Two tables; of each mail the desk address it is from, its relay, and where it waits."""
    empty = sa.text("''")
    op.add_column("outbox", sa.Column("address", sa.Text(), nullable=False, server_default=empty))
    op.add_column("outbox", sa.Column("relay", sa.Text(), nullable=False, server_default=empty))
    op.add_column("outbox", sa.Column("line", sa.Text()))
    op.execute(_ADDRESSES)
    stands = sa.text("line IS NOT NULL")
    op.create_index(
        "ix_outbox_line", "outbox", ["line", "id"], sqlite_where=stands, postgresql_where=stands
    )
    op.create_table(
        "relay_lines",
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer()),
        sa.Column("enhanced_status", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("told_at", _INSTANT),
        sa.PrimaryKeyConstraint("line"),
    )
    op.create_table(
        "relay_usage",
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("began_at", _INSTANT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("relay", "period", "began_at"),
    )
