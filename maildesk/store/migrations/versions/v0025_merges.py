"""What was merged into what, and where a message stood before that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """A table and a column; a version of maildesk that does not know them writes on as before."""
    op.add_column("messages", sa.Column("written_in", _BIG_ID))
    op.create_table(
        "merges",
        sa.Column("id", _BIG_ID, primary_key=True, autoincrement=True),
        _ticket("ticket_id"),
        _ticket("other_id"),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("undone_at", _INSTANT),
    )
    op.create_index("ix_merges_ticket", "merges", ["ticket_id", "id"])


def _ticket(name: str) -> sa.Column[int]:
    key = sa.ForeignKey("tickets.id", ondelete="CASCADE")
    return sa.Column(name, _BIG_ID, key, nullable=False)
