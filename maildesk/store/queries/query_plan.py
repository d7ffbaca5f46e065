"""How a list is made within bounds: which few tickets to look at, or along which index to walk.

A database's own planner guesses how many tickets a condition leaves, and a wrong guess costs
seconds on a large desk. So it is tried out, from what costs least:

1. Where words are asked for, the first tickets in the list's order that everything else holds for
   are looked at, a few times as many as a page has. Of words that one ticket in eight has, they
   fill the page; and where they are all there are, that is the list. So only where the index tells
   everything else.
2. Where one condition that must hold (words, a label, a requester) leaves at most FEW tickets,
   these are looked at and sorted.
3. Otherwise the list walks along an index that has its order and everything that is usually asked
   for, and stops when the page is full. SQLite is told so by INDEXED BY
   (sqlite.org/lang_indexedby.html).

So words that are common are never gathered: PostgreSQL reads each ticket that has
them from the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.selectable import Alias

from maildesk.desk.filters import values as v
from maildesk.desk.filters.tokens import phrase
from maildesk.desk.filters.values import Order
from maildesk.mail.owners import mailbox_of
from maildesk.store.queries.criteria_sql import Lookup, among, found_by_words
from maildesk.store.rows.columns import Instant
from maildesk.store.schema import ticket_followers, ticket_labels, tickets

FEW = 2000
WINDOW = 8  # pages that are looked at for words before anything is counted
_HITS = 4  # documents of a ticket, at most, before its words count as common
# tickets that are looked at to count words, and how many with them are enough
NEAR, COUNTED = 10_000, 5_000
_LISTED = {
    c.name for index in tickets.indexes if index.name == "ix_tickets_newest" for c in index.columns
}
_NEWEST = ("created_at", "id")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Walked(Alias):
    """The tickets along an index, whose name is this one's: ix_tickets_<name>."""

    inherit_cache = True


@compiles(_Walked, "sqlite")
def _along_the_index(element: _Walked, compiler: Any, **more: Any) -> str:
    shown = str(compiler.visit_alias(element, **more))
    return f"{shown} INDEXED BY ix_tickets_{element.name}" if more.get("asfrom") else shown


def along(index: str) -> FromClause:
    """The tickets, to be read along this index."""
    return _Walked._construct(tickets, name=index)


@dataclass(frozen=True)
class Stage:
    """A stretch of the list: the tickets that `only` holds for, by the columns in
    `by` or against them."""

    index: str
    by: tuple[str, ...]  # id last
    descending: bool = True
    priorities: tuple[str, ...] | None = None  # of these; None: any
    is_due: bool | None = None  # has a moment when a promise is broken, or has none
    other_priorities: bool = False  # of none of these

    def only(self, t: FromClause) -> list[ColumnElement[bool]]:
        """Which tickets belong to this stage."""
        found: list[ColumnElement[bool]] = []
        if self.priorities is not None:
            is_one = (
                t.c.priority.in_(self.priorities)
                if len(self.priorities) > 1
                else t.c.priority == self.priorities[0]
            )
            found.append(t.c.priority.not_in(self.priorities) if self.other_priorities else is_one)
        if self.is_due is not None:
            found.append(t.c.breaches_at.is_not(None) if self.is_due else t.c.breaches_at.is_(None))
        return found

    def behind(self, t: FromClause, last: Sequence[Any]) -> ColumnElement[bool]:
        """What comes behind the ticket with these values."""
        here: ColumnElement[Any] = t.c.id
        there: ColumnElement[Any] = literal(last[-1], tickets.c.id.type)
        if len(self.by) > 1:
            here, there = (
                tuple_(*(t.c[name] for name in self.by)),
                tuple_(literal(last[0], Instant), there),
            )
        return here < there if self.descending else here > there

    def sorted(self, t: FromClause) -> list[ColumnElement[Any]]:
        """What ORDER BY takes."""
        return [t.c[name].desc() if self.descending else t.c[name].asc() for name in self.by]


def stages(order: Order, priorities: Sequence[str]) -> tuple[Stage, ...]:
    """The list in this order, stretch by stretch."""
    if order is Order.PRIORITY:
        strongest_first = (
            Stage("priority", _NEWEST, priorities=(name,)) for name in reversed(priorities)
        )
        return (
            *strongest_first,
            Stage("newest", _NEWEST, priorities=tuple(priorities), other_priorities=True),
        )
    if order is Order.DUE:
        due = Stage("due", ("breaches_at", "id"), descending=False, is_due=True)
        return due, Stage("newest", _NEWEST, is_due=False)
    simple = {
        Order.NEWEST: Stage("newest", _NEWEST),
        Order.OLDEST: Stage("newest", _NEWEST, descending=False),
        Order.UPDATED: Stage("updated", ("updated_at", "id")),
        Order.STALE: Stage("updated", ("updated_at", "id"), descending=False),
    }
    return (simple[order],)


