"""Rules: when something happens, if these conditions hold, then these effects, in the order of the file.

A rule sees what the rules before it have done. What it changes may set off other
rules (priority_changed …), in rounds; the rounds are counted, and past the bound
the rest is left undone and reported. Deciding reads values alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from maildesk.desk.effects import Effect, NotifyAdmins, Record
from maildesk.desk.evolve import evolve
from maildesk.desk.rules.actions import Action, called, carry_out
from maildesk.desk.rules.assign import Choice
from maildesk.desk.rules.conditions import Condition
from maildesk.desk.rules.context import RuleContext, View
from maildesk.desk.sla.periods import show_period
from maildesk.desk.ticket import Status, Ticket

MAX_ROUNDS = 5
HAPPENINGS = (
    "created", "replied", "answered", "noted", "status_changed", "priority_changed", "priority_raised", "assignee_changed",
    "queue_changed", "category_changed", "type_changed", "labels_changed", "warning", "breach", "scored", "bounced", "escalated",
)  # fmt: skip
WAITS = ("no_reply_for", "idle_for", "unassigned_for", *(f"{status.value}_for" for status in Status))
DAILY = "at"
TIMER = "rule:"  # what the kind of a rule's timer begins with, before the rule's name


@dataclass(frozen=True, slots=True)
class Trigger:
    """What sets a rule off: a happening, a wait of some length (`no_reply_for`), or a time of day (`at`)."""

    word: str
    length: timedelta = timedelta(0)
    minute: int = 0  # of the day, for `at`
    calendar: str = ""  # waits are counted in its working hours

    @property
    def is_timed(self) -> bool:
        """Whether a timer sets it off."""
        return self.word in WAITS or self.word == DAILY

    @property
    def written(self) -> str:
        """As it stands in the file."""
        if self.word == DAILY:
            return f"{DAILY}: {self.minute // 60}:{self.minute % 60:02d}"
        return f"{self.word}: {show_period(self.length)}" if self.word in WAITS else self.word


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
class _Table:
    """The rules of one happening. Those that cannot hold without a certain value are found by that value, not asked in turn."""

    everything: tuple[int, ...]
    free: tuple[int, ...]
    guarded: tuple[tuple[str, Mapping[str, tuple[int, ...]]], ...]  # field -> value -> rules

    @classmethod
    def of(cls, rules: Sequence[Rule], indices: Iterable[int]) -> _Table:
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
        frozen = tuple((name, {value: tuple(found) for value, found in values.items()}) for name, values in guarded.items())
        return cls(everything, tuple(free), frozen)

    def may_hold(self, view: View) -> list[int]:
        """The rules that can hold for what the view shows now."""
        found = list(self.free)
        for name, by_value in self.guarded:
            found += by_value.get(view[name], ())
        return found


@dataclass(frozen=True)
class RuleSet:
    """The rules in the order of the file. In a section of `first_match`, the first that matches ends the section."""

    rules: tuple[Rule, ...]
    first_match: frozenset[str] = frozenset()

    @cached_property
    def by_happening(self) -> Mapping[str, _Table]:
        """The rules that each happening sets off."""
        found: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            for word in dict.fromkeys(trigger.word for trigger in rule.when if not trigger.is_timed):
                found.setdefault(word, []).append(index)
        return {word: _Table.of(self.rules, indices) for word, indices in found.items()}

    @cached_property
    def tests(self) -> tuple[Callable[[View], bool] | None, ...]:
        """The bare test of each rule."""
        return tuple(rule.condition.test if rule.condition else None for rule in self.rules)

    @cached_property
    def timed(self) -> tuple[Rule, ...]:
        """The rules that wait for a timer."""
        return tuple(rule for rule in self.rules if any(trigger.is_timed for trigger in rule.when))

    @cached_property
    def timers(self) -> Mapping[str, tuple[Rule, Trigger]]:
        """The kinds of timers these rules can have: `rule:NAME`, and `rule:NAME#1` for a second trigger."""
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one rule: `because` says why it matched, or the first condition that failed with both values."""

    rule: Rule
    matched: bool
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules want, in order. `ticket` is as it will stand; `verdicts` are there when asked for, else those that matched."""

    effects: tuple[Effect, ...]
    ticket: Ticket
    verdicts: tuple[Verdict, ...] = ()
    choices: tuple[Choice, ...] = ()
    bounded: bool = False


@dataclass
class _Run:
    """One evaluation while it goes on."""

    view: View
    explain: bool
    effects: list[Effect] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)  # by the rules of this round


def evaluate(rules: RuleSet, happenings: Iterable[str], occasion: RuleContext, *, explain: bool = False) -> Outcome:
    """What the rules make of these happenings. With `explain` every rule has its verdict, also those that were not asked."""
    run = _Run(View(occasion), explain)
    words = tuple(happenings)
    asked: set[int] = set()
    for _ in range(MAX_ROUNDS):
        if explain:
            asked.update(_of_round(rules, words, None))
        _round(rules, words, run)
        words, run.happened = tuple(dict.fromkeys(run.happened)), []
        if not words:
            break
    bounded = any(_holds(rules.rules[index], run.view) for index in _of_round(rules, words, run.view))
    if bounded:
        run.effects += _report(run, words)
    if explain:
        run.verdicts += [Verdict(rule, False, _not_asked(rule)) for index, rule in enumerate(rules.rules) if index not in asked]
    return Outcome(tuple(run.effects), run.view.occasion.ticket, tuple(run.verdicts), tuple(run.choices), bounded)


def fire(rules: RuleSet, rule: Rule, occasion: RuleContext, *, detail: Mapping[str, str] | None = None) -> Outcome:
    """What one timed rule wants now that its timer rang, and the rules that it sets off. `detail` joins the history line."""
    run = _Run(View(occasion), explain=False)
    _ask(rule, run, detail or {})
    words = tuple(dict.fromkeys(run.happened))
    if not words:
        return Outcome(tuple(run.effects), run.view.occasion.ticket, tuple(run.verdicts), tuple(run.choices))
    further = evaluate(rules, words, run.view.occasion)
    return Outcome(
        (*run.effects, *further.effects),
        further.ticket,
        (*run.verdicts, *further.verdicts),
        (*run.choices, *further.choices),
        further.bounded,
    )


def changes(before: Ticket, after: Ticket, priorities: Sequence[str]) -> Iterator[str]:
    """The happenings between two states of a ticket: status_changed, priority_raised …"""
    for name in ("status", "priority", "assignee", "queue", "category", "type", "labels"):
        if getattr(before, name) != getattr(after, name):
            yield f"{name}_changed"
    ranks = {name: index for index, name in enumerate(priorities)}
    if ranks.get(after.priority, -1) > ranks.get(before.priority, -1):
        yield "priority_raised"


def _of_round(rules: RuleSet, words: tuple[str, ...], view: View | None) -> list[int]:
    """The rules these happenings set off, each once, in the order of the file; with a view only those that may hold."""
    tables = [rules.by_happening[word] for word in words if word in rules.by_happening]
    if len(tables) == 1:
        return sorted(tables[0].everything if view is None else tables[0].may_hold(view))
    return sorted({index for table in tables for index in (table.everything if view is None else table.may_hold(view))})


def _round(rules: RuleSet, words: tuple[str, ...], run: _Run) -> None:
    """Ask each rule of this round once. What a rule changes may let later ones hold, so the rest is looked up again."""
    over: set[str] = set()  # sections that are done with
    if run.explain:
        for index in _of_round(rules, words, None):
            _in_section(rules, rules.rules[index], run, over)
        return
    last = -1
    while True:
        before = len(run.happened)
        for index in _matching(rules, _of_round(rules, words, run.view), last, run.view):
            last = index
            _in_section(rules, rules.rules[index], run, over)
            if len(run.happened) > before:
                break
        else:
            return


def _matching(rules: RuleSet, indices: list[int], last: int, view: View) -> Iterator[int]:
    """Those behind `last` that hold: the loop that most rules never leave, so it does nothing else."""
    tests = rules.tests
    for index in indices[bisect_right(indices, last) :]:
        test = tests[index]
        if test is None or test(view):
            yield index


def _in_section(rules: RuleSet, rule: Rule, run: _Run, over: set[str]) -> None:
    if rule.section in over:
        if run.explain:
            run.verdicts.append(Verdict(rule, False, "an earlier rule of its section ended the section"))
    elif _ask(rule, run, {}) and (rule.stops or rule.section in rules.first_match):
        over.add(rule.section)


def _holds(rule: Rule, view: View) -> bool:
    return rule.condition is None or rule.condition.test(view)


def _ask(rule: Rule, run: _Run, detail: Mapping[str, str]) -> bool:
    """Whether the rule's conditions hold; if so its actions are carried out."""
    view = run.view
    if rule.condition is not None and not rule.condition.test(view):
        run.verdicts.append(Verdict(rule, False, rule.condition.failure(view)))
        return False
    run.verdicts.append(Verdict(rule, True, "every condition holds" if rule.condition else "it has no conditions"))
    run.effects.append(
        Record(what="rule", detail={"name": rule.name, "file": rule.file, "line": str(rule.line), **detail}, rule=rule.place)
    )
    for action in rule.then:
        done = carry_out(action, view.occasion, rule.place, explain=run.explain)
        if done.choice is not None:
            run.choices.append(done.choice)
        before = len(run.happened)
        for effect in done.effects:
            _take(effect, run)
        if action.word == "escalate":  # it has told everybody: no rule need escalate it once more
            run.happened[before:] = [*(word for word in run.happened[before:] if word != "priority_raised"), "escalated"]
    return True


