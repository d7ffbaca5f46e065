"""Taking a ticket out of the word index, though nobody knows any more what stood in its documents.

PostgreSQL's rows go with the ticket. SQLite's index keeps no text: a document is taken out of it by
whoever says its words. So all words are gathered that the ticket can be found by, the index is
asked which of its documents has which of them, and each document is taken out with just those. What
was taken out stays in the file as a mark, with the word, until the parts of the index are merged,
which is done a piece at a time once the ticket is gone (`merged`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from maildesk.desk.filters.tokens import GAP, document
from maildesk.store.queries.search import SHIFT, TABLE
from maildesk.store.schema import history, messages, participants, tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

# the name of the table is the only word that is put into these, and ours
_HAS = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ? AND rowid BETWEEN ? AND ?"  # noqa: S608
_OUT = f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', ?, ?)"  # noqa: S608
_MERGE = f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('merge', ?)"  # noqa: S608
_PAGES = 400  # of the index that are merged at once, so that nobody waits long


def forget(conn: Connection, ids: Sequence[int]) -> None:
    """These tickets are found by no word any more; their rows are still there."""
    if conn.dialect.name != "sqlite":
        return  # the rows are the ticket's, and go with it
    raw: Any = conn.connection
    tokens = sorted({token for one in ids for token in _tokens(conn, one)})
    for ticket_id in ids:  # what one brought into another is found there, too
        first, last = ticket_id << SHIFT, ((ticket_id + 1) << SHIFT) - 1
        found: dict[int, list[str]] = defaultdict(list)
        for token in tokens:
            for (number,) in raw.execute(_HAS, (f'"{token}"', first, last)).fetchall():
                found[number].append(token)
        raw.executemany(_OUT, [(number, " ".join(words)) for number, words in found.items()])


def merged(conn: Connection, *, begin: bool) -> bool:
    """Merge some of the index; whether there may be more to do. `begin`: all of it, from its
    beginning on, as `optimize` would."""
    if conn.dialect.name != "sqlite":
        return False
    raw: Any = conn.connection.dbapi_connection
    before = raw.total_changes
    raw.execute(_MERGE, (-_PAGES if begin else _PAGES,))
    return bool(raw.total_changes - before > 1)


def _tokens(conn: Connection, ticket_id: int) -> set[str]:
    """Every token that a document of the ticket may have."""
    parts = []
    for table, column in (
        (tickets, tickets.c.id),
        (participants, participants.c.ticket_id),
        (messages, messages.c.ticket_id),
        (messages, messages.c.written_in),
        (history, history.c.ticket_id),
    ):
        for row in conn.execute(select(table).where(column == ticket_id)):
            parts += [text for value in row for text in _texts(value)]
    return {token for part in parts for token in document((part,)) if token != GAP}


def _texts(value: Any) -> Iterable[str]:
    """The texts in a column's value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
