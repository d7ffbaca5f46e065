"""Who has answered a mail of ours, and the automatic mails counted by person and organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
# How the trust of such a message was put in words until now.
_ANSWERED = """
    INSERT INTO correspondents (address, since)
    SELECT lower(from_address), min(at) FROM messages
    WHERE direction = 'in' AND agent = ''
        AND trust LIKE 'came with the reply address of %; From matches'
    GROUP BY lower(from_address)
"""


def upgrade() -> None:
    """Two tables. What was counted until now is forgotten: it would be within the hour."""
    op.create_table(
        "correspondents",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.execute(_ANSWERED)
    op.create_table(
        "automatic",
        sa.Column("id", _BIG_ID, autoincrement=True, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("ticket_id", _BIG_ID),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_automatic_person", "automatic", ["person", "at"])
    op.create_index("ix_automatic_organisation", "automatic", ["organisation", "at"])
    op.drop_index("ix_outbox_automatic_domain", table_name="outbox")
