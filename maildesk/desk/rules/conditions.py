"""Conditions: what stands after `if:`, compiled once to closures, and able to say why they failed.

Words are compared without case. `is` with a list means any of it; on a field of
several words (labels, To), that one of them is it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from maildesk.desk.rules.context import FIELDS, PREFIXES, field_named
from maildesk.desk.rules.patterns import Pattern
from maildesk.desk.rules.ruleset import Condition, FieldReader, Test
from maildesk.desk.sla.hours import WEEKDAYS
from maildesk.desk.sla.periods import parse_written
from maildesk.mail.owners import mailbox_of

_TEXT = (
    "is",
    "is not",
    "contains",
    "does not contain",
    "starts with",
    "ends with",
    "matches",
    "does not match",
    "is set",
)
_AMOUNT = ("is", "is not", "at least", "at most", "above", "below")
OPERATORS: Mapping[str, tuple[str, ...]] = {  # kind of field -> its operators, the default first
    "text": _TEXT,
    "words": _TEXT,
    "address": _TEXT,
    "addresses": _TEXT,
    "domain": _TEXT,
    "priority": _AMOUNT,
    "number": _AMOUNT,
    "length": ("above", "at least", "at most", "below"),
    "moment": ("after", "before"),
    "clock": ("between", "after", "before"),
    "flag": ("is",),
    "calendar": ("is", "is not"),
}
SYNONYMS = {
    "not": "is not", "over": "above", "more than": "above", "under": "below", "less than": "below",
    "in": "is", "not in": "is not", "contains not": "does not contain",
    "matches not": "does not match", "exists": "is set", "=": "is",
}  # fmt: skip
_SINGLE = ("text", "address", "domain")  # kinds of fields that hold one word, or none
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def all_of(parts: tuple[Condition, ...]) -> Condition:
    """Holds where every part does; so does one without parts."""
    if len(parts) == 1:
        return parts[0]
    guard = next((part.guard for part in parts if part.guard), None)
    tests = tuple(part.test for part in parts)

    def test(view: FieldReader) -> bool:
        # a plain loop is twice as fast as all() with a generator
        for each in tests:  # noqa: SIM110
            if not each(view):
                return False
        return True

    return Condition(
        test, lambda view: next((p.failure(view) for p in parts if not p.test(view)), ""), guard
    )


def any_of(parts: tuple[Condition, ...]) -> Condition:
    """Holds where one part does."""
    tests = tuple(part.test for part in parts)

    def test(view: FieldReader) -> bool:
        # a plain loop is twice as fast as any() with a generator
        for each in tests:  # noqa: SIM110
            if each(view):
                return True
        return False

    return Condition(test, lambda view: "none of: " + "; ".join(p.failure(view) for p in parts))


def not_(part: Condition, words: str) -> Condition:
    """Holds where the part does not."""
    return Condition(lambda view: not part.test(view), lambda _: f"not wanted: {words}")


def split_key(key: str) -> tuple[str, str]:
    """`subject contains` as field and operator, the operator empty where none stands there.
    ValueError for an unknown field."""
    words = key.strip().split()
    name, operator = (words[0] if words else ""), " ".join(words[1:])
    if field_named(name) is None:
        raise ValueError("a field such as subject, requester.tier or status")
    return name, SYNONYMS.get(operator, operator)


def field_names() -> tuple[str, ...]:
    """Every field a condition may name, for suggestions."""
    return (*FIELDS, *PREFIXES)


def leaf(name: str, operator: str, wanted: object, priorities: tuple[str, ...]) -> Condition:
    """The condition `name operator wanted`. ValueError, saying what was expected, where
    it makes no sense."""
    found = field_named(name)
    if found is None:
        raise ValueError("a field such as subject, requester.tier or status")
    allowed = OPERATORS[found.kind]
    operator = operator or allowed[0]
    if operator not in allowed:
        raise ValueError(f"one of {', '.join(allowed)} after {name}")
    test, guard = _BUILD[found.kind](name, operator, wanted, priorities)
    shown = _shown(_yes(wanted)) if found.kind == "flag" else _shown(wanted)

    def failure(view: FieldReader) -> str:
        if found.kind == "calendar":
            return f"{wanted} is {'closed' if operator == 'is' else 'open'} now"
        return f"{name} is {_shown(view[name])}, wanted: {operator} {shown}"

    return Condition(test, failure, guard)


Built = tuple[Test, tuple[str, frozenset[str]] | None]


def _text(name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    found = field_named(name)
    single = found is not None and found.kind in _SINGLE
    if operator == "is set":
        want = _yes(wanted)
        return (lambda view: bool(view[name]) is want), None
    words = _words(wanted)
    if found is not None and found.choices and operator in _WHOLE:
        words = _chosen(found.choices, words)
    if operator in ("matches", "does not match"):
        return _matching(name, words, negated=operator != "matches"), None
    folded, key = tuple(w.casefold() for w in words), "~" + name
    if operator == "is" and single:
        among = frozenset(folded)
        return (lambda view: view[key] in among), (key, among)
    if operator == "is":
        among = frozenset(folded)
        return (lambda view: not among.isdisjoint(view[key])), None
    if operator == "contains" and single:
        return _containing(key, folded), None
    positive = _POSITIVE.get(operator, operator)
    check, negated = _CHECKS[positive], positive != operator

    def test(view: FieldReader) -> bool:
        have = view[key]
        for each in have if isinstance(have, tuple) else (have,):
            for word in folded:
                if check(each, word):
                    return not negated
        return negated

    return test, None


_WHOLE = ("is", "is not")


def _chosen(choices: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
    """These words as the field has them: it never holds another one."""
    if choices == WEEKDAYS:  # Monday is mon
        names = dict(zip(_DAYS, WEEKDAYS, strict=True))
        words = tuple(names.get(word.casefold(), word) for word in words)
    if any(word.casefold() not in choices for word in words):
        raise ValueError(("one of " if len(choices) > 1 else "") + ", ".join(choices))
    return words


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _address(name: str, operator: str, wanted: object, priorities: tuple[str, ...]) -> Built:
    """A whole address is compared as such, one that begins with @ is every address of a domain.

    A customer's is each of theirs: those that `contacts` list together, and those that joined."""
    if operator not in _WHOLE:
        return _text(name, operator, wanted, priorities)
    words = tuple(word.casefold() for word in _words(wanted))
    if any("@" not in word or word.endswith("@") for word in words):
        raise ValueError('an address, or "@customer.example" for a whole domain')
    found = field_named(name)
    theirs = frozenset[str]()
    if found is not None and found.of_customers:
        theirs = frozenset(mailbox_of(word) for word in words if not word.startswith("@"))
    elif not any(word.startswith("@") for word in words):
        return _text(name, operator, wanted, priorities)
    among, key, positive = frozenset(words), "~" + name, operator == "is"

    def test(view: FieldReader) -> bool:
        have = view[key]
        for each in have if isinstance(have, tuple) else (have,):
            if each in among or "@" + each.rpartition("@")[2] in among:
                return positive
        if theirs and not theirs.isdisjoint(view["=" + name]):
            return positive
        return not positive

    return test, None


