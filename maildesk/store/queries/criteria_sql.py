"""A filter as a condition in SQL, the same for SQLite and PostgreSQL: what `desk.filters.evaluate` says, in their words.

No condition is ever unknown: a comparison with a moment that never came says so first, for NOT must turn it round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from maildesk.desk.filters import values as v
from maildesk.store.columns import Instant
from maildesk.store.queries import search
from maildesk.store.schema import participants, ticket_labels, tickets

Condition = ColumnElement[bool]
_WORDS = table(search.TABLE, column("ticket_id", tickets.c.id.type), column("words"))


def condition(wanted: v.Filter, t: FromClause, dialect: str) -> Condition:
    """What holds for exactly the rows of `t`, the tickets under some name, that the filter wants."""
    return _TABLE[type(wanted)](wanted, t, dialect)


def found_by_words(tokens: tuple[str, ...], is_beginning: bool, dialect: str) -> Select[Any]:
    """The ids of the tickets with a document that has these tokens, newest or oldest first; some more than once."""
    wanted = literal(search.match(dialect, tokens, is_beginning=is_beginning), Text)
    if dialect == "sqlite":
        id_of: ColumnElement[int] = literal_column(f"rowid >> {search.SHIFT}").label("ticket_id")
        return select(id_of).select_from(_WORDS).where(literal_column(search.TABLE).op("MATCH")(wanted))
    return select(_WORDS.c.ticket_id).where(_WORDS.c.words.op("@@")(cast(wanted, TSQUERY)))


def with_words_here(wanted: v.Words, t: FromClause) -> Condition:
    """The same looked up for one ticket after the other: for PostgreSQL, along an index, of words that many tickets have.

    All their ids at once would be read from the table, row by row; FTS5 has them in its index. A subquery of one row is
    not made into a join.
    """
    match = _WORDS.c.words.op("@@")(
        cast(literal(search.match("postgresql", wanted.tokens, is_beginning=wanted.is_beginning), Text), TSQUERY)
    )
    found = select(true()).select_from(_WORDS).where(_WORDS.c.ticket_id == t.c.id, match).limit(1).scalar_subquery().correlate(t)
    return func.coalesce(found, false())


def escaped(words: str) -> str:
    """The words as LIKE takes them to the letter."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _all(wanted: v.All, t: FromClause, dialect: str) -> Condition:
    return and_(true(), *(condition(part, t, dialect) for part in wanted.parts))


def _any(wanted: v.AnyOf, t: FromClause, dialect: str) -> Condition:
    return or_(false(), *(condition(part, t, dialect) for part in wanted.parts))


def _is(wanted: v.Is, t: FromClause, _dialect: str) -> Condition:
    column = t.c[wanted.field]
    if len(wanted.values) == 1:
        (value,) = wanted.values
        return func.coalesce(column, "") == value if column.nullable else column == value
    found = column.in_(sorted(wanted.values))
    return and_(column.is_not(None), found) if column.nullable else found


def _during(wanted: v.During, t: FromClause, _dialect: str) -> Condition:
    column = t.c[wanted.field]
    bounds = []
    if wanted.since is not None:
        bounds.append(column >= wanted.since)
    if wanted.until is not None:
        bounds.append(column < wanted.until)
    return and_(column.is_not(None), *bounds)


def _promise(wanted: v.Promise, t: FromClause, _dialect: str) -> Condition:
    now = literal(wanted.now, Instant)
    broken = and_(t.c.breaches_at.is_not(None), t.c.breaches_at <= now)
    near = and_(t.c.warns_at.is_not(None), t.c.warns_at <= now)
    return {"breached": broken, "warning": and_(near, not_(broken)), "ok": and_(not_(near), not_(broken))}[wanted.state]


def _unanswered(_wanted: v.Unanswered, t: FromClause, _dialect: str) -> Condition:
    theirs, ours = t.c.customer_wrote_at, t.c.agent_wrote_at
    return or_(ours.is_(None), and_(theirs.is_not(None), ours.is_not(None), ours < theirs))


def _labelled(wanted: v.Labelled, t: FromClause, _dialect: str) -> Condition:
    found = select(ticket_labels.c.ticket_id)
    return t.c.id.in_(found.where(ticket_labels.c.label == wanted.label) if wanted.label else found)


def _address(column: ColumnElement[str], wanted: str) -> Condition:
    """An address, everybody of a domain and those below it, or how an address begins."""
    if wanted.startswith("@"):
        domain = escaped(wanted[1:])
        return or_(column.like(f"%@{domain}", escape="\\"), column.like(f"%@%.{domain}", escape="\\"))
    return column == wanted


def _requester(wanted: v.Requester, t: FromClause, _dialect: str) -> Condition:
    if wanted.address:
        return _address(t.c.requester_key, wanted.address)
    return _in_words(t.c.requester_words, wanted.tokens, is_beginning=True)


def _participant(wanted: v.Participant, t: FromClause, _dialect: str) -> Condition:
    def is_them(column: ColumnElement[str]) -> Condition:
        return (
            _address(column, wanted.address) if "@" in wanted.address else column.like(f"{escaped(wanted.address)}%", escape="\\")
        )

    others = select(participants.c.ticket_id).where(participants.c.status == "in", is_them(participants.c.address))
    return or_(is_them(t.c.requester_key), t.c.id.in_(others))


def _custom(wanted: v.Custom, t: FromClause, _dialect: str) -> Condition:
    return func.coalesce(t.c.fields[wanted.name].as_string(), "") == wanted.value


def _words(wanted: v.Words, t: FromClause, dialect: str) -> Condition:
    return t.c.id.in_(found_by_words(wanted.tokens, wanted.is_beginning, dialect))


def _in_subject(wanted: v.InSubject, t: FromClause, _dialect: str) -> Condition:
    return _in_words(t.c.subject_words, wanted.tokens, is_beginning=wanted.is_beginning)


def _in_words(column: ColumnElement[str], tokens: tuple[str, ...], *, is_beginning: bool) -> Condition:
    """Words with a space around each are kept; tokens hold nothing that LIKE would take for a sign."""
    return column.like(f"% {' '.join(tokens)}{'' if is_beginning else ' '}%")


_TABLE: Mapping[type[Any], Callable[[Any, FromClause, str], Condition]] = {
    v.All: _all,
    v.AnyOf: _any,
    v.Not: lambda wanted, t, dialect: not_(condition(wanted.part, t, dialect)),
    v.Is: _is,
    v.IsArchived: lambda _wanted, t, _dialect: t.c.archived,
    v.During: _during,
    v.Promise: _promise,
    v.Unanswered: _unanswered,
    v.Labelled: _labelled,
    v.Requester: _requester,
    v.Participant: _participant,
    v.Custom: _custom,
    v.HasAttachment: lambda _wanted, t, _dialect: t.c.has_files,
    v.Words: _words,
    v.InSubject: _in_subject,
}
