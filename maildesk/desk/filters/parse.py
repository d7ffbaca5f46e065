"""A query as people write it becomes a Query: `status:open assignee:me priority>=high -label:bug
"paper jam"`.

Every mistake is pointed out at once, with its place and the nearest right word; see
`syntax.BadQuery`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maildesk.desk.filters import values as v
from maildesk.desk.filters.fields import (
    ORDER_WORDS,
    Asker,
    Read,
    Unclear,
    field_named,
    field_names,
    words,
)
from maildesk.desk.filters.lookup import meant, named
from maildesk.desk.filters.syntax import BadQuery, Negated, Node, Reader, Term, Text
from maildesk.desk.problem import Problem

_NOT_ARCHIVED = v.Not(v.IsArchived())


def parse(query: str, asker: Asker) -> v.Query:
    """What this query asks for. BadQuery with all that cannot be followed."""
    reader = Reader(query)
    tree = reader.whole()
    meaning = _Meaning(reader, asker)
    found = meaning.of(tree)
    if reader.mistakes:
        raise BadQuery(query, reader.mistakes)
    return v.Query(found if _asks(found) else v.both(found, _NOT_ARCHIVED), meaning.order)


def _asks(wanted: v.Filter) -> bool:
    """Whether what is archived is meant as well: where the query speaks of that, or names a ticket
    by its number."""
    match wanted:
        case v.All(parts) | v.AnyOf(parts):
            return any(map(_asks, parts))
        case v.Not(part):
            return _asks(part)
    return isinstance(wanted, v.IsArchived) or (
        isinstance(wanted, v.Is) and wanted.field == "reference"
    )


def mistakes_in(query: str, asker: Asker) -> BadQuery | None:
    """What is wrong with the query, or nothing."""
    try:
        parse(query, asker)
    except BadQuery as bad:
        return bad
    return None


class _Meaning:
    """What the nodes of one query mean to the one who asks."""

    def __init__(self, reader: Reader, asker: Asker) -> None:
        self.reader, self.asker = reader, asker
        self.order = v.Order.NEWEST

    def of(self, node: Node, *, is_inside: bool = False) -> v.Filter:
        """The filter of this node. `is_inside`: of something negated, or one of several, where no
        order can stand."""
        if isinstance(node, Text):
            return words(node.text, is_phrase=node.is_phrase)
        if isinstance(node, Negated):
            return v.Not(self.of(node.part, is_inside=True))
        if isinstance(node, Term):
            return self._term(node, is_inside=is_inside)
        is_each = node.word == "AND"
        parts = [self.of(part, is_inside=is_inside or not is_each) for part in node.parts]
        if is_each:
            flat = tuple(
                inner
                for part in parts
                for inner in (part.parts if isinstance(part, v.All) else (part,))
            )
            return flat[0] if len(flat) == 1 else v.All(flat)
        return v.AnyOf(tuple(parts))

    def _term(self, term: Term, *, is_inside: bool) -> v.Filter:
        if term.field.lower() in ORDER_WORDS:
            self._order(term, is_inside=is_inside)
            return v.EVERYTHING
        policy = self.asker.policy
        field = field_named(term.field, policy)
        if field is None:
            close = meant(policy, term.field, field_names(policy))
            problem = Problem("query_no_field", {"word": term.field}, nearest=close)
            self.reader.wrong(term.position, len(term.field), problem)
            return v.EVERYTHING
        if term.operator not in field.operators:
            at = term.position + len(term.field)
            right = f"{term.field}:{','.join(one.text for one in term.values) or field.hint}"
            problem = Problem("query_operator", {"word": term.field, "right": right})
            self.reader.wrong(at, len(term.operator), problem)
            return v.EVERYTHING
        found = [self._value(field.read, term, value) for value in term.values]
        same = [one for one in found if isinstance(one, v.Is)]
        if len(same) == len(found) > 1 and len({one.field for one in same}) == 1:
            return v.Is(same[0].field, frozenset(value for one in same for value in one.values))
        return found[0] if len(found) == 1 else v.AnyOf(tuple(found))

    def _value(self, read: Read, term: Term, value: Text) -> v.Filter:
        try:
            return read(self.asker, term.operator, value.text)
        except Unclear as unclear:
            self._wrong(value, unclear.problem, unclear.names)
        return v.EVERYTHING

    def _order(self, term: Term, *, is_inside: bool) -> None:
        names = [one.value for one in v.Order]
        wanted = term.values[-1] if term.values else None
        if is_inside:
            self.reader.wrong(term.position, len(term.field), Problem("query_order_inside"))
        elif wanted is not None:
            found = named(self.asker.policy, wanted.text, names)
            if found is None:
                word = {"word": wanted.text}
                self._wrong(wanted, Problem("query_order", word, known=tuple(names)), names)
            else:
                self.order = v.Order(found)

    def _wrong(self, value: Text, problem: Problem, known: Iterable[str] = ()) -> None:
        begins = value.position + (value.is_phrase and value.text != "")  # past the quote
        close = meant(self.asker.policy, value.text, known)
        self.reader.wrong(begins, max(1, len(value.text)), replace(problem, nearest=close))
