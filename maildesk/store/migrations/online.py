"""What a migration uses so that the desk goes on meanwhile.

PostgreSQL: an index of a table that may be large is built beside the old one, while everybody
reads and writes (CREATE INDEX CONCURRENTLY, which has a transaction of its own). SQLite has one
writer at a time; there it is a short transaction, and whoever wants to write waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

WORKS_WITH = "works_with"  # in desk_state: the oldest revision whose programs can use the tables


def replace_index(name: str, table: str, columns: Sequence[str], where: str = "") -> None:
    """The index of this name has these columns from now on, and never was away."""
    only = sa.text(where) if where else None
    one = sa.text(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
    is_filled = op.get_bind().execute(one).first()
    if op.get_bind().dialect.name == "sqlite" or is_filled is None:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, list(columns), sqlite_where=only, postgresql_where=only)
        return
    fresh = f"{name}_fresh"
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, but nobody waits for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {fresh}")  # of an attempt that broke off
        op.create_index(
            fresh, table, list(columns), postgresql_where=only, postgresql_concurrently=True
        )
        op.execute("SET lock_timeout = '1s'")
    op.drop_index(name, table_name=table, if_exists=True)
    op.execute(f"ALTER INDEX {fresh} RENAME TO {name}")


def break_with(revision: str) -> None:
    """Programs that do not know this revision cannot use the tables any more, and will say so."""
    op.get_bind().execute(
        sa.text(
            "INSERT INTO desk_state (name, value) VALUES (:name, :value) ON CONFLICT (name) DO "
            "UPDATE SET value = excluded.value"
        ),
        {"name": WORKS_WITH, "value": revision},
    )
