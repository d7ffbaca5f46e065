"""What agents are told later: after their quiet hours, in a bundle, in the morning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables; a version of maildesk that does not know them tells everything at once, as
    before."""
    op.create_table(
        "held_notices",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column(
            "ticket_id", _ID, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("message_row", _ID),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("act", _ID),
        sa.Column("told_at", _INSTANT),
    )
    waits = sa.text("told_at IS NULL")
    op.create_index(
        "ix_held_notices_waiting",
        "held_notices",
        ["agent", "ticket_id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("ix_held_notices_ticket", "held_notices", ["ticket_id"])
    _timers()
    op.create_table(
        "agent_digests",
        sa.Column("agent", sa.Text(), primary_key=True),
        sa.Column("minute", sa.Integer()),
        sa.Column("set_at", _INSTANT, nullable=False),
    )


def _timers() -> None:
    op.create_table(
        "agent_timers",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ticket_id", _ID, nullable=False, server_default=sa.text("0")),
        sa.Column("rings_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.Column("owner", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.Text()),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_agent_timers_due",
        "agent_timers",
        ["due_at", "id"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.create_index(
        "uq_agent_timers_standing",
        "agent_timers",
        ["agent", "kind", "ticket_id"],
        unique=True,
        sqlite_where=due,
        postgresql_where=due,
    )
