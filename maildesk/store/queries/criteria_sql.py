"""A filter as a condition in SQL, the same for SQLite and PostgreSQL: what `desk.filters.evaluate`
says, in their words.

No condition is ever unknown: a comparison with a moment that never came says so first, for NOT must
turn it round.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    any_,
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
from maildesk.mail.owners import mailbox_of
from maildesk.store.queries import search
from maildesk.store.rows.columns import Instant
from maildesk.store.schema import participants, ticket_followers, ticket_labels, tickets

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Lookup:
    """How words are looked up. `span`: the smallest and the largest id of the few
    tickets that are looked at.

    SQLite finds all tickets with the words at once, of these ids: FTS5 gives them from its index,
    in their order. PostgreSQL would read each of them from the table; where few are looked at, it
    looks the words up in each.
    """

    dialect: str
    span: tuple[int, int] | None = None

    @classmethod
    def among(cls, few: Sequence[int] | None, dialect: str) -> Lookup:
        """That for these tickets; None: for all there are."""
        return cls(dialect, None if few is None else (min(few, default=0), max(few, default=0)))


_WORDS = table(search.TABLE, column("ticket_id", tickets.c.id.type), column("words"))


def condition(wanted: v.Filter, t: FromClause, lookup: Lookup) -> Condition:
    """What holds for exactly the rows of `t`, the tickets under some name, that
    the filter wants."""
    return _TABLE[type(wanted)](wanted, t, lookup)


def among(t: FromClause, ids: Sequence[int], dialect: str) -> ColumnElement[bool]:
    """The tickets with these ids, which are one value of the statement and not thousands."""
    if dialect == "sqlite":
        listed: Any = func.json_each(json.dumps(list(ids))).table_valued("value")
        return t.c.id.in_(select(listed.c.value))
    return t.c.id == any_(literal(list(ids), ARRAY(BigInteger)))


def found_by_words(words: v.Words, lookup: Lookup, without: Sequence[v.Words] = ()) -> Select[Any]:
    """The ids of the tickets with a document that has these words; some more than once.

    Documents that have one of those `without` are left out. A ticket may have others, so this
    leaves some tickets more than have no document with them, and misses none.
    """
    wanted = literal(search.match_without(lookup.dialect, words, without), Text)
    if lookup.dialect == "sqlite":
        row: ColumnElement[int] = literal_column("rowid")
        id_of: ColumnElement[int] = literal_column(f"rowid >> {search.SHIFT}").label("ticket_id")
        found = (
            select(id_of)
            .select_from(_WORDS)
            .where(literal_column(search.TABLE).op("MATCH")(wanted))
        )
        if lookup.span is None:
            return found
        low, high = lookup.span
        return found.where(row >= low << search.SHIFT, row < (high + 1) << search.SHIFT)
    return select(_WORDS.c.ticket_id).where(_WORDS.c.words.op("@@")(cast(wanted, TSQUERY)))


def with_words_here(wanted: v.Words, t: FromClause) -> Condition:
    """The same looked up for one ticket after the other, on PostgreSQL. A subquery of one row is
    not made into a join."""
    match = _WORDS.c.words.op("@@")(
        cast(literal(search.match_without("postgresql", wanted), Text), TSQUERY)
    )
    found = (
        select(true())
        .select_from(_WORDS)
        .where(_WORDS.c.ticket_id == t.c.id, match)
        .limit(1)
        .scalar_subquery()
        .correlate(t)
    )
    return func.coalesce(found, false())


def escaped(words: str) -> str:
    """The words as LIKE takes them to the letter."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _all(wanted: v.All, t: FromClause, lookup: Lookup) -> Condition:
    return and_(true(), *(condition(part, t, lookup) for part in wanted.parts))


def _any(wanted: v.AnyOf, t: FromClause, lookup: Lookup) -> Condition:
    return or_(false(), *(condition(part, t, lookup) for part in wanted.parts))


def _is(wanted: v.Is, t: FromClause, _lookup: Lookup) -> Condition:
    column = t.c[wanted.field]
    if len(wanted.values) == 1:
        (value,) = wanted.values
        return func.coalesce(column, "") == value if column.nullable else column == value
    found = column.in_(sorted(wanted.values))
    return and_(column.is_not(None), found) if column.nullable else found


def _among(wanted: v.IsDuplicate, t: FromClause, lookup: Lookup) -> Condition:
    return among(t, sorted(wanted.ids), lookup.dialect)


def _during(wanted: v.During, t: FromClause, _lookup: Lookup) -> Condition:
    column = t.c[wanted.field]
    bounds = []
    if wanted.since is not None:
        bounds.append(column >= wanted.since)
    if wanted.until is not None:
        bounds.append(column < wanted.until)
    return and_(column.is_not(None), *bounds)


