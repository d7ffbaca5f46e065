"""What came right after an automatic mail, so that loops are counted and not people; and the timers
of acknowledgements that wait until it is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from maildesk.store.migrations.online import add_index

revision = "0019"
down_revision = "0018"

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
_COLUMNS = (
    ("late", sa.Boolean(), sa.false()),
    ("answered_at", _INSTANT, None),
    ("echo", sa.Text(), None),
    ("followed_at", _INSTANT, None),
    ("unbroken", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    """Columns and indexes; a version of maildesk that does not know them writes on as before."""
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("automatic")}
    for name, kind, default in _COLUMNS:
        if name not in there:  # an attempt before this one may have broken off at an index
            column = sa.Column(name, kind, nullable=default is None, server_default=default)
            op.add_column("automatic", column)
    answered = ["organisation", "answered_at", "echo", "late"]
    add_index("ix_automatic_at", "automatic", ["at", "id"])
    add_index("ix_automatic_answered", "automatic", answered, "answered_at IS NOT NULL")
    unbroken = ["organisation", "followed_at", "late"]
    add_index("ix_automatic_unbroken", "automatic", unbroken, "unbroken")
    add_index("ix_timers_held", "timers", ["kind"], "substr(kind, 1, 5) = 'held:'")
