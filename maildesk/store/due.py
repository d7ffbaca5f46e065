"""Due rows: the one pattern behind spool, timers and outbox.

    due_at   when somebody should look; empty once the row is finished
    state    due -> claimed -> a final word (done, sent, failed, held …)
    owner    which process holds it; due_at is then the end of its lease

Theory of operation. Whoever wants something done inserts a row that is due, in the transaction
that makes it necessary, and commits. Everything else is only about who looks, and when:

* `claim` takes what is due, oldest first, in one UPDATE that skips what others are just taking. It
  moves `due_at` to the end of a lease and counts the attempt.
* While its process lives, the ticker there renews the lease of every row that a thread has in hand
  (`services.HeldRows`). A process that was killed renews nothing, and the row is due again.
* `finish` and `postpone` end a claim. They name their holder, the owner and the attempt: whoever
  slept past the lease matches no row, and the whole transaction is rolled back. So a row may be
  worked on twice, but only one of the two is ever written.

Who wakes whom is told in `pipeline.broker.kicks`; nothing here depends on it.

Why a lease and not a lock: a lock of the database would need a transaction that is open for as long
as a relay takes to answer, SQLite has none for a row, and one that is lost with its connection says
nothing to its holder. Nothing is ever deleted here: a finished row tells what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import Column, Connection, Integer, Label, Table, bindparam, case, select, update

from maildesk.errors import TransientFailure
from maildesk.store.rows.columns import Instant
from maildesk.store.rows.prepared import Prepared

# how a row comes to its end: the word people see
Ended = Literal["done", "held", "rang", "sent", "failed", "uncertain"]
Holder = tuple[str, int]  # who claimed a row, and which attempt at it that was
# Growing delay: seconds before the next attempt; the last one repeats.
DELAYS = (1, 5, 30, 120, 600, 1800, 3600, 7200)


def claim(
    conn: Connection,
    table: Table,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int = 1,
    count_takeovers_in: Column[int] | None = None,
    with_column: Label[Any] | None = None,
) -> Sequence[Any]:
    """Up to `limit` rows that are due, oldest first, now ours until the lease ends.

    The column `count_takeovers_in` counts how often a row was claimed from a holder that never
    finished it; `with_column` is one more thing to bring along of each row.
    """
    values = {"now_": now, "limit_": limit, "owner_": owner, "lease_end": now + lease}
    rows = _claim(table, count_takeovers_in, with_column)(conn, values)
    return sorted(rows, key=lambda row: int(row.id)) if len(rows) > 1 else rows


def renew(
    conn: Connection, table: Table, *, owner: str, until: datetime, ids: Sequence[int] | None = None
) -> int:
    """Push out the leases of what this process holds (of these rows, where they are named); how
    many there were."""
    held = (
        update(table)
        .where(table.c.due_at.is_not(None), table.c.state == "claimed", table.c.owner == owner)
        .values(due_at=until)
    )
    if ids is not None:
        held = held.where(table.c.id.in_(ids))
    return conn.execute(held).rowcount


def keep(
    conn: Connection, table: Table, *, owner: str, until: datetime, ids: Sequence[int]
) -> set[int]:
    """Those of these rows that this process still holds, for it has slept or was cut off; their
    leases are pushed out."""
    held = (
        update(table)
        .where(table.c.id.in_(ids), table.c.state == "claimed", table.c.owner == owner)
        .values(due_at=until)
    )
    return {row.id for row in conn.execute(held.returning(table.c.id))}


def release(conn: Connection, table: Table, *, owner: str, now: datetime) -> int:
    """Give everything this process still holds back at once (a clean stop); how many there were."""
    held = (
        update(table)
        .where(table.c.due_at.is_not(None), table.c.state == "claimed", table.c.owner == owner)
        .values(state="due", due_at=now, owner=None, attempts=table.c.attempts - 1)
    )
    return conn.execute(held).rowcount


def finish(
    conn: Connection,
    table: Table,
    row_id: int,
    state: Ended,
    *,
    holder: Holder | None = None,
    **values: Any,
) -> None:
    """The row has had its last look; TransientFailure where `holder` has lost it."""
    given = {"row_id": row_id, "until_": None, "state": state, **values}
    _write(conn, table, ("state", *values), given, holder)


def postpone(
    conn: Connection,
    table: Table,
    row_id: int,
    until: datetime,
    *,
    error: str | None = None,
    refund_attempt: bool = False,
    holder: Holder | None = None,
    **values: Any,
) -> None:
    """Look again at `until`; `refund_attempt`: it was none. TransientFailure where
    `holder` has lost it."""
    given = {"row_id": row_id, "until_": until, "state": "due", "error": error, **values}
    _write(conn, table, ("state", "error", *values), given, holder, give_back=refund_attempt)


def _write(
    conn: Connection,
    table: Table,
    names: tuple[str, ...],
    given: dict[str, Any],
    holder: Holder | None,
    *,
    give_back: bool = False,
) -> None:
    """Set these columns; whoever slept past the lease undoes all that it did, for
    another has the row now."""
    if holder is not None:
        given |= {"holder_": holder[0], "attempt_": holder[1]}
    done = _set(table, names, give_back=give_back, held=holder is not None).change(conn, given)
    if holder is not None and not done:
        raise TransientFailure(f"somebody else has taken up this row of the {table.name} meanwhile")


def due_ids(conn: Connection, table: Table, *, now: datetime, limit: int = 100) -> list[int]:
    """The ids that are due, oldest first: what a ticker kicks. Answered from the index alone."""
    return [row.id for row in _due_ids(table)(conn, {"now_": now, "limit_": limit})]


def plan_of_due_ids(conn: Connection, table: Table, *, now: datetime) -> str:
    """How the database finds what is due: from the index alone, or a sweep would read every row."""
    return _due_ids(table).plan(conn, {"now_": now, "limit_": 100})


def delay(attempts: int) -> timedelta:
    """How long to wait after this many attempts."""
    return timedelta(seconds=DELAYS[min(attempts, len(DELAYS)) - 1])


# Statements are built once for each table: building one costs more than running it.


@cache
def _claim(
    table: Table, count_takeovers_in: Column[int] | None, with_column: Label[Any] | None
) -> Prepared:
    wanted = select(table.c.id).where(table.c.due_at <= bindparam("now_", type_=Instant))
    wanted = (
        wanted.order_by(table.c.due_at, table.c.id)
        .limit(bindparam("limit_", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    values: dict[str, Any] = {
        "state": "claimed",
        "owner": bindparam("owner_"),
        "due_at": bindparam("lease_end", type_=Instant),
    }
    values["attempts"] = table.c.attempts + 1
    if count_takeovers_in is not None:
        values[count_takeovers_in.name] = count_takeovers_in + case(
            (table.c.state == "claimed", 1), else_=0
        )
    # Named apart, so that PostgreSQL looks once: inside the update, a plan with a nested loop would
    # look again for every row.
    found = wanted.cte("found")
    more = [] if with_column is None else [with_column]
    return Prepared(
        update(table)
        .where(table.c.id.in_(select(found.c.id)))
        .values(values)
        .returning(table, *more)
    )


@cache
def _set(
    table: Table, names: tuple[str, ...], *, give_back: bool = False, held: bool = False
) -> Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    values |= {"due_at": bindparam("until_", type_=Instant), "owner": None}
    if give_back:
        values["attempts"] = table.c.attempts - 1
    mine = (
        (table.c.owner == bindparam("holder_"), table.c.attempts == bindparam("attempt_"))
        if held
        else ()
    )
    return Prepared(update(table).where(table.c.id == bindparam("row_id"), *mine).values(values))


@cache
def _due_ids(table: Table) -> Prepared:
    found = select(table.c.id).where(table.c.due_at <= bindparam("now_", type_=Instant))
    return Prepared(
        found.order_by(table.c.due_at, table.c.id).limit(bindparam("limit_", type_=Integer))
    )
