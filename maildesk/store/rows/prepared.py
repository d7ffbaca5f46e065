"""Statements of the hot path: built and compiled by SQLAlchemy once, run on the
driver's own cursor.

What a statement says stays in SQLAlchemy's words, for both databases; only the
machinery around each execution is left out, which cost three times the query.
Errors are the driver's own; `db` knows them too.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler

from maildesk.store.rows.columns import bind_of

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one database."""

    sql: str
    # the values, in their order where the driver counts them
    binds: tuple[tuple[str, Convert | None], ...]
    is_positional: bool
    defaults: Mapping[str, Callable[[], Any]]  # of the columns an INSERT leaves out
    row: type[Any] | None  # a named tuple; None where no rows come back
    results: tuple[tuple[int, Convert], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them. KeyError for one that is missing."""
        if self.defaults:
            values = {
                **{name: make() for name, make in self.defaults.items() if name not in values},
                **values,
            }
        if self.is_positional:
            return [
                values[name] if convert is None else convert(values[name])
                for name, convert in self.binds
            ]
        return {
            name: values[name] if convert is None else convert(values[name])
            for name, convert in self.binds
        }


class Prepared:
    """A statement with its values as bind parameters, ready to run again and again."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, list(columns) if columns is not None else None
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, conn: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it; its rows as named tuples."""
        made = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor = conn.connection.cursor()
        try:
            cursor.execute(made.sql, made.parameters(values))
            return self._rows(made, cursor) if made.row is not None else []
        finally:
            cursor.close()

    def change(self, conn: Connection, values: Mapping[str, Any]) -> int:
        """Run it; how many rows it changed."""
        made = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor = conn.connection.cursor()
        try:
            cursor.execute(made.sql, made.parameters(values))
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def many(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of these."""
        made = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor = conn.connection.cursor()
        try:
            cursor.executemany(made.sql, [made.parameters(values) for values in rows])
        finally:
            cursor.close()

    def each(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """Run it once for each of these; the rows that come back for each. PostgreSQL gets all of
        them in one journey."""
        if conn.dialect.name == "sqlite" or len(rows) < 2:
            return [self(conn, values) for values in rows]
        made = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor: Any = conn.connection.cursor()
        try:
            asked = [made.parameters(values) for values in rows]
            cursor.executemany(made.sql, asked, returning=True)
            found = [self._rows(made, cursor)]
            while cursor.nextset():
                found.append(self._rows(made, cursor))
            return found
        finally:
            cursor.close()

    def plan(self, conn: Connection, values: Mapping[str, Any]) -> str:
        """How the database would answer it, in the database's own words."""
        made = self._compiled.get(conn.dialect.name) or self._compile(conn)
        cursor = conn.connection.cursor()
        try:
            explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
            cursor.execute(explain + made.sql, made.parameters(values))
            return "\n".join(str(row) for row in cursor.fetchall())
        finally:
            cursor.close()

    def _rows(self, made: _Compiled, cursor: Any) -> list[Any]:
        make: Any = made.row
        fetched = cursor.fetchall()
        if not made.results:
            return [make(*row) for row in fetched]
        found = []
        for row in fetched:
            values = list(row)
            for index, convert in made.results:
                values[index] = convert(values[index])
            found.append(make(*values))
        return found

    def _compile(self, conn: Connection) -> _Compiled:
        dialect = conn.dialect
        compiled: SQLCompiler = self._statement.compile(dialect=dialect, column_keys=self._columns)
        columns = compiled._result_columns
        names = [column.keyname for column in columns]
        converts = [column.type._cached_result_processor(dialect, None) for column in columns]
        names_of_values = compiled.positiontup or list(compiled.bind_names.values())
        prefetched = compiled.insert_prefetch if compiled.isinsert else []
        made = _Compiled(
            sql=str(compiled),
            binds=tuple(
                (name, bind_of(compiled.binds[name].type, dialect)) for name in names_of_values
            ),
            is_positional=bool(compiled.positional),
            defaults=_constants(compiled)
            | {column.key: _default(column.default) for column in prefetched},
            row=namedtuple("Row", names, rename=True) if names else None,
            results=tuple(
                (index, convert) for index, convert in enumerate(converts) if convert is not None
            ),
        )
        self._compiled[dialect.name] = made
        return made


@contextmanager
def together(conn: Connection) -> Iterator[None]:
    """Statements of which no results are read: PostgreSQL gets them in one journey.

    What goes wrong with one of them is raised at the end of the block.
    """
    raw: Any = conn.connection.dbapi_connection
    if conn.dialect.name == "sqlite" or not _has_pipelines():
        yield
        return
    with raw.pipeline():
        yield


@cache
def _has_pipelines() -> bool:
    """Whether libpq is new enough for that (14)."""
    from psycopg import Pipeline

    return bool(Pipeline.is_supported())


def _constants(compiled: SQLCompiler) -> dict[str, Callable[[], Any]]:
    """Values that stand in the statement itself: `state = 'due'`."""
    return {
        name: _always(bind.value) for bind, name in compiled.bind_names.items() if not bind.required
    }


def _always(value: Any) -> Callable[[], Any]:
    return lambda: value


def _default(default: Any) -> Callable[[], Any]:
    """A column's default: a value, or a function that SQLAlchemy has wrapped to take a context."""
    made = default.arg
    return (lambda: made(None)) if callable(made) else (lambda: made)
