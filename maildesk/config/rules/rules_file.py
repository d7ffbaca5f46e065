"""`rules.yaml`: from the plain data of the file to a RuleSet, every mistake with its place.

build(data, at) -> (rules, mistakes)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from maildesk.config.rules.actions_file import read_actions
from maildesk.config.rules.conditions_file import fields_in, read_condition
from maildesk.config.rules.meant import TRIGGERS
from maildesk.config.yaml_reader import At, Known, Path, Reader
from maildesk.desk.rules.context import field_named
from maildesk.desk.rules.ruleset import DAILY, HAPPENINGS, WAITS, Rule, RuleSet, Trigger
from maildesk.desk.sla.periods import parse_written
from maildesk.errors import Mistake

FILE = "rules.yaml"
MAX_RULES = 5000
RULE_KEYS = ("name", "when", "if", "then", "section")
TOP_KEYS = ("rules", "sections", "defaults")
_SECTION_KEYS = ("name", "match", "rules")
_ALIASES = {
    "new": "created", "opened": "created", "reply": "replied", "received": "replied",
    "answer": "answered", "note": "noted", "sla_warning": "warning", "clock_warning": "warning",
    "sla_breach": "breach", "clock_breach": "breach", "label_changed": "labels_changed",
    "assigned": "assignee_changed",
}  # fmt: skip
_SPELT_OUT = re.compile(
    r"(\d{1,6})\s*(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)"
)
_MINUTE = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def build(
    data: object, at: At, *, known: Known | None = None, file: str = FILE, at_key: At | None = None
) -> tuple[RuleSet, list[Mistake]]:
    """The rules, without those that cannot be read, and every mistake. `known` are the names of the
    other files."""
    reader = Reader(file, at, at_key)
    known = known or Known()
    top = reader.mapping(data if data is not None else {}, (), "rules: and a list of rules")
    reader.keys(top, (), TOP_KEYS)
    found: list[_Written] = []
    first_match: set[str] = set()
    for index, item in enumerate(
        _list(reader, top.get("sections"), ("sections",), "a list of sections")
    ):
        path: Path = ("sections", index)
        section = reader.mapping(item, path, "a section: name, match, rules")
        reader.keys(section, path, _SECTION_KEYS)
        name = str(section.get("name") or f"section {index + 1}")
        if (
            "match" in section
            and reader.choice(section["match"], (*path, "match"), ("first", "all"), "first or all")
            == "first"
        ):
            first_match.add(name)
        found += _rules(reader, section.get("rules"), (*path, "rules"), known, name)
    found += _rules(reader, top.get("rules"), ("rules",), known, "")
    found.sort(key=lambda one: one.rule.line)  # the order is the file's, wherever a section stands
    _unreachable(reader, found, first_match)
    return RuleSet(
        tuple(one.rule for one in found if one.is_whole), frozenset(first_match)
    ), reader.mistakes


def _list(reader: Reader, value: object, path: Path, expected: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        reader.wrong(path, expected, value)
        return []
    if len(value) > MAX_RULES:
        reader.wrong(path, f"at most {MAX_RULES} entries", f"{len(value)} entries")
    return list(value[:MAX_RULES])


@dataclass(frozen=True)
class _Written:
    """What of a rule could be read. Of one with mistakes, the name and what it ends still count for
    the others."""

    rule: Rule
    is_whole: bool
    is_conditional: bool
    happens_as_written: bool


def _rules(reader: Reader, value: object, path: Path, known: Known, section: str) -> list[_Written]:
    items = enumerate(_list(reader, value, path, "a list of rules"))
    return [
        one for index, item in items if (one := _rule(reader, item, (*path, index), known, section))
    ]


def _rule(reader: Reader, item: object, path: Path, known: Known, section: str) -> _Written | None:
    before = len(reader.mistakes)
    value = reader.mapping(item, path, "a rule: name, when, if, then")
    if len(reader.mistakes) > before:
        return None
    reader.keys(value, path, RULE_KEYS)
    name = str(value.get("name") or "").strip()
    if not name:
        reader.wrong(path, "a rule with a name", "none")
    before_when = len(reader.mistakes)
    when = _triggers(reader, value.get("when", "created"), (*path, "when"), known)
    happens = len(reader.mistakes) == before_when
    condition = (
        read_condition(reader, value["if"], (*path, "if"), known)
        if value.get("if") is not None
        else None
    )
    if happens and when:
        _message_is_there(reader, value.get("if"), (*path, "if"), when)
    then = (
        read_actions(reader, value.get("then"), (*path, "then"), known) if "then" in value else ()
    )
    if "then" not in value:
        reader.wrong(path, "a rule with then:", "none")
    greets = happens and "created" in (trigger.word for trigger in when)
    if not greets and any(action.word == "acknowledge" for action in then):
        reader.wrong((*path, "then"), "when: created, where acknowledge stands", "another")
    if not when and happens:  # it waits for a period that is `never`
        return None
    rule = Rule(
        name,
        when,
        then,
        condition,
        str(value.get("section") or section),
        reader.file,
        reader.at(path)[0],
    )
    return _Written(rule, len(reader.mistakes) == before, bool(value.get("if")), happens)


_NO_MESSAGE = ("warning", "breach", "bounced")


def _message_is_there(
    reader: Reader, conditions: object, path: Path, when: tuple[Trigger, ...]
) -> None:
    """No message sets a clock off: a condition on one could never hold there."""
    if not all(trigger.is_timed or trigger.word in _NO_MESSAGE for trigger in when):
        return
    for at, name in fields_in(conditions, path):
        found = field_named(name)
        if found is not None and found.of_message:
            expected = f"a field of the ticket (no message sets off when: {when[0].written})"
            meant = "requester.address" if name == "from" else ""
            reader.wrong(at, expected, name, key=True, meant=meant)


def _triggers(reader: Reader, value: object, path: Path, known: Known) -> tuple[Trigger, ...]:
    items = value if isinstance(value, (list, tuple)) else [value]
    found: list[Trigger] = []
    for index, item in enumerate(items):
        at = (*path, index) if isinstance(value, (list, tuple)) else path
        if isinstance(item, Mapping):
            found += _waits(reader, reader.mapping(item, at, "a wait"), at, known)
            continue
        word = str(item).strip().lower().replace(" ", "_").replace("-", "_")
        word = _ALIASES.get(word, word)
        if word in HAPPENINGS:
            found.append(Trigger(word))
        else:
            choices = (*HAPPENINGS, *WAITS, DAILY)
            waits = ", ".join(f"{wait}: 24h" for wait in WAITS[:3])
            reader.wrong(
                at,
                f'when: one of {", ".join(HAPPENINGS)}, or a wait such as {waits} or at: "9:00"',
                item,
                choices,
                meant=TRIGGERS.get(str(item).strip().lower(), ""),
            )
    if not items:
        reader.wrong(path, "at least one happening", value)
    return tuple(found)


def _waits(reader: Reader, value: Mapping[str, Any], path: Path, known: Known) -> list[Trigger]:
    """`{no_reply_for: 24h, calendar: office}` or `{at: "9:00"}`; statuses of the admin's own have
    waits as well."""
    words = (*WAITS, *(f"{status}_for" for status in known.statuses or ()))
    reader.keys(value, path, (*dict.fromkeys(words), DAILY, "calendar"))
    calendar = str(value.get("calendar") or "")
    if calendar and known.calendars is not None and calendar not in known.calendars:
        reader.wrong((*path, "calendar"), "a calendar of sla.yaml", calendar, known.calendars)
    found = []
    for word, item in value.items():
        if word == DAILY:
            minute = _MINUTE.fullmatch(str(item).strip())
            if minute is None:
                reader.wrong((*path, word), 'a time of day such as "9:00"', item)
            else:
                found.append(
                    Trigger(DAILY, minute=int(minute[1]) * 60 + int(minute[2]), calendar=calendar)
                )
        elif word in words:
            length = _length(reader, item, (*path, word), known)
            if length is not None:
                found.append(Trigger(word, length, calendar=calendar))
    if not any(word == DAILY or word in words for word in value):
        reader.wrong(path, "a wait such as no_reply_for: 24h", "none")
    return found


def _as_written(period: str) -> str:
    """`5 days` as a period is written, 5d; "" where it is none."""
    found = _SPELT_OUT.fullmatch(period.lower())
    if found is None:
        return ""
    number, unit = int(found[1]), found[2][0]
    return f"{number * 7}d" if unit == "w" else f"{number}{unit}"


def _length(reader: Reader, value: object, path: Path, known: Known) -> timedelta | None:
    """A period, the name of one of desk.yaml's, or a sum of both; None where one of them is
    `never`, or for a mistake."""
    total = timedelta(0)
    for word in str(value).split("+"):
        name = word.strip()
        if name in known.periods:
            length = known.periods[name]
            if length is None:
                return None
        else:
            try:
                length = parse_written(name)
            except (ValueError, OverflowError):
                expected = (
                    "a period such as 30s, 15m, 24h or 7d, or the name of a period of desk.yaml"
                )
                meant = _as_written(name)
                reader.wrong(path, expected, value, known.periods, meant=meant)
                return None
        total += length
    if total <= timedelta(0):
        reader.wrong(path, "a period longer than nothing", value)
        return None
    return total


def _unreachable(reader: Reader, written: list[_Written], first_match: set[str]) -> None:
    """Names that come twice, and rules behind one that always ends their section."""
    names: dict[str, Rule] = {}
    ended: dict[tuple[str, str], Rule] = {}
    for place, one in enumerate(written):
        rule = one.rule
        if rule.name and rule.name in names:
            again = f'"{rule.name}" again (first on line {names[rule.name].line})'
            _at_line(reader, rule, "a name of its own for each rule", again)
        names.setdefault(rule.name, rule)
        happenings = [trigger.word for trigger in rule.when if not trigger.is_timed]
        before = {ended.get((rule.section, word)) for word in happenings}
        if (
            one.happens_as_written
            and happenings
            and len(happenings) == len(rule.when)
            and None not in before
        ):
            first = next(found for found in before if found)
            behind = f'"{rule.name}": "{first.name}" (line {first.line}) always ends its section'
            _at_line(reader, rule, "a rule that can be reached", behind)
        if one.is_whole and _only_stops(rule) and not _stops_any(rule, written[place + 1 :]):
            nothing = f'"{rule.name}": the built-in rules are a section of their own'
            _at_line(reader, rule, "a rule behind this one, for `stop` to leave out", nothing)
        if not one.is_conditional and (rule.stops or rule.section in first_match):
            for word in happenings:
                ended.setdefault((rule.section, word), rule)


def _only_stops(rule: Rule) -> bool:
    return bool(rule.then) and all(action.word == "stop" for action in rule.then)


def _stops_any(rule: Rule, behind: list[_Written]) -> bool:
    """Whether a rule of the same section, behind this one, could be set off by the same."""
    words = {trigger.word for trigger in rule.when if not trigger.is_timed}
    return any(
        one.rule.section == rule.section
        and (not one.happens_as_written or words & {trigger.word for trigger in one.rule.when})
        for one in behind
    )


def _at_line(reader: Reader, rule: Rule, expected: str, found: str) -> None:
    reader.mistakes.append(Mistake(reader.file, rule.line, 1, expected, found))
