"""The Message-ID that a relay gave a mail in place of ours: what people's answers name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.online import add_index

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """The columns, and an index of the few that have one; a version of maildesk that does not know
    them writes on as before."""
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("outbox")}
    for name in ("provider_id", "provider_id_by"):
        if name not in there:  # an attempt before this one may have broken off at the index
            op.add_column("outbox", sa.Column(name, sa.Text()))
    add_index("ix_outbox_provider_id", "outbox", ["provider_id"], "provider_id IS NOT NULL")
