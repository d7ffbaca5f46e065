"""Lists of tickets: the pages of a query, its counts by status, and only what the
one who asks may see.

A page is found by its ids, along an index and from where the last page ended (a keyset, never
OFFSET), and its tickets are read afterwards; see `query_plan`. A ticket that was merged into
another is in no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, false, func, or_, select

from maildesk.desk.filters.values import EVERYTHING, All, AnyOf, Filter, Order, Query, Words, both
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket
from maildesk.errors import Refused
from maildesk.store.desk.tickets import as_ticket
from maildesk.store.queries import query_plan
from maildesk.store.queries.criteria_sql import Lookup, among, condition, with_words_here
from maildesk.store.queries.duplicates import with_duplicates
from maildesk.store.queries.query_plan import (
    Cursor,
    Stage,
    along,
    few_ids,
    has_words,
    is_in_the_index,
    stages,
)
from maildesk.store.queries.whose import with_further_addresses
from maildesk.store.schema import participants, tickets

LARGEST_PAGE = 1000
_SAMPLE = 50  # tickets with the words, among WINDOW times as many: then these are common
_STRETCH = 200  # tickets that are looked at in one go, before a list is made


@dataclass(frozen=True)
class Page:
    """Tickets in their order, and where the next page begins: "" where there is none."""

    tickets: tuple[Ticket, ...]
    next: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether there are more."""
        return bool(self.next)


def find(
    conn: Connection,
    query: Query,
    seen: Filter,
    policy: Policy,
    *,
    after: str = "",
    limit: int = 50,
) -> Page:
    """The tickets that the query wants and `seen` (`desk.visibility`) lets be seen, from behind the
    page that ended `after`."""
    asked = _settled(conn, query.filter, seen, policy)
    wanted, course = both(asked, seen), stages(query.order, policy.priorities)
    try:
        cursor = Cursor.of(after, course) if after else None
    except (ValueError, OverflowError):
        raise Refused(f"{after[:80]} is no place in this list") from None
    limit = min(limit, LARGEST_PAGE)
    search = _Search(conn, wanted)
    found: list[tuple[int, Any]] = []
    for number, stage in enumerate(course):
        if cursor is not None and number < cursor.stage:
            continue
        last = cursor.values if cursor is not None and number == cursor.stage else None
        found += [(number, row) for row in search.rows(stage, last, limit + 1 - len(found))]
        if len(found) > limit:
            break
    ids = [row.id for _, row in found[:limit]]
    end = Cursor(found[limit - 1][0], tuple(found[limit - 1][1])) if len(found) > limit else ""
    return Page(tuple(by_ids(conn, ids, policy)), str(end))


def _settled(conn: Connection, wanted: Filter, seen: Filter, policy: Policy) -> Filter:
    """The same filter with what the store alone knows: further addresses, and duplicates."""

    def newest(those: Filter, limit: int) -> list[int]:
        # a stretch after the other: of a long one PostgreSQL would rather read the whole table
        search, course = _Search(conn, both(those, seen)), stages(Order.NEWEST, ())[0]
        stretch = limit if conn.dialect.name == "sqlite" else _STRETCH
        ids: list[int] = []
        last: Sequence[Any] | None = None
        while len(ids) < limit:
            rows = search.walk(course, last, stretch)
            ids += [row.id for row in rows]
            if len(rows) < stretch:
                break
            last = tuple(rows[-1])
        return ids

    asked = with_further_addresses(conn, wanted, policy)
    return with_duplicates(conn, asked, policy, newest)


