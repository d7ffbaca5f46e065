"""Regular expressions from an admin's file, matched in time proportional to the text.

Python's `re` backtracks: `(a|a)*b` or a few `.*` in one pattern take minutes on
a page of mail that a stranger chose. So the pattern is read by `re`'s parser,
and matched here as a set of states (Thompson 1968) whose moves are remembered
(a lazy DFA): every character of the text is looked at once. What cannot be done
so (back-references, lookaround) is refused when the file is loaded, in words.

Why not RE2, which does this in C++? Measured with google-re2 1.1.20251105 on one core:

                                        here        RE2
    reading a pattern                   86 µs       9 µs
    a subject of 60 characters          5.5 µs      5.3 µs
    a mail of 1,000 characters          44 µs       8 µs
    a mail of 5,000 characters          187 µs      13 µs
    memory of 500 patterns, used once   10 MB       6 MB

It would be faster, but it answers wrongly, and silently so. To RE2 only ASCII letters make a
word, and no option changes that for `\\b`: `\\bÄrger\\b`, `\\bété\\b` and `\\bсчёт\\b` never match,
nor does `\\w{5}` in "größe". `\\w`, `\\d` and `\\s` could be written as classes of Unicode; a
word's edge could not, without lookaround. Besides, it knows neither `\\Z`, `\\u00e4`, `(?x)` nor
comments, takes `\\pL` and `\\Q`, which `re` refuses, and fails on a text that holds half a
surrogate pair. Here a pattern costs microseconds of the milliseconds that a mail takes. So the
syntax and the meaning stay those of `re`, with which the tests compare every answer. The tree that
`re` parses to is private; should a new Python change it, those tests fail there before a desk does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

# the tree that `re` itself compiles from
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MAX_PATTERN = 500  # characters
MAX_STEPS = 2000  # instructions, copies of counted repeats included
MAX_TEXT = 200_000  # characters looked at
MAX_VALUE = 200  # characters of what is taken out of a text
_MAX_MOVES = 10_000  # remembered; then the memory begins anew, so no mail can fill it

Test = Callable[[str], bool]
# a place in the program; where the match begins; where its value begins and ends, -1: not yet
_Thread = tuple[int, int, int, int]
# of the character before or after: "" at the edge, "n" newline, "w" of a word, "o" other
_Kind = str


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction: read a character that passes `test`, stand at an `edge`, branch to `next`,
    whose first is tried first, or (none of these) match. `saves`: the value begins or ends here."""

    test: Test | None = None
    edge: str = ""
    next: tuple[int, ...] = ()
    saves: str = ""


@dataclass
class _State:
    """A set of places in the program before a character, and where each character leads."""

    places: frozenset[int]
    before: _Kind
    moves: dict[str, _State | None] = field(default_factory=dict)  # None: matched


