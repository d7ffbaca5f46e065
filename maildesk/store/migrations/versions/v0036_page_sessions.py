"""Log-ins by a link that was mailed, what they open, and indexes for a customer's own requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.online import add_index

revision = "0036"
down_revision = "0035"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LISTED = ["status", "id", "merged_into", "customer_wrote_at", "agent_wrote_at"]


def upgrade() -> None:
    """Tables that the version before does not know; the indexes come last (see `online`)."""
    there = sa.inspect(op.get_bind()).get_table_names()
    if "page_log_ins" not in there:
        _tables()
    add_index("ix_tickets_requests", "tickets", ["requester_key", *_LISTED])
    add_index(
        "ix_tickets_organisation", "tickets", ["organisation", *_LISTED], "organisation <> ''"
    )
    add_index("ix_participants_address", "participants", ["address", "ticket_id"])


def _tables() -> None:
    op.create_table(
        "page_log_ins",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("browser", sa.LargeBinary(32), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_page_log_ins_address", "page_log_ins", ["address", "at"])
    op.create_table(
        "page_sessions",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("beside", sa.JSON(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
    )
    op.create_index("ix_page_sessions_address", "page_sessions", ["address"])
