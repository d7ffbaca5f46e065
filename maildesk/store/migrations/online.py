"""What a migration uses so that the desk goes on meanwhile.

PostgreSQL: an index of a table that may be large is built beside the old one, while everybody
reads and writes (CREATE INDEX CONCURRENTLY, which has a transaction of its own). SQLite has one
writer at a time; there it is a short transaction, and whoever wants to write waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

WORKS_WITH = "works_with"  # in desk_state: the oldest revision whose programs can use the tables


def add_index(name: str, table: str, columns: Sequence[str], where: str = "") -> None:
    """A new index, beside whoever writes meanwhile; a column may be an expression."""
    if _is_made_at_once(table):
        # an attempt before this one may have broken off at an index behind it
        _create(name, table, columns, where, if_not_exists=True)
    else:
        _build_beside(name, table, columns, where)


def replace_index(name: str, table: str, columns: Sequence[str], where: str = "") -> None:
    """The index of this name has these columns from now on, and never was away."""
    if _is_made_at_once(table):
        op.drop_index(name, table_name=table)
        _create(name, table, columns, where)
        return
    fresh = f"{name}_fresh"
    _build_beside(fresh, table, columns, where)
    op.drop_index(name, table_name=table, if_exists=True)
    op.execute(f"ALTER INDEX {fresh} RENAME TO {name}")


def _is_made_at_once(table: str) -> bool:
    """Whether nobody has to wait long for an index of this table."""
    # a table's name as a migration has it, nobody's words
    one = sa.text(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
    return op.get_bind().dialect.name == "sqlite" or op.get_bind().execute(one).first() is None


def _build_beside(name: str, table: str, columns: Sequence[str], where: str) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for others, but nobody waits for it
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # of an attempt that broke off
        _create(name, table, columns, where, postgresql_concurrently=True)
        op.execute("SET lock_timeout = '1s'")


def _create(name: str, table: str, columns: Sequence[str], where: str, **how: Any) -> None:
    only = sa.text(where) if where else None
    words = [sa.text(one) if "(" in one else one for one in columns]
    op.create_index(name, table, words, sqlite_where=only, postgresql_where=only, **how)


def break_with(revision: str) -> None:
    """Programs that do not know this revision cannot use the tables any more, and will say so."""
    op.get_bind().execute(
        sa.text(
            "INSERT INTO desk_state (name, value) VALUES (:name, :value) ON CONFLICT (name) DO "
            "UPDATE SET value = excluded.value"
        ),
        {"name": WORKS_WITH, "value": revision},
    )
