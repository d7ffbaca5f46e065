"""What stands after `if:`, read into a condition: every mistake with its place, and what was
probably meant.

A condition that could never hold is a mistake: an address without @, a queue that no file knows, a
word that the field never has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from maildesk.config.mistakes import listed
from maildesk.config.rules.meant import meant_field
from maildesk.config.yaml_reader import Known, Path, Reader
from maildesk.desk.evolve import CUSTOM
from maildesk.desk.rules.conditions import (
    OPERATORS,
    SYNONYMS,
    all_of,
    any_of,
    field_names,
    leaf,
    not_,
    split_key,
)
from maildesk.desk.rules.context import field_named
from maildesk.desk.rules.ruleset import Condition


def read_condition(reader: Reader, value: object, path: Path, known: Known) -> Condition | None:
    """What stands after `if:`; several lines must all hold. None (and mistakes) where
    it cannot be read."""
    parts: list[Condition] = []
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            part = read_condition(reader, item, (*path, index), known)
            parts += [part] if part else []
    elif isinstance(value, Mapping):
        for key, item in value.items():
            part = _part(reader, str(key), item, (*path, str(key)), known)
            parts += [part] if part else []
    else:
        reader.wrong(path, "conditions such as subject contains: invoice", value)
    return all_of(tuple(parts)) if parts else None


def _part(reader: Reader, key: str, item: object, path: Path, known: Known) -> Condition | None:
    if key == "all":
        return read_condition(reader, item, path, known)
    if key == "any":
        items = (
            list(item)
            if isinstance(item, (list, tuple))
            else [{k: v} for k, v in reader.mapping(item, path, "conditions").items()]
        )
        inside = isinstance(item, (list, tuple))
        parts = [
            read_condition(reader, each, (*path, index) if inside else path, known)
            for index, each in enumerate(items)
        ]
        return any_of(tuple(part for part in parts if part)) if any(parts) else None
    if key == "not":
        part = _part(reader, "any", item, path, known) if isinstance(item, Mapping) else None
        part = part or read_condition(reader, item, path, known)
        return not_(part, _words_of(item)) if part else None
    try:
        name, operator = split_key(key)
    except ValueError as expected:
        meant = meant_field(key)
        written = key if meant or not key.split() else key.split()[0]
        choices = (*field_names(), "all", "any", "not")
        reader.wrong(path, str(expected), written, choices, key=True, meant=meant)
        return None
    kind = field_named(name)
    if kind is not None and kind.kind == "priority":
        item = [known.priority(w) for w in item] if isinstance(item, list) else known.priority(item)
    if name == "assignee" and operator in _WHOLE and known.staff:
        item = _agents(reader, item, path, known)
    try:
        made = leaf(name, operator, item, known.priorities)
    except ValueError as expected:
        if kind is not None and operator and operator not in OPERATORS[kind.kind]:
            reader.wrong(path, str(expected), operator, (*OPERATORS["text"], *SYNONYMS), key=True)
        else:
            _wrong_words(reader, name, operator, item, path, known, str(expected))
        return None
    if operator in _WHOLE:
        _check_names(reader, name, item, path, known)
    return made


_WHOLE = ("", "is", "is not")


def _wrong_words(
    reader: Reader, name: str, operator: str, item: object, path: Path, known: Known, expected: str
) -> None:
    """Of a list, each word that makes no sense; the list itself where every word of it does."""
    kind = field_named(name)
    choices = kind.choices if kind is not None and kind.choices else known.priorities
    wrong = []
    for index, word in enumerate(item if isinstance(item, list) else ()):
        try:
            leaf(name, operator, word, known.priorities)
        except ValueError as problem:
            wrong.append(((*path, index), str(problem), word))
    for at, problem_with, word in wrong or [(path, expected, item)]:
        meant = _whole_domain(word) if kind is not None and kind.kind in _ADDRESSES else ""
        reader.wrong(at, problem_with, word, choices, meant=meant)


_ADDRESSES = ("address", "addresses")


def _whole_domain(word: object) -> str:
    """ "@customer.example" of `customer.example`."""
    text = str(word)
    return f'"@{text}"' if "." in text and "@" not in text and " " not in text else ""


_NAMED_BY = {
    "status": "statuses", "queue": "queues", "category": "categories", "type": "types",
    "labels": "labels", "hours": "calendars", "language": "languages", "address": "addresses",
}  # fmt: skip


_CALLED = {"labels": "label", "hours": "calendar"}


def _agents(reader: Reader, item: object, path: Path, known: Known) -> object:
    """The addresses of the agents who are named here; a word that is nobody's is a mistake."""
    found = []
    for index, word in enumerate(item if isinstance(item, (list, tuple)) else [item]):
        at = (*path, index) if isinstance(item, (list, tuple)) else path
        those = known.agents_called(word)
        if len(those) == 1:
            found.append(those[0])
            continue
        names = listed(agent.name for agent in known.staff)
        several = f"one agent ({' or '.join(those)})" if those else f"an agent ({names})"
        meant = "assigned: no" if str(word).lower() in ("nobody", "none", "no", "") else ""
        reader.wrong(at, several, word, known.agents or (), meant=meant)
    return found or item


def _check_names(reader: Reader, name: str, item: object, path: Path, known: Known) -> None:
    """A status, queue or label that no file knows is a slip of the pen, not a condition."""
    if name.startswith(CUSTOM) and known.fields is not None:
        own = name.removeprefix(CUSTOM)
        if own not in known.fields:
            there = listed(known.fields) or "there is none"
            reader.wrong(
                path, f"a custom field of desk.yaml ({there})", own, known.fields, key=True
            )
    choices = getattr(known, _NAMED_BY[name]) if name in _NAMED_BY else None
    if choices is None or isinstance(item, bool):
        return
    called = _CALLED.get(name, name)
    a_ = "an" if called[0] in "aeiou" else "a"
    folded = {choice.lower() for choice in choices}
    for index, word in enumerate(item if isinstance(item, (list, tuple)) else [item]):
        if str(word).lower() not in folded:
            at = (*path, index) if isinstance(item, (list, tuple)) else path
            reader.wrong(at, f"{a_} {called} of this desk ({listed(choices)})", word, choices)


def _words_of(item: object) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{key}: {value}" for key, value in item.items())
    return (
        "; ".join(_words_of(each) for each in item)
        if isinstance(item, (list, tuple))
        else str(item)
    )


def fields_in(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every field that is named in these conditions, and where."""
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from fields_in(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            at = (*path, str(key))
            if key in ("all", "any", "not"):
                yield from fields_in(item, at)
            elif words := str(key).split():
                yield at, words[0]