class Pattern:
    """A checked expression; `found_in` says whether it matches anywhere, case ignored, `value_in`
    what its first group found. ValueError where it cannot be used."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_PATTERN:
            raise ValueError(f"a pattern of at most {MAX_PATTERN} characters")
        try:
            tree = parser.parse(text, re.IGNORECASE)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"a regular expression ({error})") from None
        self.text = text
        self._program: list[_Step] = []
        self._emit_all(tree, dot_all=bool(tree.state.flags & re.DOTALL))
        self._program.append(_Step())
        self._states: dict[tuple[frozenset[int], _Kind], _State] = {}
        self._moves = 0

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches somewhere in the first 200,000 characters."""
        return self._end_in(text) is not None

    def value_in(self, text: str) -> str:
        """What the first group found where the pattern matches first, without a group the whole
        match; "" where it does not match within 200 characters.

        Where a match ends is known from the states; around that place threads with the group's
        place are followed, in the order in which `re` would try them (Pike's machine), again in
        time proportional to the text.
        """
        end = self._end_in(text)
        if end is None:
            return ""
        threads: list[_Thread] = []
        best: tuple[int, int] | None = None
        for at in range(max(0, end - MAX_VALUE), min(len(text), end + MAX_VALUE) + 1):
            before = _kind(text[at - 1]) if at else ""
            after = _kind(text[at]) if at < len(text) else ""
            if best is None:
                threads.append((0, at, -1, -1))
            reading, matched = self._follow(threads, at, before, after)
            best = matched or best
            if after == "" or not (reading or best is None):
                break
            threads = [
                (place + 1, start, begins, ends)
                for place, start, begins, ends in reading
                if (test := self._program[place].test) is not None and test(text[at])
            ]
        return text[best[0] : best[1]] if best else ""

    def _follow(
        self, threads: list[_Thread], at: int, before: _Kind, after: _Kind
    ) -> tuple[list[_Thread], tuple[int, int] | None]:
        """The threads that read a character here, first the one to be preferred; and what the
        first has found that matches: those behind it are worth less."""
        seen: set[int] = set()
        reading: list[_Thread] = []
        waiting = threads[::-1]
        while waiting:
            place, start, begins, ends = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            step = self._program[place]
            if step.test is not None:
                reading.append((place, start, begins, ends))
            elif step.edge:
                if _stands(step.edge, before, after):
                    waiting.append((place + 1, start, begins, ends))
            elif step.next:
                begins, ends = (
                    at if step.saves == "begin" else begins,
                    at if step.saves == "end" else ends,
                )
                waiting += [(one, start, begins, ends) for one in reversed(step.next)]
            else:
                return reading, (begins, ends) if ends >= 0 else (start, at)
        return reading, None

    def _end_in(self, text: str) -> int | None:
        """Where the match ends that ends first; None where there is none."""
        state = self._state(self._states, frozenset((0,)), "")
        text = text[:MAX_TEXT]
        for place, character in enumerate(text):
            try:
                following = state.moves[character]
            except KeyError:
                following = state.moves[character] = self._move(state, character)
            if following is None:
                return place
            state = following
        return len(text) if self._closure(state, "")[1] else None

    def _state(
        self,
        states: dict[tuple[frozenset[int], _Kind], _State],
        places: frozenset[int],
        before: _Kind,
    ) -> _State:
        return states.setdefault((places, before), _State(places, before))

    def _move(self, state: _State, character: str) -> _State | None:
        self._moves += 1
        if self._moves > _MAX_MOVES:
            self._states, self._moves = {}, 0
            state.moves = {}
        # several threads may match at once: each goes on with the memory it saw
        states = self._states
        reading, matched = self._closure(state, _kind(character))
        if matched:
            return None
        # reading places have one
        places = {place + 1 for place in reading if self._program[place].test(character)}  # type: ignore[misc]
        # 0: a match may begin at any character
        return self._state(states, frozenset(places | {0}), _kind(character))

    def _closure(self, state: _State, after: _Kind) -> tuple[set[int], bool]:
        """The places that read a character, and whether one has matched, given what stands before
        and after."""
        seen: set[int] = set()
        reading: set[int] = set()
        waiting = list(state.places)
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            step = self._program[place]
            if step.test is not None:
                reading.add(place)
            elif step.edge:
                if _stands(step.edge, state.before, after):
                    waiting.append(place + 1)
            elif step.next:
                waiting.extend(step.next)
            else:
                return reading, True
        return reading, False

    def _add(self, step: _Step) -> int:
        if len(self._program) >= MAX_STEPS:
            raise ValueError("a smaller pattern (its counted repeats are too many)")
        self._program.append(step)
        return len(self._program) - 1

    def _emit_all(self, tree: Any, *, dot_all: bool) -> None:
        for code, value in tree:
            self._emit(code, value, dot_all=dot_all)

    def _emit(self, code: Any, value: Any, *, dot_all: bool) -> None:
        if code in (op.MAX_REPEAT, op.MIN_REPEAT):
            self._emit_repeat(*value, dot_all=dot_all, is_lazy=code is op.MIN_REPEAT)
        elif code is op.BRANCH:
            self._emit_branches(value[1], dot_all=dot_all)
        elif code is op.SUBPATTERN:
            if value[1] or value[2]:
                raise ValueError("a pattern without flags inside a group")
            if value[0] == 1:
                self._save("begin")
            self._emit_all(value[3], dot_all=dot_all)
            if value[0] == 1:
                self._save("end")
        elif code is op.AT:
            self._add(_Step(edge=_EDGES[value]))
        else:
            self._add(_Step(test=_test(code, value, dot_all=dot_all)))

    def _save(self, what: str) -> None:
        self._add(_Step(next=(len(self._program) + 1,), saves=what))

    def _emit_repeat(
        self, least: int, most: Any, tree: Any, *, dot_all: bool, is_lazy: bool
    ) -> None:
        order = -1 if is_lazy else 1
        for _ in range(least):
            self._emit_all(tree, dot_all=dot_all)
        if most is op.MAXREPEAT:
            again = self._add(_Step())
            self._emit_all(tree, dot_all=dot_all)
            self._add(_Step(next=(again,)))
            self._program[again] = _Step(next=(again + 1, len(self._program))[::order])
            return
        skips = []
        for _ in range(int(most) - least):
            skips.append(self._add(_Step()))
            self._emit_all(tree, dot_all=dot_all)
        for skip in skips:
            self._program[skip] = _Step(next=(skip + 1, len(self._program))[::order])

    def _emit_branches(self, branches: list[Any], *, dot_all: bool) -> None:
        ends = []
        for branch in branches[:-1]:
            fork = self._add(_Step())
            self._emit_all(branch, dot_all=dot_all)
            ends.append(self._add(_Step()))
            self._program[fork] = _Step(next=(fork + 1, len(self._program)))
        self._emit_all(branches[-1], dot_all=dot_all)
        for end in ends:
            self._program[end] = _Step(next=(len(self._program),))


