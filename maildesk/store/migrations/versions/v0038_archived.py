"""An index of the tickets that are archived."""

from __future__ import annotations

from alembic import op

from maildesk.store.migrations.online import add_index

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """A list of what is archived looks at these alone, as long as they are few."""
    where = "archived = 1" if op.get_bind().dialect.name == "sqlite" else "archived"
    add_index("ix_tickets_archived", "tickets", ["archived", "id"], where)
