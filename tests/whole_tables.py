"""No statement of the desk reads a whole table that grows with its mail.

Every statement that a test makes the desk run on SQLite is explained once, on the connection that
runs it, and the test that ran it first fails where SQLite would scan one of these tables: nobody
notices with ten mails, and everybody with a hundred thousand. PostgreSQL has the same indexes.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from maildesk.store.rows.prepared import Prepared

HOUSE = str(Path(__file__).parents[1] / "maildesk")
# a row or more for each mail or ticket
GROWING = frozenset(
    {"automatic", "blobs", "history", "messages", "outbox", "processed_messages", "spool"}
    | {"spool_tickets", "tickets", "timers"}
)
# Who may: what happens seldom, or looks at everything because that is asked for.
MAY = {
    "store/erasing/": "a deletion is rare, and worth no index that every mail would pay for",
    "store/migrations/": "once",
    "store/outbox.py:listed": "a list of everything",
    "store/processed.py:hide": "as part of a deletion",
    "store/secrets/signing_keys.py:has_tickets": "whether there is any row at all",
    "store/automatic.py:noticed_since": "the last rows alone",
    "store/loops/room.py:_is_far": "the last row of an index",
    "store/loops/room.py:room_at": "the last row of an index",
}
_SCANNED = re.compile(r"^SCAN (\w+)")

found: list[str] = []
_known: set[str] = set()


def watch() -> None:
    """From now on, in this process."""
    event.listen(Engine, "before_cursor_execute", _core)
    run, change = Prepared.__call__, Prepared.change

    def call(self: Prepared, conn: Any, values: Any) -> Any:
        _prepared(self, conn, values)
        return run(self, conn, values)

    def changed(self: Prepared, conn: Any, values: Any) -> int:
        _prepared(self, conn, values)
        return change(self, conn, values)

    Prepared.__call__, Prepared.change = call, changed  # type: ignore[method-assign]


def _prepared(statement: Prepared, conn: Any, values: Any) -> None:
    if conn.dialect.name != "sqlite":
        return
    made = statement._compiled.get("sqlite") or statement._compile(conn)
    if made.sql not in _known:
        _look(conn.connection.driver_connection, made.sql, made.parameters(values))


def _core(conn: Any, cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
    if conn.dialect.name == "sqlite" and sql not in _known:
        _look(cursor.connection, sql, parameters[0] if many else parameters)


def _look(connection: sqlite3.Connection, sql: str, parameters: Any) -> None:
    _known.add(sql)
    if not sql.lstrip()[:6].upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
        return
    who = _who()
    if not who or any(who.startswith(one) for one in MAY):
        return
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
    scanned = {line[1] for row in rows if (line := _SCANNED.match(row[3]))} & GROWING
    if scanned:
        found.append(f"{who} reads all of {', '.join(sorted(scanned))}:\n{sql}")


def _who() -> str:
    """The place in the desk's store that says this, or "" where a test asks by itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(HOUSE) and not name.endswith(("prepared.py", "store/db.py")):
            return f"{name[len(HOUSE) + 1 :]}:{frame.f_code.co_name}"
        if "/tests/" in name and not name.endswith("whole_tables.py"):
            return ""
        frame = frame.f_back
    return ""