def _promise(wanted: v.Promise, t: FromClause, _lookup: Lookup) -> Condition:
    now = literal(wanted.now, Instant)
    broken = and_(t.c.breaches_at.is_not(None), t.c.breaches_at <= now)
    near = and_(t.c.warns_at.is_not(None), t.c.warns_at <= now)
    return {
        "breached": broken,
        "warning": and_(near, not_(broken)),
        "ok": and_(not_(near), not_(broken)),
    }[wanted.state]


def _unanswered(_wanted: v.Unanswered, t: FromClause, _lookup: Lookup) -> Condition:
    theirs, ours = t.c.customer_wrote_at, t.c.agent_wrote_at
    return or_(ours.is_(None), and_(theirs.is_not(None), ours.is_not(None), ours < theirs))


def _labelled(wanted: v.Labelled, t: FromClause, _lookup: Lookup) -> Condition:
    found = select(ticket_labels.c.ticket_id)
    return t.c.id.in_(found.where(ticket_labels.c.label == wanted.label) if wanted.label else found)


def _address(column: ColumnElement[str], wanted: str) -> Condition:
    """An address, everybody of a domain and those below it, or how an address begins."""
    if wanted.startswith("@"):
        domain = escaped(wanted[1:])
        return or_(
            column.like(f"%@{domain}", escape="\\"), column.like(f"%@%.{domain}", escape="\\")
        )
    return column == wanted


def _requester(wanted: v.Requester, t: FromClause, _lookup: Lookup) -> Condition:
    if wanted.also:
        return t.c.requester_key.in_(sorted({wanted.address, *wanted.also}))
    if wanted.address:
        return _address(t.c.requester_key, wanted.address)
    return _in_words(t.c.requester_words, wanted.tokens, is_beginning=True)


def _participant(wanted: v.Participant, t: FromClause, _lookup: Lookup) -> Condition:
    def is_them(column: ColumnElement[str]) -> Condition:
        if wanted.also:
            return column.in_(sorted({wanted.address, *wanted.also}))
        return (
            _address(column, wanted.address)
            if "@" in wanted.address
            else column.like(f"{escaped(wanted.address)}%", escape="\\")
        )

    others = select(participants.c.ticket_id).where(
        participants.c.status == "in", is_them(participants.c.address)
    )
    return or_(is_them(t.c.requester_key), t.c.id.in_(others))


def _followed_by(wanted: v.FollowedBy, t: FromClause, _lookup: Lookup) -> Condition:
    found = select(ticket_followers.c.ticket_id)
    return t.c.id.in_(found.where(ticket_followers.c.agent == mailbox_of(wanted.agent)))


def _custom(wanted: v.Custom, t: FromClause, _lookup: Lookup) -> Condition:
    return func.coalesce(t.c.fields[wanted.name].as_string(), "") == wanted.value


def _words(wanted: v.Words, t: FromClause, lookup: Lookup) -> Condition:
    if lookup.dialect != "sqlite" and lookup.span is not None:
        return with_words_here(wanted, t)
    return t.c.id.in_(found_by_words(wanted, lookup))


def _in_subject(wanted: v.InSubject, t: FromClause, _lookup: Lookup) -> Condition:
    return _in_words(t.c.subject_words, wanted.tokens, is_beginning=wanted.is_beginning)


def _in_words(
    column: ColumnElement[str], tokens: tuple[str, ...], *, is_beginning: bool
) -> Condition:
    """Words with a space around each are kept; tokens hold nothing that LIKE
    would take for a sign."""
    return column.like(f"% {' '.join(tokens)}{'' if is_beginning else ' '}%")


_TABLE: Mapping[type[Any], Callable[[Any, FromClause, Lookup], Condition]] = {
    v.All: _all,
    v.AnyOf: _any,
    v.Not: lambda wanted, t, lookup: not_(condition(wanted.part, t, lookup)),
    v.Is: _is,
    v.IsArchived: lambda _wanted, t, _lookup: t.c.archived,
    v.IsSnoozed: lambda _wanted, t, _lookup: t.c.snoozed_until.is_not(None),
    v.IsDuplicate: _among,
    v.During: _during,
    v.Promise: _promise,
    v.Unanswered: _unanswered,
    v.Labelled: _labelled,
    v.Requester: _requester,
    v.Participant: _participant,
    v.FollowedBy: _followed_by,
    v.Custom: _custom,
    v.HasAttachment: lambda _wanted, t, _lookup: t.c.has_files,
    v.Words: _words,
    v.InSubject: _in_subject,
}
