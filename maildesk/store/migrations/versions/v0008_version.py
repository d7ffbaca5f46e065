"""How often a ticket was changed: who acts on an older one is told so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The column; a version of maildesk that does not know it writes on as before."""
    op.add_column(
        "tickets",
        sa.Column("version", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
