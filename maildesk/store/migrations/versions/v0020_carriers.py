"""Who carried a message, and where its author wants answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """The columns; a version of maildesk that does not know them writes on as before."""
    for table, name in (
        ("tickets", "answers_to"),
        ("participants", "answers_to"),
        ("messages", "through"),
    ):
        there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns(table)}
        if name not in there:  # an attempt before this one may have broken off
            empty = sa.text("''")
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=empty))
