"""How somebody stands who may or may not take part in a ticket: in, waiting, out. Everybody there
so far is in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add it."""
    op.add_column(
        "participants", sa.Column("status", sa.Text(), nullable=False, server_default="in")
    )
