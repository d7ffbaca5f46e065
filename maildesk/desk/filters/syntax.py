"""The query language's form: words, phrases, `field:value`, minus, OR, parentheses, each with its
place in the line.

    query  = and *( "OR" and )
    and    = 1*( term )                  ; AND may be written, and need not be
    term   = ( "-" / "NOT" ) term / "(" query ")" / field operator value / phrase / word
    value  = ( word / phrase ) *( "," ( word / phrase ) )

What the fields and values mean is in `fields`. Mistakes are gathered, so that a person hears of all
of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from maildesk.desk.problem import Problem
from maildesk.errors import Refused

LONGEST_QUERY = 1000
DEEPEST = 20
MOST_TERMS = 60
_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
_WORD = re.compile(rf"[^\s(){_QUOTES}]+")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?")
_FIELD = re.compile(r"([^\W\d][\w-]{0,63})(<=|>=|[:<>=])")
_VALUE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]?|([^\s(),{_QUOTES}]+)")


@dataclass(frozen=True, slots=True)
class QueryMistake:
    """One place of the query that cannot be followed. `position` counts letters from 0."""

    position: int
    length: int
    problem: Problem


class BadQuery(Refused):
    """Whoever asked has to act: every mistake of the query, with its place. Its text is for the
    log; a language says the problems."""

    def __init__(self, query: str, mistakes: Iterable[QueryMistake]) -> None:
        self.query = query
        self.mistakes = tuple(sorted(mistakes, key=lambda one: one.position))
        super().__init__("\n".join(one.problem.code for one in self.mistakes))

    def pointed_out(self, say: Callable[[Problem], str]) -> str:
        """The query with a line below it for each mistake, which points at it, in the words that
        `say` has for it."""
        shown = "".join(letter if letter.isprintable() else " " for letter in self.query)
        marks = (
            f"{' ' * one.position}{'^' * max(1, one.length)} {say(one.problem)}"
            for one in self.mistakes
        )
        return "\n".join((shown, *marks))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    written = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), written, n=1, cutoff=0.6)
    return written[near[0]] if near else ""


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a phrase in quotes."""

    position: int
    text: str
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A field, an operator, and one or several values of which one is to hold."""

    position: int
    field: str
    operator: str
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """What is not wanted."""

    part: Node


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts that all hold, or of which one does."""

    word: str  # AND, OR
    parts: tuple[Node, ...]


Node = Text | Term | Negated | Joined


@dataclass
class Reader:
    """One query while it is read."""

    query: str
    mistakes: list[QueryMistake] = field(default_factory=list)
    at: int = 0
    depth: int = 0
    terms: int = 0
    is_too_deep: bool = False

    def wrong(self, position: int, length: int, problem: Problem) -> None:
        """Note a mistake."""
        self.mistakes.append(QueryMistake(position, length, problem))

    def whole(self) -> Node:
        """The whole query."""
        if len(self.query) > LONGEST_QUERY:
            self.wrong(LONGEST_QUERY, 1, Problem("query_too_long", {"most": str(LONGEST_QUERY)}))
            return Joined("AND", ())
        found = self._either()
        # only a parenthesis that nobody opened ends the reading early
        while self.at < len(self.query):
            self.wrong(self.at, 1, Problem("query_closes_nothing"))
            self.at += 1
            found = Joined("AND", (found, self._either()))
        return found

    def _either(self) -> Node:
        parts = [self._each()]
        while (word := self._keyword("OR")) is not None:
            if not isinstance(parts[-1], Joined) or parts[-1].parts or parts[-1].word != "AND":
                parts.append(self._each())
            else:
                self.wrong(word, 2, Problem("query_or"))
                parts[-1] = self._each()
            if parts[-1] == Joined("AND", ()):
                self.wrong(word, 2, Problem("query_or"))
        return parts[0] if len(parts) == 1 else Joined("OR", tuple(parts))

    def _each(self) -> Node:
        parts: list[Node] = []
        while (part := self._term()) is not None:
            parts.append(part)
        return parts[0] if len(parts) == 1 else Joined("AND", tuple(parts))

    def _term(self) -> Node | None:
        self._skip()
        while self._keyword("AND") is not None:
            self._skip()
        if self.at >= len(self.query) or self.query[self.at] == ")" or self._sees("OR"):
            return None
        start = self.at
        if self.query[start] == "-" or self._sees("NOT"):
            self.at += 1 if self.query[start] == "-" else 3
            return self._negated(start)
        if self.query[start] == "(":
            return self._inner(start)
        self.terms += 1
        if self.terms == MOST_TERMS + 1:
            self.wrong(start, 1, Problem("query_too_many", {"most": str(MOST_TERMS)}))
        if phrase := _PHRASE.match(self.query, start):
            self.at = phrase.end()
            self._closed(phrase)
            return Text(start, phrase[1], is_phrase=True)
        if name := _FIELD.match(self.query, start):
            self.at = name.end()
            return Term(start, name[1], name[2], self._values(name))
        word = _WORD.match(self.query, start)
        assert word is not None
        self.at = word.end()
        return Text(start, word[0])

    def _negated(self, start: int) -> Node | None:
        if self.at < len(self.query) and self.query[self.at] == "-":  # a line of dashes
            word = _WORD.match(self.query, start)
            self.at = word.end() if word else self.at + 1
            return self._term()
        if self.query[start] == "-" and (
            self.at >= len(self.query) or self.query[self.at].isspace()
        ):
            return self._term()  # a dash between words
        self.depth += 1
        if self.depth > DEEPEST:
            self._too_deep(start)
            return None
        part = self._term()
        self.depth -= 1
        if part is None:
            if not self.is_too_deep:
                self.wrong(
                    start, self.at - start or 1, Problem("query_nothing_behind", {"word": "NOT"})
                )
            return None
        return Negated(part)

    def _inner(self, start: int) -> Node | None:
        self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            self._too_deep(start)
            return None
        found = self._either()
        self.depth -= 1
        if self.at < len(self.query):
            self.at += 1
        elif not self.is_too_deep:
            self.wrong(start, 1, Problem("query_never_closed"))
        return found

    def _too_deep(self, start: int) -> None:
        self.wrong(start, 1, Problem("query_too_deep", {"most": str(DEEPEST)}))
        self.at, self.is_too_deep = len(self.query), True

    def _values(self, name: re.Match[str]) -> tuple[Text, ...]:
        values = []
        while value := _VALUE.match(self.query, self.at):
            values.append(
                Text(
                    self.at, value[1] if value[2] is None else value[2], is_phrase=value[2] is None
                )
            )
            self.at = value.end()
            if value[2] is None:
                self._closed(value)
            if self.query[self.at : self.at + 1] != ",":
                break
            self.at += 1
        if not values:
            self.wrong(
                name.start(), len(name[0]), Problem("query_nothing_behind", {"word": name[0]})
            )
        return tuple(values)

    def _closed(self, phrase: re.Match[str]) -> None:
        if len(phrase[0]) < 2 or phrase[0][-1] not in _QUOTES:
            self.wrong(phrase.start(), 1, Problem("query_quote"))

    def _keyword(self, word: str) -> int | None:
        """Take this word; where it stood."""
        self._skip()
        if not self._sees(word):
            return None
        self.at += len(word)
        return self.at - len(word)

    def _sees(self, word: str) -> bool:
        behind = self.query[self.at + len(word) : self.at + len(word) + 1]
        return self.query.startswith(word, self.at) and (
            not behind or behind.isspace() or behind in "()"
        )

    def _skip(self) -> None:
        while self.at < len(self.query) and self.query[self.at].isspace():
            self.at += 1