class _Search:
    """One list being made. What is found out for one stretch of it holds for the next."""

    def __init__(self, conn: Connection, wanted: Filter) -> None:
        self._conn, self._wanted, self._dialect = conn, wanted, conn.dialect.name
        self._few: list[int] | None = None
        self._is_counted = False
        parts = wanted.parts if isinstance(wanted, All) else (wanted,)
        self._besides = All(tuple(part for part in parts if not has_words(part)))
        asks_for_words = len(self._besides.parts) < len(parts)
        self._looks_nearby = asks_for_words and is_in_the_index(self._besides)

    def rows(self, stage: Stage, last: Sequence[Any] | None, limit: int) -> Sequence[Any]:
        """The next of this stretch, from behind `last`."""
        if stage.other_priorities and not self._has_other(stage.priorities or ()):
            return ()
        if self._looks_nearby and self._few is None:
            near = self._nearby(stage, last, limit)
            if near is not None:
                return near
        return self._read(
            _statement(stage, self._wanted, last, limit, self._fewest(), self._dialect)
        )

    def walk(self, stage: Stage, last: Sequence[Any] | None, limit: int) -> Sequence[Any]:
        """The same along the index, whatever leaves but few."""
        return self._read(_statement(stage, self._wanted, last, limit, None, self._dialect))

    def counts(self) -> tuple[dict[str, int], bool]:
        """How many there are, by status, and whether these are all."""
        newest = stages(Order.NEWEST, ())[0]
        # Of words that are rare nearby all are counted, from their index: they are
        # few, or not very many.
        if self._looks_nearby and self._nearby(newest, None, _SAMPLE) is not None:
            first = _statement(newest, self._besides, None, query_plan.NEAR, None, self._dialect)
            ids = [row.id for row in self._read(first)]
            found = self._by_status(ids)
            if len(ids) < query_plan.NEAR or sum(found.values()) >= query_plan.COUNTED:
                return found, len(ids) < query_plan.NEAR
        return self._by_status(self._fewest()), True

    def _by_status(self, few: Sequence[int] | None) -> dict[str, int]:
        t = _from("newest", few)
        where = _where(t, self._wanted, few, self._dialect, is_walk=False)
        counted = select(t.c.status, func.count().label("n")).where(*where).group_by(t.c.status)
        return {row.status: int(row.n) for row in self._read(counted)}

    def _fewest(self) -> list[int] | None:
        if not self._is_counted:
            self._few, self._is_counted = few_ids(self._conn, self._wanted), True
        return self._few

    def _nearby(self, stage: Stage, last: Sequence[Any] | None, limit: int) -> Sequence[Any] | None:
        """What the first tickets in the list's order have to offer; None where that is
        not enough to tell."""
        size = query_plan.WINDOW * limit
        first = _statement(stage, self._besides, last, size, None, self._dialect)
        ids = [row.id for row in self._read(first)]
        found = self._read(_statement(stage, self._wanted, last, limit, ids, self._dialect))
        return found if len(found) == limit or len(ids) < size else None

    def _has_other(self, priorities: Sequence[str]) -> bool:
        """Whether any ticket has none of these priorities: looked up in the gaps between them.

        Where the database sorts otherwise than we, some gap has one of these; then
        there seem to be others.
        """
        if not priorities:
            return True
        priority, known = tickets.c.priority, sorted(priorities)
        gaps = [and_(priority > low, priority < high) for low, high in pairwise(known)]
        gaps += [priority < known[0], priority > known[-1]]
        there = or_(*(select(tickets.c.id).where(gap).exists() for gap in gaps))
        return bool(self._conn.execute(select(there)).scalar())

    def _read(self, statement: Select[Any]) -> Sequence[Any]:
        return self._conn.execute(statement).all()


@dataclass(frozen=True)
class Counts:
    """How many tickets there are, by status. Of words that very many have, not all are counted:
    `is_cut`."""

    by_status: Mapping[str, int]
    is_cut: bool = False

    def __str__(self) -> str:
        return f"{'more than ' if self.is_cut else ''}{sum(self.by_status.values())}"


def counts(conn: Connection, wanted: Filter, seen: Filter, policy: Policy) -> Counts:
    """How many tickets there are like that, by status, those of the policy in its order."""
    wanted = _settled(conn, wanted, seen, policy)
    found, is_whole = _Search(conn, both(wanted, seen)).counts()
    in_order = {name: found[name] for name in (*policy.statuses, *sorted(found)) if name in found}
    return Counts(in_order, not is_whole)


