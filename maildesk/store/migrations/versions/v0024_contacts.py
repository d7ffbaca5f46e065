"""Addresses of one customer that the desk has learnt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # microseconds there


def upgrade() -> None:
    """The table; a version of maildesk that does not know it works on as before."""
    op.create_table(
        "contact_addresses",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("joined_by", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        if_not_exists=True,
    )
    op.create_index(
        "ix_contact_addresses_contact", "contact_addresses", ["contact"], if_not_exists=True
    )
