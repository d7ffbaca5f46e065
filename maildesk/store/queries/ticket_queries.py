"""Lists of tickets: the pages of a query, its counts by status, and only what the one who asks may see.

A page is found by its ids, along an index and from where the last page ended (a keyset, never OFFSET), and its
tickets are read afterwards; see `query_plan`. A ticket that was merged into another is in no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from maildesk.desk.filters.values import EVERYTHING, All, Filter, Query, Words, both
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket
from maildesk.errors import Refused
from maildesk.store.queries.criteria_sql import condition, with_words_here
from maildesk.store.queries.query_plan import Cursor, Stage, along, among, few_ids, stages
from maildesk.store.schema import participants, tickets
from maildesk.store.tickets import as_ticket

LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Page:
    """Tickets in their order, and where the next page begins: "" where there is none."""

    tickets: tuple[Ticket, ...]
    next: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there are more."""
        return bool(self.next)


def find(conn: Connection, query: Query, seen: Filter, policy: Policy, *, after: str = "", limit: int = 50) -> Page:
    """The tickets that the query wants and `seen` (`desk.visibility`) lets be seen, from behind the page that ended `after`."""
    wanted, course = both(query.filter, seen), stages(query.order, policy.priorities)
    try:
        cursor = Cursor.of(after, course) if after else None
    except ValueError:
        raise Refused(f"{after[:80]} is no place in this list") from None
    limit = min(limit, LARGEST_PAGE)
    few = few_ids(conn, wanted)
    found: list[tuple[int, Any]] = []
    for number, stage in enumerate(course):
        if cursor is not None and number < cursor.stage:
            continue
        last = cursor.values if cursor is not None and number == cursor.stage else None
        statement = _statement(stage, wanted, last, limit + 1 - len(found), few, conn.dialect.name)
        found += [(number, row) for row in conn.execute(statement)]
        if len(found) > limit:
            break
    ids = [row.id for _, row in found[:limit]]
    end = Cursor(found[limit - 1][0], tuple(found[limit - 1][1])) if len(found) > limit else ""
    return Page(tuple(_tickets(conn, ids, policy)), str(end))


def counts(conn: Connection, wanted: Filter, seen: Filter, policy: Policy) -> Mapping[str, int]:
    """How many tickets there are like that, by status, those of the policy in its order."""
    whole = both(wanted, seen)
    few = few_ids(conn, whole)
    t = _from("newest", few)
    statement = select(t.c.status, func.count().label("n")).where(*_where(t, whole, few, conn.dialect.name)).group_by(t.c.status)
    found = {row.status: int(row.n) for row in conn.execute(statement)}
    return {name: found[name] for name in (*policy.statuses, *sorted(found)) if name in found}


def plan(conn: Connection, query: Query, seen: Filter = EVERYTHING, *, priorities: Sequence[str] = (), limit: int = 50) -> str:
    """How the database makes the first stretch of this list, in its own words."""
    wanted = both(query.filter, seen)
    statement = _statement(stages(query.order, priorities)[0], wanted, None, limit + 1, few_ids(conn, wanted), conn.dialect.name)
    return explained(conn, statement)


def explained(conn: Connection, statement: Select[Any]) -> str:
    """How the database answers this statement."""
    compiled = statement.compile(conn, compile_kwargs={"render_postcompile": True})
    make = {name: bind.type.dialect_impl(conn.dialect).bind_processor(conn.dialect) for name, bind in compiled.binds.items()}
    bound = {name: value if (to := make.get(name)) is None else to(value) for name, value in compiled.params.items()}
    values: Any = tuple(bound[name] for name in compiled.positiontup or ()) if compiled.positional else bound
    explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(" ".join(map(str, row)) for row in conn.exec_driver_sql(explain + str(compiled), values))


def _statement(
    stage: Stage, wanted: Filter, last: Sequence[Any] | None, limit: int, few: Sequence[int] | None, dialect: str
) -> Select[Any]:
    t = _from(stage.index, few)
    where = [*stage.only(t), *_where(t, wanted, few, dialect)]
    if last is not None:
        where.append(stage.behind(t, last))
    return select(*(t.c[name] for name in stage.by)).where(*where).order_by(*stage.sorted(t)).limit(limit)


def _from(index: str, few: Sequence[int] | None) -> FromClause:
    return tickets if few is not None else along(index)


def _where(t: FromClause, wanted: Filter, few: Sequence[int] | None, dialect: str) -> list[ColumnElement[bool]]:
    chosen = [] if few is None else [among(t, few, dialect)]
    parts = wanted.parts if isinstance(wanted, All) else (wanted,)
    if few is None and dialect != "sqlite":  # along an index; see `with_words_here`
        chosen += [with_words_here(one, t) for one in parts if isinstance(one, Words)]
        parts = tuple(one for one in parts if not isinstance(one, Words))
    return [t.c.merged_into.is_(None), *chosen, condition(All(parts), t, dialect)]


def _tickets(conn: Connection, ids: Sequence[int], policy: Policy) -> list[Ticket]:
    if not ids:
        return []
    people: dict[int, list[Any]] = {}
    for one in conn.execute(select(participants).where(participants.c.ticket_id.in_(ids)).order_by(participants.c.address)):
        people.setdefault(one.ticket_id, []).append(one)
    rows = {row.id: row for row in conn.execute(select(tickets).where(tickets.c.id.in_(ids)))}
    return [as_ticket(rows[one], people.get(one, ()), policy) for one in ids if one in rows]
