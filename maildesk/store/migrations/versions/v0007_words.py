"""Full text over what is there: a document of each ticket and one of each message."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from maildesk.desk.filters import documents
from maildesk.desk.ticket import Person
from maildesk.store.queries import search

revision = "0007"
down_revision = "0006"

_BATCH = 500
_TICKETS = (
    "SELECT id, reference, subject, requester_name, requester_address FROM tickets WHERE id > "
    ":last ORDER BY id LIMIT :most"
)
_PEOPLE = (
    "SELECT ticket_id, address, name FROM participants WHERE ticket_id > :last AND ticket_id <= "
    ":end"
)
_MESSAGES = (
    "SELECT m.id, m.ticket_id, m.from_name, m.from_address, m.subject, m.text, m.reply, "
    "m.attachments, t.subject AS about FROM messages m JOIN tickets t ON t.id = m.ticket_id WHERE "
    "m.id > :last ORDER BY m.id LIMIT :most"
)
# the number of the document about the ticket: before that of any document written later
_ABOUT = 2**31


def upgrade() -> None:
    """The table, and its documents in batches."""
    conn = op.get_bind()
    if conn.dialect.name == "sqlite":
        op.execute(search.FTS5)
    else:
        op.execute(search.TSVECTOR)
    _tickets(conn)
    _messages(conn)
    if conn.dialect.name != "sqlite":
        op.execute(search.GIN)


def _tickets(conn: sa.Connection) -> None:
    last = 0
    while rows := conn.execute(sa.text(_TICKETS), {"last": last, "most": _BATCH}).all():
        people: dict[int, list[Person]] = {}
        for one in conn.execute(sa.text(_PEOPLE), {"last": last, "end": rows[-1].id}):
            people.setdefault(one.ticket_id, []).append(Person(one.address, one.name))
        last = rows[-1].id
        found = []
        for row in rows:
            everybody = [Person(row.requester_address, row.requester_name), *people.get(row.id, ())]
            found.append(
                (row.id, _ABOUT, documents.about(row.reference or "", row.subject, everybody))
            )
        search.add_many(conn, found)


def _messages(conn: sa.Connection) -> None:
    last = 0
    while rows := conn.execute(sa.text(_MESSAGES), {"last": last, "most": _BATCH}).all():
        last = rows[-1].id
        search.add_many(
            conn,
            [(row.ticket_id, row.id, documents.of_message(_row(row), row.about)) for row in rows],
        )


def _row(row: Any) -> dict[str, Any]:
    files = json.loads(row.attachments) if isinstance(row.attachments, str) else row.attachments
    return {**row._mapping, "attachments": files or []}
