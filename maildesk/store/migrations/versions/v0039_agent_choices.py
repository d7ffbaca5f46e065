"""What agents choose for themselves by mail: when they hear of things, and of what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """A table; a version of maildesk that does not know it goes by the files alone."""
    op.create_table(
        "agent_choices",
        sa.Column("agent", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
    )
