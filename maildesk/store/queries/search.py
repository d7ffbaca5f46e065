"""Full text: what tickets are found by words with. FTS5 on SQLite, a tsvector and a GIN
index on PostgreSQL.

Both are given tokens (`desk.tokens`) and neither's own idea of words, so that they find the same. A
document is written in the transaction that made what it tells, and never changed. In FTS5 the
number of a row says which ticket it belongs to (its upper half), so that finding tickets reads the
index alone and gives them in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DDL, Connection, event

from maildesk.desk.filters.tokens import GAP, document, stream
from maildesk.desk.filters.values import Words
from maildesk.store.schema import metadata

TABLE = "ticket_words"
SHIFT = 32  # of the ticket's id in the number of an FTS5 row
_APART = 2**31  # documents that are of no message have numbers from here on
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
# `ascii` splits at everything ASCII that is neither letter nor digit, as the stream has it; no
# column is kept, nor lengths.
FTS5 = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', columnsize=0, tokenize='ascii')"
TSVECTOR = (
    f"CREATE TABLE {TABLE} (ticket_id BIGINT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE, "
    "number BIGINT NOT NULL, words TSVECTOR NOT NULL, PRIMARY KEY (ticket_id, number))"
)
GIN = f"CREATE INDEX ix_{TABLE} ON {TABLE} USING gin (words)"
# the name of the table is the only word that is put into these, and ours
_INSERT_FTS5 = f"INSERT INTO {TABLE} (rowid, words) VALUES (?, ?)"  # noqa: S608
_INSERT_TSVECTOR = (
    f"INSERT INTO {TABLE} (ticket_id, number, words) VALUES (%s, %s, %s::tsvector) "  # noqa: S608
    f"ON CONFLICT (ticket_id, number) DO UPDATE SET words = {TABLE}.words || excluded.words"
)
_DELETE_FTS5 = f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', ?, ?)"  # noqa: S608
_DELETE_TSVECTOR = f"DELETE FROM {TABLE} WHERE ticket_id = %s AND number = %s"  # noqa: S608

for _statement, _dialect in ((FTS5, "sqlite"), (TSVECTOR, "postgresql"), (GIN, "postgresql")):
    _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
    event.listen(metadata, "after_create", _made)
_DROP = DDL(f"DROP TABLE IF EXISTS {TABLE}")  # type: ignore[no-untyped-call]
event.listen(metadata, "before_drop", _DROP)


def number_of(now: datetime, message_row: int | None = None) -> int:
    """A document's number within its ticket: that of its message, else one by the
    time it was written."""
    return (
        message_row
        if message_row is not None
        else _APART + (int((now - _SINCE).total_seconds()) & (_APART - 1))
    )


def add(conn: Connection, ticket_id: int, number: int, parts: Sequence[str]) -> None:
    """The ticket is found by these words from now on."""
    cursor = conn.connection.cursor()
    try:
        cursor.execute(_insert(conn), _row(conn, ticket_id, number, parts))
    finally:
        cursor.close()


def add_many(conn: Connection, documents: Sequence[tuple[int, int, Sequence[str]]]) -> None:
    """Many documents at once: (ticket, number, parts)."""
    cursor = conn.connection.cursor()
    try:
        cursor.executemany(_insert(conn), [_row(conn, *one) for one in documents])
    finally:
        cursor.close()


def remove_many(conn: Connection, documents: Sequence[tuple[int, int, Sequence[str]]]) -> None:
    """The tickets are found by these documents no more; of SQLite's index only who says what stood
    in one can take it out."""
    cursor = conn.connection.cursor()
    try:
        if conn.dialect.name == "sqlite":
            cursor.executemany(_DELETE_FTS5, [_row(conn, *one) for one in documents])
        else:
            cursor.executemany(_DELETE_TSVECTOR, [one[:2] for one in documents])
    finally:
        cursor.close()


def _insert(conn: Connection) -> str:
    return _INSERT_FTS5 if conn.dialect.name == "sqlite" else _INSERT_TSVECTOR


def _row(conn: Connection, ticket_id: int, number: int, parts: Sequence[str]) -> tuple[Any, ...]:
    if conn.dialect.name == "sqlite":
        return (ticket_id << SHIFT) + number, stream(parts)
    return ticket_id, number, tsvector(document(parts))


def tsvector(tokens: Sequence[str]) -> str:
    """The tokens with their places, as PostgreSQL reads a tsvector."""
    # A lexeme may be named again for each of its places, and tokens hold nothing that would have to
    # be quoted.
    return " ".join(
        [f"{token}:{place}" for place, token in enumerate(tokens, start=1) if token != GAP]
    )


def match_without(dialect: str, words: Words, without: Sequence[Words] = ()) -> str:
    """What stands behind MATCH or @@ for documents with these words, and with none of those."""
    one = _match_any(dialect, words)
    for other in without:
        not_ = _match_any(dialect, other)
        one += f" NOT {not_}" if dialect == "sqlite" else f" & !({not_})"
    return one


def _match_any(dialect: str, words: Words) -> str:
    """The same for these words in one of the ways to write them."""
    first = match(dialect, words.tokens, is_beginning=words.is_beginning)
    others = (match(dialect, one, is_beginning=False) for one in words.also)
    both = (" OR " if dialect == "sqlite" else " | ").join((first, *others))
    return f"({both})" if words.also else first


def match(dialect: str, tokens: Sequence[str], *, is_beginning: bool) -> str:
    """What stands behind MATCH or @@ for these tokens, one behind the other."""
    if dialect == "sqlite":
        return f'"{" ".join(tokens)}"' + (" *" if is_beginning else "")
    quoted = " <-> ".join(f"'{token}'" for token in tokens)
    return f"{quoted}:*" if is_beginning else quoted
