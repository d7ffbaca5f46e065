"""One at a time: whoever counts and then writes keeps the others from doing the same meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from maildesk.store.rows.prepared import Prepared

_LOCK = Prepared(
    select(
        func.pg_advisory_xact_lock(func.hashtext(bindparam("one"))).label("one_"),
        func.pg_advisory_xact_lock(func.hashtext(bindparam("other"))).label("other_"),
    )
)


def hold(conn: Connection, *names: str) -> None:
    """Nobody else holds one of these one or two names until the end of this transaction.

    Always taken in one order. SQLite has one writer at a time anyway.
    """
    if conn.dialect.name != "postgresql":
        return
    first, *_, last = sorted(f"maildesk loops {name}" for name in (*names, names[0]))
    _LOCK(conn, {"one": first, "other": last})