def _kind(character: str) -> _Kind:
    if character == "\n":
        return "n"
    return "w" if character.isalnum() or character == "_" else "o"


# Mail has lines, so ^ and $ are those of a line; \A and \Z are those of the text.
_EDGES = {
    op.AT_BEGINNING: "line start", op.AT_BEGINNING_STRING: "start", op.AT_END: "line end",
    op.AT_END_STRING: "end",
    op.AT_BOUNDARY: "word", op.AT_NON_BOUNDARY: "inside",
}  # fmt: skip


def _stands(edge: str, before: _Kind, after: _Kind) -> bool:
    if edge == "start":
        return before == ""
    if edge == "end":
        return after == ""
    if edge == "line start":
        return before in ("", "n")
    if edge == "line end":
        return after in ("", "n")
    return ((before == "w") != (after == "w")) == (edge == "word")


def _test(code: Any, value: Any, *, dot_all: bool) -> Test:
    """A test of one character, made of `re`'s own matching of that one character, which cannot
    backtrack."""
    if code is op.LITERAL:
        return _one_of(re.compile(re.escape(chr(value)), re.IGNORECASE))
    if code is op.NOT_LITERAL:
        return _one_of(re.compile(f"[^{_in_class(chr(value))}]", re.IGNORECASE))
    if code is op.ANY:
        return (lambda _: True) if dot_all else (lambda character: character != "\n")
    if code is op.IN:
        return _one_of(re.compile(_class(value), re.IGNORECASE))
    raise ValueError(_REFUSED.get(code, "a simpler pattern"))


def _one_of(single: re.Pattern[str]) -> Test:
    return lambda character: single.match(character) is not None


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d", op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w", op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_REFUSED = {
    op.GROUPREF: ("a pattern without "
        "back-references"), op.GROUPREF_EXISTS: ("a pattern without conditions on "
        "groups"),
    op.ASSERT: ("a pattern without lookahead or "
        "lookbehind"), op.ASSERT_NOT: "a pattern without lookahead or lookbehind",
    op.ATOMIC_GROUP: ("a pattern without atomic "
        "groups"), op.POSSESSIVE_REPEAT: ("a pattern without possessive "
        "repeats"),
}  # fmt: skip


def _class(items: list[tuple[Any, Any]]) -> str:
    pieces = []
    for code, value in items:
        if code is op.NEGATE:
            pieces.append("^")
        elif code is op.LITERAL:
            pieces.append(_in_class(chr(value)))
        elif code is op.RANGE:
            pieces.append(f"{_in_class(chr(value[0]))}-{_in_class(chr(value[1]))}")
        else:
            pieces.append(_CATEGORIES[value])
    return f"[{''.join(pieces)}]"


def _in_class(character: str) -> str:
    return f"\\{character}" if character in r"\]^-[&~|" else character
