"""Who had each message of a conversation, and whether a held answer was let through as a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """The columns; a version of maildesk that does not know them writes on as before."""
    op.add_column("messages", sa.Column("had", sa.JSON()))
    op.add_column("spool", sa.Column("as_note", sa.Boolean()))
