"""Rules: when something happens, if these conditions hold, then these effects, in
the order of the file.

A rule sees what the rules before it have done. What it changes may set off other
rules (priority_changed …), in rounds; the rounds are counted, and past the bound
the rest is left undone and reported. Deciding reads values alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from maildesk.desk.effects import Effect, NotifyAdmins, Record
from maildesk.desk.evolve import evolve
from maildesk.desk.rules.actions import carry_out
from maildesk.desk.rules.assign import Choice
from maildesk.desk.rules.context import RuleContext, View
from maildesk.desk.rules.ruleset import Rule, RuleSet
from maildesk.desk.ticket import Ticket

MAX_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one rule: `because` says why it matched, or the first condition that failed with
    both values."""

    rule: Rule
    matched: bool
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules want, in order. `ticket` is as it will stand; `verdicts` are there when asked
    for, else those that matched."""

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


def evaluate(
    rules: RuleSet, happenings: Iterable[str], occasion: RuleContext, *, explain: bool = False
) -> Outcome:
    """What the rules make of these happenings. With `explain` every rule has its verdict, also
    those that were not asked."""
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
    bounded = any(
        _holds(rules.rules[index], run.view) for index in _of_round(rules, words, run.view)
    )
    if bounded:
        run.effects += _report(run, words)
    if explain:
        run.verdicts += [
            Verdict(rule, False, _not_asked(rule))
            for index, rule in enumerate(rules.rules)
            if index not in asked
        ]
    return Outcome(
        tuple(run.effects),
        run.view.occasion.ticket,
        tuple(run.verdicts),
        tuple(run.choices),
        bounded,
    )


def fire(
    rules: RuleSet, rule: Rule, occasion: RuleContext, *, detail: Mapping[str, str] | None = None
) -> Outcome:
    """What one timed rule wants now that its timer rang, and the rules that it sets off. `detail`
    joins the history line."""
    run = _Run(View(occasion), explain=False)
    _ask(rule, run, detail or {})
    words = tuple(dict.fromkeys(run.happened))
    if not words:
        return Outcome(
            tuple(run.effects), run.view.occasion.ticket, tuple(run.verdicts), tuple(run.choices)
        )
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
    """The rules these happenings set off, each once, in the order of the file; with a view only
    those that may hold."""
    tables = [rules.by_happening[word] for word in words if word in rules.by_happening]
    if len(tables) == 1:
        return sorted(tables[0].everything if view is None else tables[0].may_hold(view))
    return sorted(
        {
            index
            for table in tables
            for index in (table.everything if view is None else table.may_hold(view))
        }
    )


def _round(rules: RuleSet, words: tuple[str, ...], run: _Run) -> None:
    """Ask each rule of this round once. What a rule changes may let later ones hold, so the rest is
    looked up again."""
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
    """Those behind `last` that hold: the loop that most rules never leave, so it
    does nothing else."""
    tests = rules.tests
    for index in indices[bisect_right(indices, last) :]:
        test = tests[index]
        if test is None or test(view):
            yield index


def _in_section(rules: RuleSet, rule: Rule, run: _Run, over: set[str]) -> None:
    if rule.section in over:
        if run.explain:
            run.verdicts.append(
                Verdict(rule, False, "an earlier rule of its section ended the section")
            )
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
    run.verdicts.append(
        Verdict(rule, True, "every condition holds" if rule.condition else "it has no conditions")
    )
    run.effects.append(
        Record(
            what="rule",
            detail={"name": rule.name, "file": rule.file, "line": str(rule.line), **detail},
            rule=rule.place,
        )
    )
    for action in rule.then:
        done = carry_out(action, view.occasion, rule.place, explain=run.explain)
        if done.choice is not None:
            run.choices.append(done.choice)
        before = len(run.happened)
        for effect in done.effects:
            _take(effect, run)
        if action.word == "acknowledge":  # the rules below find `desk.acknowledge` so
            view.not_greeted()
        if action.word == "escalate":  # it has told everybody: no rule need escalate it once more
            run.happened[before:] = [
                *(word for word in run.happened[before:] if word != "priority_raised"),
                "escalated",
            ]
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
        f"{ticket.called}: after {MAX_ROUNDS} rounds rules still set each other off "
        f"({', '.join(words)}); the rest was left undone. They are: {'; '.join(names)}"
    )
    once = f"cascade:{'|'.join(sorted(names))[:200]}"
    return [
        Record(
            what="rules_bounded",
            detail={"rules": "; ".join(names)[:2000], "rounds": str(MAX_ROUNDS)},
        ),
        NotifyAdmins(subject="Rules that set each other off", text=text, once=once),
    ]


def _not_asked(rule: Rule) -> str:
    return f"only when {', or '.join(trigger.written for trigger in rule.when)}"
