"""No index of automatic mail in the outbox: what went out by itself is counted in `automatic`."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """The index; a version of maildesk that knows it asks nothing by it either."""
    op.drop_index("ix_outbox_automatic", table_name="outbox", if_exists=True)
