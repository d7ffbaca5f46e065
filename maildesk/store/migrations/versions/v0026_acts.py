"""What people did to tickets, so that it can be taken back, and which mails belong to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The table and the column; a version of maildesk that does not know them writes on as
    before."""
    op.create_table(
        "acts",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column(
            "ticket_id", _ID, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("message_row", _ID),
        sa.Column("undone_at", _INSTANT),
        sa.Column("undone_by", sa.Text(), nullable=False, server_default=sa.text("''")),
    )
    op.create_index("ix_acts_ticket", "acts", ["ticket_id", "id"])
    op.add_column("outbox", sa.Column("act", _ID))
