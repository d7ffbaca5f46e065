"""The rules as values: what is written in `rules.yaml`, read and checked. The policy has them; the
engine runs them.

Nothing here knows of a policy or a ticket: a condition is asked through a `FieldReader`, an action
is a line that `desk.rules.actions` knows how to carry out. So a policy may hold rules, and rules
may look at a policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import cached_property
from typing import Any, Protocol

from maildesk.desk.sla.periods import show_period
from maildesk.desk.ticket import Status

HAPPENINGS = (
    "created", "replied", "answered", "noted", "status_changed", "priority_changed",
    "priority_raised", "assignee_changed", "queue_changed", "category_changed", "type_changed",
    "labels_changed", "warning", "breach", "scored", "bounced", "escalated",
)  # fmt: skip
WAITS = (
    "no_reply_for",
    "idle_for",
    "unassigned_for",
    *(f"{status.value}_for" for status in Status),
)
DAILY = "at"
TIMER = "rule:"  # what the kind of a rule's timer begins with, before the rule's name


class FieldReader(Protocol):
    """What a condition looks at: the fields of what happened, by name; `~name` is the same folded
    for comparison."""

    def __getitem__(self, name: str, /) -> Any: ...

    @property
    def tz(self) -> tzinfo:
        """The time zone that times of day are meant in."""

    def is_open(self, calendar: str) -> bool:
        """Whether it is working time in this calendar."""


Test = Callable[[FieldReader], bool]


@dataclass(frozen=True)
class Condition:
    """A test with its reason: `failure` says, for a view it does not hold for, what was wanted and
    what was found."""

    test: Test
    failure: Callable[[FieldReader], str]
    guard: tuple[str, frozenset[str]] | None = None  # a cheap look-up without which it cannot hold


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a rule wants. `agent` fixes one; else one of `team` (or of the queue) with all `skills`,
    chosen `by`."""

    agent: str = ""
    team: str = ""
    skills: tuple[str, ...] = ()
    by: str = "round_robin"
    in_hours: str = ""  # a calendar: out of its hours the ticket is left unassigned
    reassign: bool = False  # also when somebody has it already


@dataclass(frozen=True, slots=True)
class Action:
    """One line after `then:`. What `value` and `text` mean depends on the word."""

    # set, status, label, unlabel, assign, unassign, escalate, follow, notify, send, reply, note,
    # acknowledge (always: no), stop
    word: str
    name: str = ""  # set: which field; label: which; send, notify: which template
    value: str = ""  # send: a calendar, whose next opening the mail tells
    text: str = ""
    to: tuple[str, ...] = ()  # notify: targets, teams, agents; follow: agents
    assignment: Assignment | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off: a happening, a wait of some length (`no_reply_for`), or a
    time of day (`at`)."""

    word: str
    length: timedelta = timedelta(0)
    minute: int = 0  # of the day, for `at`
    calendar: str = ""  # waits are counted in its working hours

    @property
    def is_timed(self) -> bool:
        """Whether a timer sets it off."""
        return self.word == DAILY or self.length > timedelta(0)

    @property
    def written(self) -> str:
        """As it stands in the file."""
        if self.word == DAILY:
            return f"{DAILY}: {self.minute // 60}:{self.minute % 60:02d}"
        return f"{self.word}: {show_period(self.length)}" if self.is_timed else self.word


@dataclass(frozen=True)
class Rule:
    """One rule of the file. Names are unique; the history cites `place`."""

    name: str
    when: tuple[Trigger, ...]
    then: tuple[Action, ...]
    condition: Condition | None = None
    section: str = ""
    file: str = "rules.yaml"
    line: int = 0

    @cached_property
    def place(self) -> str:
        """`rules.yaml:14 Billing mail goes to billing`."""
        return f"{self.file}:{self.line} {self.name}"

    @property
    def stops(self) -> bool:
        """Whether no rule of its section comes after it."""
        return any(action.word == "stop" for action in self.then)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rules of one happening. Those that cannot hold without a certain value are found by that
    value, not asked in turn."""

    everything: tuple[int, ...]
    free: tuple[int, ...]
    guarded: tuple[tuple[str, Mapping[str, tuple[int, ...]]], ...]  # field -> value -> rules

    @classmethod
    def of(cls, rules: Sequence[Rule], indices: Iterable[int]) -> Candidates:
        """The table of these rules."""
        everything = tuple(indices)
        free: list[int] = []
        guarded: dict[str, dict[str, list[int]]] = {}
        for index in everything:
            condition = rules[index].condition
            if condition is None or condition.guard is None:
                free.append(index)
                continue
            name, values = condition.guard
            for value in values:
                guarded.setdefault(name, {}).setdefault(value, []).append(index)
        frozen = tuple(
            (name, {value: tuple(found) for value, found in values.items()})
            for name, values in guarded.items()
        )
        return cls(everything, tuple(free), frozen)

    def may_hold(self, view: FieldReader) -> list[int]:
        """The rules that can hold for what the view shows now."""
        found = list(self.free)
        for name, by_value in self.guarded:
            found += by_value.get(view[name], ())
        return found


@dataclass(frozen=True)
class RuleSet:
    """The rules in the order of the file. In a section of `first_match`, the first that matches
    ends the section."""

    rules: tuple[Rule, ...]
    first_match: frozenset[str] = frozenset()

    @cached_property
    def by_happening(self) -> Mapping[str, Candidates]:
        """The rules that each happening sets off."""
        found: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            for word in dict.fromkeys(
                trigger.word for trigger in rule.when if not trigger.is_timed
            ):
                found.setdefault(word, []).append(index)
        return {word: Candidates.of(self.rules, indices) for word, indices in found.items()}

    @cached_property
    def tests(self) -> tuple[Test | None, ...]:
        """The bare test of each rule."""
        return tuple(rule.condition.test if rule.condition else None for rule in self.rules)

    @cached_property
    def timed(self) -> tuple[Rule, ...]:
        """The rules that wait for a timer."""
        return tuple(rule for rule in self.rules if any(trigger.is_timed for trigger in rule.when))

    @cached_property
    def timers(self) -> Mapping[str, tuple[Rule, Trigger]]:
        """The kinds of timers these rules can have: `rule:NAME`, and `rule:NAME#1` for
        a second trigger."""
        return {
            f"{TIMER}{rule.name}" + (f"#{number}" if number else ""): (rule, trigger)
            for rule in self.timed
            for number, trigger in enumerate(rule.when)
            if trigger.is_timed
        }

    @cached_property
    def by_name(self) -> Mapping[str, Rule]:
        """The rules by name."""
        return {rule.name: rule for rule in self.rules}
