"""The default workflows: there without being asked for, replaced and switched off by name, and true
to desk.yaml."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maildesk.config.defaults import default_names
from maildesk.config.policy import load_policy
from maildesk.desk.decide import decide
from maildesk.desk.effects import Effect, NotifyAgents, Record, SendToCustomer, SetStatus
from maildesk.desk.facts import ClockRang, Counters, Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.sla import wanted_timers
from maildesk.desk.ticket import Status
from tests.config.desks import DESK, mistakes_of, write_desk
from tests.desk.stories import NOW, from_agent, from_customer, of, sent, status_after, ticket, told

OFFICE = "calendars:\n  office: {time_zone: UTC, hours: {mon-fri: '9:00-17:00'}}\n"
NIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # a Friday
DAY = timedelta(days=1)
END = """\
rules:
  - {name: End, if: {queue: support}, then: stop}
  - {name: Ended, then: [{note: never}]}
"""
OWN = "rules:\n  - {name: Mine, then: [{note: seen}]}\n"


def desk(folder: Path, more: str = "", **files: str) -> Policy:
    return load_policy(write_desk(folder, desk=DESK + more, **files))


def rule_names(policy: Policy) -> list[str]:
    return [rule.name for rule in policy.rules.rules] if policy.rules else []


def wanted(policy: Policy, behaviour: Status, *history: Entry) -> dict[str, timedelta]:
    found = wanted_timers.wanted(ticket(behaviour), (Entry(NOW, "opened"), *history), policy, NOW)
    return {
        kind.removeprefix("rule:"): at - NOW
        for kind, at in found.items()
        if kind.startswith("rule:")
    }


def ring(
    policy: Policy, behaviour: Status, kind: str, after: timedelta, counters: Counters | None = None
) -> list[Effect]:
    history = (Entry(NOW, "opened"), Entry(NOW, "status", detail={"to": behaviour.value}))
    situation = Situation(history=history, counters=counters or Counters())
    return decide(
        ticket(behaviour), ClockRang(f"rule:{kind}", NOW + after, situation), policy, NOW + after
    )


@pytest.mark.parametrize("rules", [{}, {"rules": OWN}, {"rules": ""}])
def test_the_defaults_are_followed_whatever_stands_in_rules_yaml(
    tmp_path: Path, rules: dict[str, str]
) -> None:
    policy = desk(tmp_path, **rules)
    assert rule_names(policy)[-len(default_names()) :] == list(default_names())
    effects = decide(None, from_customer(), policy, NOW)
    assert sent(effects) == ["acknowledgement"]
    assert told(effects) == {"agent_new": ("ana@desk.example",)}
    places = [
        e.rule
        for e in of(effects, Record)
        if e.what == "rule" and e.rule.startswith("default_rules.yaml:")
    ]
    assert [place.partition(" ")[2] for place in places] == [
        "Acknowledge a new ticket",
        "Tell the team of a new ticket",
    ]


def test_a_stop_in_rules_yaml_ends_none_of_the_defaults(tmp_path: Path) -> None:
    policy = desk(tmp_path, rules=END)
    assert sent(decide(None, from_customer(), policy, NOW)) == ["acknowledgement"]


def test_a_rule_of_the_same_name_takes_the_place_of_a_default(tmp_path: Path) -> None:
    mine = "rules:\n  - {name: Acknowledge a new ticket, then: [{reply: Wir haben es.}]}\n"
    policy = desk(tmp_path, rules=mine)
    assert rule_names(policy).count("Acknowledge a new ticket") == 1
    assert sent(decide(None, from_customer(), policy, NOW)) == ["reply"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("no", 0),
        ("yes", len(default_names())),
        ("[Close what stays resolved]", len(default_names()) - 1),
        ("[close what stays resolved, Acknowledge a new ticket]", len(default_names()) - 2),
        ("Close what stays resolved", len(default_names()) - 1),
    ],
)
def test_defaults_are_switched_off_by_name_or_all_together(
    tmp_path: Path, words: str, left: int
) -> None:
    assert len(rule_names(desk(tmp_path, rules=f"defaults: {words}\n{OWN}"))) == left + 1


def test_a_default_that_there_is_not_is_told_with_the_nearest(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(write_desk(tmp_path, rules="defaults: [Close what stays solved]\n"))
    assert mistake.startswith("rules.yaml:1:12: expected no, or the name of a default rule")
    assert mistake.endswith("(did you mean Close what stays resolved?)")


def test_out_of_hours_one_mail_says_when_somebody_is_back(tmp_path: Path) -> None:
    policy = desk(tmp_path, sla=OFFICE)
    (mail,) = of(decide(None, from_customer(), policy, NIGHT), SendToCustomer)
    assert (mail.template, str(mail.context["opens_at"])) == (
        "after_hours",
        "2026-11-23 09:00:00+00:00",
    )
    assert sent(decide(None, from_customer(), policy, NOW)) == ["acknowledgement"]


def test_what_desk_yaml_switches_off_is_off(tmp_path: Path) -> None:
    quiet = desk(tmp_path, "acknowledge: no\nsurvey: no\n", sla=OFFICE)
    for now in (NOW, NIGHT):
        assert sent(decide(None, from_customer(), quiet, now)) == []
    (mail,) = of(
        ring(quiet, Status.WAITING, "Resolve what nobody came back to", 10 * DAY), SendToCustomer
    )
    assert (mail.template, mail.context["survey"]) == ("resolution", False)


def test_periods_of_desk_yaml_say_how_long_rules_wait(tmp_path: Path) -> None:
    policy = desk(tmp_path, "periods: {close_after: 2s, remind_after: 1d, resolve_after: 2d}\n")
    assert wanted(policy, Status.RESOLVED)["Close what stays resolved"] == timedelta(seconds=2)
    waits = wanted(policy, Status.WAITING)
    assert waits["Remind a customer we wait for"] == DAY
    assert waits["Resolve what nobody came back to"] == 3 * DAY


def test_a_reminder_names_no_end_where_there_is_none(tmp_path: Path) -> None:
    policy = desk(tmp_path, "periods: {resolve_after: never}\n")
    (reminder,) = of(
        ring(policy, Status.WAITING, "Remind a customer we wait for", 3 * DAY), SendToCustomer
    )
    assert "due_at" not in reminder.context


def test_what_waits_never_is_not_there(tmp_path: Path) -> None:
    never = rule_names(desk(tmp_path / "a", "periods: {remind_after: never}\n"))
    assert {"Remind a customer we wait for", "Resolve what nobody came back to"}.isdisjoint(never)
    only_reminded = rule_names(desk(tmp_path / "b", "periods: {resolve_after: never}\n"))
    assert "Remind a customer we wait for" in only_reminded
    assert "Resolve what nobody came back to" not in only_reminded


def test_asked_again_the_reminder_counts_from_our_last_word(tmp_path: Path) -> None:
    again = Entry(NOW + 2 * DAY, "replied", "ana@desk.example")
    waits = wanted(
        desk(tmp_path), Status.WAITING, Entry(NOW, "status", detail={"to": "waiting"}), again
    )
    assert waits["Remind a customer we wait for"] == 5 * DAY


def test_a_resolved_ticket_closes_and_a_waiting_one_is_reminded_then_resolved(
    tmp_path: Path,
) -> None:
    policy = desk(tmp_path)
    closed = ring(policy, Status.RESOLVED, "Close what stays resolved", 7 * DAY)
    assert (status_after(closed), sent(closed)) == (Status.CLOSED, [])
    (reminder,) = of(
        ring(policy, Status.WAITING, "Remind a customer we wait for", 3 * DAY), SendToCustomer
    )
    assert (reminder.template, reminder.context["due_at"]) == ("reminder", NOW + 10 * DAY)
    resolved = ring(policy, Status.WAITING, "Resolve what nobody came back to", 10 * DAY)
    assert (status_after(resolved), sent(resolved)) == (Status.RESOLVED, ["resolution"])
    assert ring(policy, Status.OPEN, "Close what stays resolved", 7 * DAY) == []


def test_a_rule_that_waits_mails_nobody_past_the_limits(tmp_path: Path) -> None:
    full = Counters(about_ticket=4)
    effects = ring(
        desk(tmp_path), Status.WAITING, "Resolve what nobody came back to", 10 * DAY, full
    )
    assert (status_after(effects), sent(effects)) == (Status.RESOLVED, [])


def test_a_desk_with_words_of_its_own_has_the_defaults_too(tmp_path: Path) -> None:
    words = (
        "statuses: {new: open, done: resolved, over: closed}\npriorities: [p3, p2, p1]\n"
        "labels: {bug: '#b03a2e'}\n"
    )
    policy = desk(tmp_path, words)
    effects = ring(policy, Status.WAITING, "Resolve what nobody came back to", 10 * DAY)
    assert [(e.status, e.name) for e in of(effects, SetStatus)] == [(Status.RESOLVED, "done")]


def test_what_has_become_urgent_is_escalated_once_whoever_raised_it(tmp_path: Path) -> None:
    policy = desk(tmp_path)
    by_field = decide(
        ticket(assignee="ana@desk.example"),
        from_agent("#priority urgent", agent=policy.agents[0]),
        policy,
        NOW,
    )
    by_word = decide(
        ticket(assignee="ana@desk.example"),
        from_agent("#escalate", agent=policy.agents[0]),
        policy,
        NOW,
    )
    rule = "rules:\n  - {name: Up, when: replied, then: [{escalate: it smells}]}\n"
    by_rule = decide(ticket(), from_customer("It burns."), desk(tmp_path, rules=rule), NOW)
    for effects in (by_field, by_word, by_rule):
        assert [e.what for e in of(effects, Record)].count("escalated") == 1
        assert len([e for e in of(effects, NotifyAgents) if e.template == "escalated"]) <= 1


def test_mistakes_of_one_file_hide_none_in_the_rules(tmp_path: Path) -> None:
    rules = (
        "rules:\n  - {name: A, then: [{assign: bne@desk.example}]}\n"
        "  - {name: B, then: [{queue: suport}, {label: x}]}\n"
    )
    found = mistakes_of(
        write_desk(tmp_path, desk=DESK + "colour: red\nlabels: {vip: '#b8860b'}\n", rules=rules)
    )
    places = [line.partition(" ")[0] for line in found]
    assert places == ["desk.yaml:6:9:", "rules.yaml:2:31:", "rules.yaml:3:30:", "rules.yaml:3:47:"]