def _domain(name: str, operator: str, wanted: object, priorities: tuple[str, ...]) -> Built:
    if operator not in _WHOLE:
        return _text(name, operator, wanted, priorities)
    words = tuple(word.removeprefix("@") for word in _words(wanted))
    if any("@" in word or not word for word in words):
        raise ValueError("a domain such as customer.example")
    return _text(name, operator, words, priorities)


def _containing(key: str, folded: tuple[str, ...]) -> Test:
    """The commonest test of all, in its fastest form."""
    if len(folded) == 1:
        only = folded[0]
        return lambda view: only in view[key]

    def test(view: FieldReader) -> bool:
        have = view[key]
        # a plain loop is twice as fast as any() with a generator
        for word in folded:  # noqa: SIM110
            if word in have:
                return True
        return False

    return test


_POSITIVE = {"is not": "is", "does not contain": "contains"}
_CHECKS: Mapping[str, Callable[[str, str], bool]] = {
    "is": lambda have, word: have == word,
    "contains": lambda have, word: word in have,
    "starts with": lambda have, word: have.startswith(word),
    "ends with": lambda have, word: have.endswith(word),
}


def _matching(name: str, patterns: tuple[str, ...], *, negated: bool) -> Test:
    compiled = [Pattern(pattern) for pattern in patterns]

    def test(view: FieldReader) -> bool:
        have = view[name]
        texts = have if isinstance(have, tuple) else (have,)
        return (
            any(pattern.found_in(str(text)) for pattern in compiled for text in texts)
            is not negated
        )

    return test


