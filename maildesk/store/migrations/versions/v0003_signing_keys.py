"""Fingerprints of the keys that sign: whoever starts with others is told before
anything is sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """The table, empty: the next start writes down the keys it has."""
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("known_since", _INSTANT, nullable=False),
        sa.Column("given_up_at", _INSTANT),
        sa.Column("told_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", "fingerprint"),
    )