def _take(effect: Effect, run: _Run) -> None:
    run.effects.append(effect)
    occasion = run.view.occasion
    ticket = evolve(occasion.ticket, effect, occasion.policy, occasion.now)
    if ticket is not occasion.ticket:
        run.happened += changes(occasion.ticket, ticket, occasion.policy.priorities)
        run.view.become(ticket)


def _report(run: _Run, words: tuple[str, ...]) -> list[Effect]:
    """Rules that set each other off without end: say which, to the history and to the admins."""
    names = list(dict.fromkeys(verdict.rule.place for verdict in run.verdicts if verdict.matched))
    ticket = run.view.occasion.ticket
    text = (
        f"{called(ticket)}: after {MAX_ROUNDS} rounds rules still set each other off ({', '.join(words)}); "
        f"the rest was left undone. They are: {'; '.join(names)}"
    )
    once = f"cascade:{'|'.join(sorted(names))[:200]}"
    return [
        Record(what="rules_bounded", detail={"rules": "; ".join(names)[:2000], "rounds": str(MAX_ROUNDS)}),
        NotifyAdmins(subject="Rules that set each other off", text=text, once=once),
    ]


def _not_asked(rule: Rule) -> str:
    return f"only when {', or '.join(trigger.written for trigger in rule.when)}"