def _priority(name: str, operator: str, wanted: object, priorities: tuple[str, ...]) -> Built:
    ranks = {p.casefold(): index for index, p in enumerate(priorities)}
    ends = {"highest": priorities[-1].casefold(), "lowest": priorities[0].casefold()}
    words = tuple(w if w in ranks else ends.get(w, w) for w in map(str.casefold, _words(wanted)))
    unknown = [w for w in words if w not in ranks]
    if unknown:
        raise ValueError(f"a priority: {', '.join(priorities)}, highest or lowest")
    key = "~" + name
    if operator in ("is", "is not"):
        among = frozenset(words)
        if operator == "is":
            return (lambda view: view[key] in among), (key, among)
        return (lambda view: view[key] not in among), None
    if len(words) != 1:
        raise ValueError(f"one priority after {operator}")
    compare, rank = _COMPARE[operator], ranks[words[0]]
    among = frozenset(p for p, r in ranks.items() if compare(r, rank))
    return (lambda view: view[key] in among), (key, among)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda a, b: a == b,
    "is not": lambda a, b: a != b,
    "at least": lambda a, b: a >= b,
    "at most": lambda a, b: a <= b,
    "above": lambda a, b: a > b,
    "below": lambda a, b: a < b,
    "after": lambda a, b: a >= b,
    "before": lambda a, b: a < b,
}


def _number(name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    text = str(wanted).strip().lower()
    factor = {"k": 1024, "m": 1024**2}.get(text.removesuffix("b")[-1:], 1)
    try:
        number = float(text.removesuffix("b").rstrip("km")) * factor
    except ValueError:
        raise ValueError("a number, such as 3, 200k or 5M") from None
    compare = _COMPARE[operator]
    return (lambda view: compare(view[name], number)), None


def _length(name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    seconds = parse_written(wanted).total_seconds()
    compare = _COMPARE[operator]
    return (lambda view: compare(view[name], seconds)), None


def _moment(name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    try:
        when = datetime.fromisoformat(str(wanted))
    except ValueError:
        raise ValueError("a date or time such as 2026-12-24 or 2026-12-24 18:00") from None
    compare = _COMPARE[operator]
    if when.tzinfo is not None:
        return (lambda view: compare(view[name].astimezone(UTC), when)), None
    return (lambda view: compare(view[name].astimezone(view.tz).replace(tzinfo=None), when)), None


def _clock(name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    if operator != "between":
        edge, compare = _minute(str(wanted)), _COMPARE[operator]
        return (lambda view: compare(_minute(view[name]), edge)), None
    first, dash, last = str(wanted).replace("–", "-").partition("-")
    if not dash:
        raise ValueError("two times of day such as 18:00-8:00")
    begin, end = _minute(first.strip()), _minute(last.strip())
    if begin <= end:
        return (lambda view: begin <= _minute(view[name]) < end), None
    return (lambda view: not end <= _minute(view[name]) < begin), None


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("a time of day such as 9:00")
    return int(found[1]) * 60 + int(found[2])


def _flag(name: str, _operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    want = _yes(wanted)
    return (lambda view: bool(view[name]) is want), None


def _calendar(_name: str, operator: str, wanted: object, _: tuple[str, ...]) -> Built:
    calendar, want = str(wanted), operator == "is"

    return (lambda view: view.is_open(calendar) is want), None


_BUILD: Mapping[str, Callable[[str, str, object, tuple[str, ...]], Built]] = {
    "text": _text, "words": _text, "address": _address, "addresses": _address, "domain": _domain,
    "priority": _priority, "number": _number, "length": _length,
    "moment": _moment, "clock": _clock, "flag": _flag, "calendar": _calendar,
}  # fmt: skip


def _words(wanted: object) -> tuple[str, ...]:
    items = wanted if isinstance(wanted, (list, tuple)) else (wanted,)
    if not items or any(item is None or isinstance(item, (list, tuple, Mapping)) for item in items):
        raise ValueError("a word or a list of words")
    return tuple(str(item) for item in items)


def _yes(wanted: object) -> bool:
    word = str(wanted).lower()
    if word not in ("yes", "no", "true", "false"):
        raise ValueError("yes or no")
    return word in ("yes", "true")


def _shown(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return (
            "[" + ", ".join(_shown(item) for item in value[:8]) + ("…]" if len(value) > 8 else "]")
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, (int, float, time)):
        return f"{value:g}" if not isinstance(value, time) else str(value)
    text = str(value).replace("\n", " ")
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
