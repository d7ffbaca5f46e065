"""What came right after an automatic mail, so that loops are counted and not people; and the timers
of acknowledgements that wait until it is known."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

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
    _index("ix_automatic_at", "automatic", ["at", "id"])
    _index("ix_automatic_answered", "automatic", answered, "answered_at IS NOT NULL")
    unbroken = ["organisation", "followed_at", "late"]
    _index("ix_automatic_unbroken", "automatic", unbroken, "unbroken")
    _index("ix_timers_held", "timers", ["kind"], "substr(kind, 1, 5) = 'held:'")


def _index(name: str, table: str, columns: Sequence[str], where: str = "") -> None:
    """This index, beside whoever writes meanwhile."""
    only = sa.text(where) if where else None
    one = sa.text(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
    is_filled = op.get_bind().execute(one).first()
    if op.get_bind().dialect.name == "sqlite" or is_filled is None:
        op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, but nobody waits for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # of an attempt that broke off
        op.create_index(
            name, table, list(columns), postgresql_where=only, postgresql_concurrently=True
        )
        op.execute("SET lock_timeout = '1s'")
