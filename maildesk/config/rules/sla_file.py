"""`sla.yaml`: calendars and service levels, from the plain data of the file, every
mistake with its place.

build(data, at, year=2026) -> (Sla(calendars, levels), mistakes)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maildesk.config.calendars import read_calendars
from maildesk.config.rules.actions_file import named, read_actions
from maildesk.config.yaml_reader import At, Known, Path, Reader
from maildesk.desk.sla.hours import Calendar
from maildesk.desk.sla.levels import (
    DEFAULT_LEVELS,
    KINDS,
    NARROWED_BY,
    Level,
    ServiceLevels,
    Step,
    Target,
    parse_target,
)
from maildesk.errors import Mistake

FILE = "sla.yaml"
LEVEL_KEYS = (
    "name",
    "if",
    "calendar",
    *KINDS,
    "pause_while",
    "warn_at",
    "escalation",
    "ring_at_any_hour",
    "notes_answer",
)
_STEP_KEYS = ("after", "then")
_KNOWN_BY = {"priority": "priorities", "queue": "queues", "category": "categories"}


@dataclass(frozen=True)
class Sla:
    """What the file says: the calendars (with `always`) and the levels."""

    calendars: Mapping[str, Calendar]
    levels: ServiceLevels


def build(
    data: object,
    at: At,
    *,
    year: int,
    known: Known | None = None,
    file: str = FILE,
    at_key: At | None = None,
) -> tuple[Sla, list[Mistake]]:
    """The calendars and levels, without those that cannot be read, and every mistake. `year` is the
    one we are in."""
    reader = Reader(file, at, at_key)
    known = known or Known()
    top = reader.mapping(data if data is not None else {}, (), "calendars: and policies:")
    reader.keys(top, (), ("calendars", "policies"))
    calendars = read_calendars(reader, top.get("calendars"), ("calendars",), year=year)
    if "policies" not in top:
        return Sla(calendars, DEFAULT_LEVELS), reader.mistakes
    policies = top["policies"]
    if not isinstance(policies, (list, tuple)):
        reader.wrong(("policies",), "a list of policies", policies)
        policies = ()
    names = dict.fromkeys(
        (
            *calendars,
            *map(str, top["calendars"] if isinstance(top.get("calendars"), Mapping) else ()),
        )
    )
    items = enumerate(policies)
    written = [
        one
        for index, item in items
        if (one := _level(reader, item, ("policies", index), tuple(names), known))
    ]
    _unreachable(reader, written)
    return Sla(
        calendars, ServiceLevels(tuple(one.level for one in written if one.is_whole))
    ), reader.mistakes


@dataclass(frozen=True)
class _Written:
    """What of a policy could be read. Of one with mistakes, the name and whether it is for every
    ticket still count."""

    level: Level
    is_whole: bool
    is_narrowed: bool


def _level(
    reader: Reader, item: object, path: Path, calendars: tuple[str, ...], known: Known
) -> _Written | None:
    before = len(reader.mistakes)
    value = reader.mapping(item, path, "a policy: name, if, calendar, first_response …")
    if len(reader.mistakes) > before:
        return None
    reader.keys(value, path, LEVEL_KEYS)
    name = str(value.get("name") or "").strip()
    if not name:
        reader.wrong(path, "a policy with a name", "none")
    more: dict[str, Any] = {
        "targets": _targets(reader, value, path),
        "narrowed": _narrowed(reader, value.get("if"), (*path, "if"), known),
    }
    if "calendar" in value:
        more["calendar"] = named(
            reader, value["calendar"], (*path, "calendar"), calendars, "a calendar of this file"
        )
    if "pause_while" in value:
        words = reader.words(value["pause_while"], (*path, "pause_while"))
        more["pause_while"] = frozenset(
            named(reader, w, (*path, "pause_while"), known.statuses, "a status")
            for w in words
            if w != "never"
        )
    if "warn_at" in value:
        more["warn_at"] = _percentages(reader, value["warn_at"], (*path, "warn_at"))
    if "escalation" in value:
        more["escalation"] = _ladder(reader, value["escalation"], (*path, "escalation"), known)
    if "ring_at_any_hour" in value:
        more["any_hour"] = reader.flag(value["ring_at_any_hour"], (*path, "ring_at_any_hour"))
    if "notes_answer" in value:
        more["notes_answer"] = reader.flag(value["notes_answer"], (*path, "notes_answer"))
    level = Level(name, place=reader.place(path), **more)
    return _Written(level, len(reader.mistakes) == before, bool(value.get("if")))


def _targets(reader: Reader, value: Mapping[str, Any], path: Path) -> dict[str, Target]:
    found = {}
    for kind in KINDS:
        if value.get(kind) is None:
            continue
        try:
            found[kind] = parse_target(value[kind])
        except ValueError as expected:
            reader.wrong((*path, kind), str(expected), value[kind])
    if not any(value.get(kind) is not None for kind in KINDS):
        reader.wrong(path, f"a policy with {', '.join(KINDS)}", "none of them")
    return found


def _narrowed(reader: Reader, value: object, path: Path, known: Known) -> dict[str, frozenset[str]]:
    if value is None:
        return {}
    found = {}
    fields = reader.mapping(value, path, f"what the ticket must have: {', '.join(NARROWED_BY)}")
    # as rules write it
    fields = {key.removeprefix("requester."): item for key, item in fields.items()}
    reader.keys(fields, path, NARROWED_BY)
    for name, item in fields.items():
        words = reader.words(item, (*path, name))
        choices = getattr(known, _KNOWN_BY[name]) if name in _KNOWN_BY else None
        if name == "priority":
            words = tuple(str(known.priority(word)) for word in words)
        found[name] = frozenset(
            named(reader, w, (*path, name), choices, f"a {name}").lower() for w in words
        )
    return found


def _percentages(reader: Reader, value: object, path: Path) -> tuple[int, ...]:
    found = []
    for word in reader.words(value, path, "a percentage such as 75%"):
        number = word.strip().removesuffix("%").strip()
        if not number.isdigit() or not 0 < int(number) < 100:
            reader.wrong(path, "a percentage between 1% and 99%", word)
        else:
            found.append(int(number))
    return tuple(sorted(set(found)))


def _ladder(reader: Reader, value: object, path: Path, known: Known) -> tuple[Step, ...]:
    if not isinstance(value, (list, tuple)):
        reader.wrong(path, "a list of steps: after, then", value)
        return ()
    found = []
    for index, item in enumerate(value):
        step = reader.mapping(item, (*path, index), "a step: after, then")
        reader.keys(step, (*path, index), _STEP_KEYS)
        after = reader.period(step.get("after", "0s"), (*path, index, "after"))
        actions = read_actions(reader, step.get("then"), (*path, index, "then"), known)
        if after is not None and after.total_seconds() >= 0:
            found.append(Step(after, actions))
    return tuple(sorted(found, key=lambda step: step.after))


def _unreachable(reader: Reader, written: Sequence[_Written]) -> None:
    """A level behind one that holds for every ticket is never used; names come once."""
    everything = None
    seen: set[str] = set()
    for one in written:
        level = one.level
        line = int(level.place.rpartition(":")[2])
        if level.name and level.name in seen:
            reader.mistakes.append(
                Mistake(
                    reader.file,
                    line,
                    1,
                    "a name of its own for each policy",
                    f'"{level.name}" again',
                )
            )
        seen.add(level.name)
        if everything is not None:
            words = f'"{level.name}": "{everything.name}" above it holds for every ticket'
            reader.mistakes.append(
                Mistake(reader.file, line, 1, "a policy that can be reached", words)
            )
        if not one.is_narrowed:
            everything = level
