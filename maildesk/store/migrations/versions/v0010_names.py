"""The field's own words for two columns and a table of the first version. Nothing is copied.

A version that knows only the old names cannot write any more; so this one breaks with it.
"""

from __future__ import annotations

from alembic import op

from maildesk.store.migrations.online import break_with

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Rename them, with what PostgreSQL has named after them."""
    op.execute("ALTER TABLE outbox RENAME COLUMN once TO idempotency_key")
    op.execute("ALTER TABLE outbox RENAME COLUMN enhanced TO enhanced_status")
    op.execute("ALTER TABLE seen RENAME TO processed_messages")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX seen_pkey RENAME TO processed_messages_pkey")
    break_with(revision)
