"""The Message-ID that a relay gave a mail in place of ours: what people's answers name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_INDEX, _KNOWN = "ix_outbox_provider_id", sa.text("provider_id IS NOT NULL")


def upgrade() -> None:
    """The columns, and an index of the few that have one; a version of maildesk that does not know
    them writes on as before."""
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("outbox")}
    for name in ("provider_id", "provider_id_by"):
        if name not in there:  # an attempt before this one may have broken off at the index
            op.add_column("outbox", sa.Column(name, sa.Text()))
    is_filled = op.get_bind().execute(sa.text("SELECT 1 FROM outbox LIMIT 1")).first()
    if op.get_bind().dialect.name == "sqlite" or is_filled is None:
        columns = ["provider_id"]
        op.create_index(_INDEX, "outbox", columns, sqlite_where=_KNOWN, postgresql_where=_KNOWN)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, but nobody waits for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}")  # of an attempt that broke off
        op.create_index(
            _INDEX,
            "outbox",
            ["provider_id"],
            postgresql_where=_KNOWN,
            postgresql_concurrently=True,
        )
        op.execute("SET lock_timeout = '1s'")