def plan(
    conn: Connection,
    query: Query,
    seen: Filter = EVERYTHING,
    *,
    priorities: Sequence[str] = (),
    limit: int = 50,
) -> str:
    """How the database makes the first stretch of this list, in its own words."""
    wanted = both(query.filter, seen)
    statement = _statement(
        stages(query.order, priorities)[0],
        wanted,
        None,
        limit + 1,
        few_ids(conn, wanted),
        conn.dialect.name,
    )
    return explained(conn, statement)


def explained(conn: Connection, statement: Select[Any]) -> str:
    """How the database answers this statement."""
    compiled = statement.compile(conn, compile_kwargs={"render_postcompile": True})
    make = {
        name: bind.type.dialect_impl(conn.dialect).bind_processor(conn.dialect)
        for name, bind in compiled.binds.items()
    }
    bound = {
        name: value if (to := make.get(name)) is None else to(value)
        for name, value in compiled.params.items()
    }
    values: Any = (
        tuple(bound[name] for name in compiled.positiontup or ()) if compiled.positional else bound
    )
    explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(
        " ".join(map(str, row)) for row in conn.exec_driver_sql(explain + str(compiled), values)
    )


def _statement(
    stage: Stage,
    wanted: Filter,
    last: Sequence[Any] | None,
    limit: int,
    few: Sequence[int] | None,
    dialect: str,
) -> Select[Any]:
    t = _from(stage.index, few)
    where = [*stage.only(t), *_where(t, wanted, few, dialect)]
    if last is not None:
        where.append(stage.behind(t, last))
    return (
        select(*(t.c[name] for name in stage.by))
        .where(*where)
        .order_by(*stage.sorted(t))
        .limit(limit)
    )


def _from(index: str, few: Sequence[int] | None) -> FromClause:
    return tickets if few is not None else along(index)


def _where(
    t: FromClause, wanted: Filter, few: Sequence[int] | None, dialect: str, *, is_walk: bool = True
) -> list[ColumnElement[bool]]:
    """What holds for the tickets that are wanted; `is_walk`: that ends when the page is full."""
    chosen = [] if few is None else [among(t, few, dialect)]
    parts = wanted.parts if isinstance(wanted, All) else (wanted,)
    if few is None and dialect != "sqlite":
        if is_walk:
            chosen += [with_words_here(one, t) for one in parts if isinstance(one, Words)]
            parts = tuple(one for one in parts if not isinstance(one, Words))
        whole = [one for one in parts if isinstance(one, AnyOf) and is_in_the_index(one)]
        chosen += [_in_one_piece(one, t) for one in whole]
        parts = tuple(one for one in parts if one not in whole)
    return [
        t.c.merged_into.is_(None),
        *chosen,
        condition(All(parts), t, Lookup.among(few, dialect)),
    ]


def _in_one_piece(wanted: AnyOf, t: FromClause) -> ColumnElement[bool]:
    """Alternatives (an agent sees these queues, or what is theirs) that the list's index tells.

    PostgreSQL would look each of them up by itself, in a bitmap, and then read the tickets.
    """
    return func.coalesce(condition(wanted, t, Lookup("postgresql")), false())


def by_ids(conn: Connection, ids: Sequence[int], policy: Policy) -> list[Ticket]:
    """These tickets, in this order."""
    if not ids:
        return []
    people: dict[int, list[Any]] = {}
    for one in conn.execute(
        select(participants)
        .where(participants.c.ticket_id.in_(ids))
        .order_by(participants.c.address)
    ):
        people.setdefault(one.ticket_id, []).append(one)
    rows = {row.id: row for row in conn.execute(select(tickets).where(tickets.c.id.in_(ids)))}
    return [as_ticket(rows[one], people.get(one, ()), policy) for one in ids if one in rows]
