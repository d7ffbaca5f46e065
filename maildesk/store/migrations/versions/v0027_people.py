"""Who follows a ticket, until when it sleeps, and when agents are away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.online import add_index, replace_index

revision = "0027"
down_revision = "0026"

# microseconds since 1970 there
_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_LISTED = (
    *("merged_into", "status", "priority", "queue", "assignee", "category", "type", "tier"),
    *("customer_wrote_at", "agent_wrote_at", "warns_at", "breaches_at", "has_files", "archived"),
    *("created_at", "snoozed_until"),
)


def upgrade() -> None:
    """Columns and tables that the version before does not know, and lists that tell who sleeps.

    The indexes come last: with each of them what stands before it is kept (see `online`), so an
    attempt before this one may have broken off there.
    """
    there = sa.inspect(op.get_bind())
    columns = {one["name"] for one in there.get_columns("tickets")}
    if "followers" not in columns:
        op.add_column("tickets", sa.Column("followers", sa.JSON()))
        op.add_column("tickets", sa.Column("snoozed_until", _INSTANT))
    if "ticket_followers" not in there.get_table_names():
        _tables()
    replace_index("ix_tickets_newest", "tickets", ["created_at", "id", *_but("created_at")])
    replace_index("ix_tickets_updated", "tickets", ["updated_at", "id", *_LISTED])
    strongest = ["priority", "created_at", "id", *_but("priority", "created_at")]
    replace_index("ix_tickets_priority", "tickets", strongest)
    due = ["breaches_at", "id", *_but("breaches_at"), "updated_at"]
    replace_index("ix_tickets_due", "tickets", due, where="breaches_at IS NOT NULL")
    asleep = ["snoozed_until", "id", *_but("snoozed_until"), "updated_at"]
    add_index("ix_tickets_snoozed", "tickets", asleep, "snoozed_until IS NOT NULL")


def _tables() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ticket_followers",
        sa.Column("ticket_id", number, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "agent"),
    )
    op.create_index("ix_ticket_followers_agent", "ticket_followers", ["agent", "ticket_id"])
    op.create_table(
        "agent_absences",
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("agent", "since"),
    )


def _but(*names: str) -> list[str]:
    return [one for one in _LISTED if one not in names]