@dataclass(frozen=True)
class Cursor:
    """The last ticket of a page: behind it the next begins."""

    stage: int
    values: tuple[Any, ...]  # as Stage.by names them

    def __str__(self) -> str:
        return ".".join(str(_number(one)) for one in (self.stage, *self.values))

    @classmethod
    def of(cls, written: str, found: Sequence[Stage]) -> Cursor:
        """What was written. ValueError for anything else."""
        stage, *rest = (int(one) for one in written.split("."))
        if (
            not 0 <= stage < len(found)
            or len(rest) != len(found[stage].by)
            or max(map(abs, rest)) >= 2**63
        ):
            raise ValueError(f"{written} is no place in this list")
        return cls(stage, (*(_EPOCH + timedelta(microseconds=one) for one in rest[:-1]), rest[-1]))


def _number(value: Any) -> int:
    return (
        (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else int(value)
    )


def has_words(wanted: v.Filter) -> bool:
    """Whether it asks for words anywhere."""
    match wanted:
        case v.All(parts) | v.AnyOf(parts):
            return any(map(has_words, parts))
        case v.Not(part):
            return has_words(part)
    return isinstance(wanted, v.Words)


def is_in_the_index(wanted: v.Filter) -> bool:
    """Whether what lists walk along tells it, so that no ticket has to be read for it."""
    match wanted:
        case v.All(parts) | v.AnyOf(parts):
            return all(map(is_in_the_index, parts))
        case v.Not(part):
            return is_in_the_index(part)
        case v.Is(field) | v.During(field):
            return field in _LISTED
    return isinstance(wanted, (v.IsArchived, v.IsSnoozed, v.Promise, v.Unanswered, v.HasAttachment))


def few_ids(conn: Connection, wanted: v.Filter) -> list[int] | None:
    """The tickets among which all that are wanted must be, where one condition leaves but few; None
    where none does."""
    parts = wanted.parts if isinstance(wanted, v.All) else (wanted,)
    unwanted = [part.part for part in parts if isinstance(part, v.Not)]
    without = tuple(part for part in unwanted if isinstance(part, v.Words))
    least: list[int] | None = None
    for part in parts:
        found = _few(conn, part, without)
        if found is not None and (least is None or len(found) < len(least)):
            least = found
    return least


def _few(conn: Connection, part: v.Filter, without: Sequence[v.Words]) -> list[int] | None:
    """The tickets that this condition leaves, or some more; None where they are many,
    or no index tells."""
    if isinstance(part, v.AnyOf):
        each = [_few(conn, one, without) for one in part.parts]
        all_of_them = {one for some in each for one in some or ()}
        return sorted(all_of_them) if None not in each and len(all_of_them) <= FEW else None
    probe, most = _probe(part, without, conn.dialect.name)
    if probe is None:
        return None
    rows = [row[0] for row in conn.execute(probe.limit(max(most, 0) + 1))]
    found = list(dict.fromkeys(rows))
    return found if len(rows) <= most and len(found) <= FEW else None


def _probe(
    part: v.Filter, without: Sequence[v.Words], dialect: str
) -> tuple[Select[Any] | None, int]:
    """What finds the ids that this condition leaves, or some more, and how many of them are few."""
    match part:
        case v.IsDuplicate(_, ids):
            return select(tickets.c.id).where(among(tickets, sorted(ids), dialect)), FEW
        case v.Labelled(label) if label:
            return select(ticket_labels.c.ticket_id).where(ticket_labels.c.label == label), FEW
        case v.IsArchived():
            return select(tickets.c.id).where(tickets.c.archived), FEW
        case v.FollowedBy(agent):
            own = ticket_followers.c.agent == mailbox_of(agent)
            return select(ticket_followers.c.ticket_id).where(own), FEW
        case v.Is("organisation", values) if "" not in values:  # as the index has it
            known = (text("tickets.organisation <> ''"), tickets.c.organisation.in_(sorted(values)))
            return select(tickets.c.id).where(*known), FEW
        case v.Is("reference", values):
            return select(tickets.c.id).where(tickets.c.reference.in_(sorted(values))), FEW
        case v.Requester(address, _, also) if address and not address.startswith("@"):
            keys = sorted({address, *also})
            return select(tickets.c.id).where(tickets.c.requester_key.in_(keys)), FEW
        case v.Words():
            return _with_words(part, without, dialect)
        case v.InSubject(tokens, is_beginning):
            # What stands in no document stands in no subject; the other way round it does not hold.
            return _with_words(v.Words(tokens, is_beginning), without, dialect)
        case v.Requester("", tokens) if tokens:
            return _with_words(v.Words(tokens, True), (), dialect)
        case v.Participant(_, also) if also:
            return None, 0
        case v.Requester(address) | v.Participant(address) if "@" in address and (
            tokens := phrase(address)
        ):
            # Whoever takes or took part stands in a document.
            return _with_words(v.Words(tokens, False), (), dialect)
    return None, 0


def _with_words(
    words: v.Words, without: Sequence[v.Words], dialect: str
) -> tuple[Select[Any], int]:
    """FTS5 gives ids in their order, and DISTINCT stops with the last; PostgreSQL would gather all
    of them first."""
    found = found_by_words(words, Lookup(dialect), without)
    if dialect != "sqlite":
        return found, _HITS * FEW
    inner = found.subquery()
    return select(inner.c.ticket_id).distinct(), FEW
