"""rules.yaml: read whole, every mistake with its place and the nearest word; the shipped rules do
what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.policy import load_policy
from maildesk.config.rules.rules_file import build
from maildesk.config.yaml import parse
from maildesk.config.yaml_reader import Known
from maildesk.desk.effects import NotifyAgents, SendToCustomer
from maildesk.desk.rules.engine import evaluate
from maildesk.desk.rules.ruleset import RuleSet
from tests.desk.rule_desk import ANA, NOW, POLICY, TICKET, occasion, stands

SHIPPED = Path(__file__).parents[2] / "deploy" / "desk" / "rules.yaml"
KNOWN = Known(
    calendars=("always", "office"),
    queues=("support", "billing"),
    teams=("support", "senior", "network"),
    agents=("ben@desk.example", "Ben Okafor"),
    categories=("billing", "technical"),
    types=("question",),
    labels=("vip", "bug"),
    languages=("en", "de"),
    statuses=("open", "in_progress", "waiting", "resolved", "closed", "with_supplier"),
    fields=("licence",),
    templates=(
        "acknowledgement",
        "follow_up",
        "agent_new",
        "reminder",
        "resolution",
        "after_hours",
    ),
    skills=("billing", "german"),
)


def read(text: str, known: Known | None = KNOWN) -> tuple[RuleSet, list[str]]:
    document = parse(text.encode(), "rules.yaml")
    rules, mistakes = build(document.data, document.at, known=known, at_key=document.at_key)
    return rules, [str(m) for m in mistakes]


def one(body: str) -> tuple[RuleSet, list[str]]:
    """A file with one rule, these lines being its own (from line 3 on)."""
    return read("rules:\n  - name: One\n" + "".join(f"    {line}\n" for line in body.splitlines()))


def good(body: str) -> RuleSet:
    rules, mistakes = one(body)
    assert mistakes == []
    return rules


def test_the_shipped_rules_have_no_mistakes() -> None:
    document = parse(SHIPPED.read_bytes(), "rules.yaml")
    rules, mistakes = build(
        document.data,
        document.at,
        known=replace(KNOWN, labels=("vip", "after-hours")),
        at_key=document.at_key,
    )
    assert [str(m) for m in mistakes] == []
    assert [rule.name for rule in rules.rules][:2] == [
        "Billing mail is billing",
        "A VIP goes to the senior team",
    ]


def test_the_shipped_rules_greet_tell_and_send_a_vip_to_the_senior_team() -> None:
    rules = load_policy(SHIPPED.parent).rules
    assert rules is not None
    # Kim is a VIP, the invoice is mentioned, the office is open
    outcome = evaluate(rules, ["created"], occasion())
    assert outcome.ticket.category == "billing"
    assert (outcome.ticket.priority, outcome.ticket.assignee) == ("high", ANA.address)
    assert [e.template for e in outcome.effects if isinstance(e, SendToCustomer)] == [
        "acknowledgement"
    ]
    plain = evaluate(
        rules, ["created"], occasion(stands({"requester": replace(TICKET.requester, tier="")}))
    )
    assert [e.template for e in plain.effects if isinstance(e, NotifyAgents)] == ["agent_new"]
    night = evaluate(rules, ["created"], occasion(now=NOW.replace(hour=23)))
    (mail,) = [e for e in night.effects if isinstance(e, SendToCustomer)]
    assert mail.template == "after_hours"
    assert str(mail.context["opens_at"]) == "2026-11-23 09:00:00+00:00"


def test_the_line_of_a_rule_is_remembered() -> None:
    assert (
        read("rules:\n\n  - {name: A, then: stop}\n  - {name: B, then: [{note: x}]}", None)[0]
        .rules[0]
        .line
        == 3
    )


def test_everything_a_rule_can_do_is_understood() -> None:
    rules = good(
        """when: [created, Replied, status changed, {no_reply_for: 24h, calendar: office},
           {with_supplier_for: 2d}, {at: "9:00"}]
if:
  all:
    - subject contains: [invoice, Rechnung]
    - any: [{status: open}, {priority at least: high}]
    - not: {labels: bug}
  requester.tier: vip
  hours is not: office
then:
  - priority: URGENT
  - {type: question, category: billing, queue: billing, status: waiting, language: de}
  - label: [+vip, -old]
  - fields: {licence: HB-1}
  - fields.licence: HB-2
  - assign: {skills: [billing, german], by: least_open, in_hours: office, reassign: yes}
  - assign: Ben Okafor
  - assign: senior
  - assign: round_robin
  - assign: nobody
  - escalate: too long
  - {notify: [assignee, supervisors, network, ben@desk.example], template: follow_up, text: look}
  - {send: acknowledgement, once: yes}
  - reply: Thank you.
  - note: done
  - stop"""
    )
    (rule,) = rules.rules
    assert [t.word for t in rule.when] == [
        "created",
        "replied",
        "status_changed",
        "no_reply_for",
        "with_supplier_for",
        "at",
    ]
    assert [a.word for a in rule.then].count("assign") == 4
    assert rule.then[0].value == "urgent"
    assert rule.stops


def test_sections_end_with_their_first_match_when_they_say_so() -> None:
    rules, mistakes = read(
        """sections:
  - name: routing
    match: first
    rules:
      - {name: A, if: {status: open}, then: {priority: high}}
      - {name: B, then: {priority: low}}
rules:
  - {name: C, then: {category: technical}}
"""
    )
    assert mistakes == []
    assert rules.first_match == {"routing"}
    assert evaluate(rules, ["created"], occasion()).ticket.priority == "high"
    assert evaluate(rules, ["created"], occasion()).ticket.category == "technical"


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ("when: craeted\nthen: stop", "rules.yaml:3:11: expected when: one of created"),
        ("when: craeted\nthen: stop", "did you mean created"),
        (
            "thn: stop",
            (
                'rules.yaml:3:5: expected one of name, when, if, then, section, found "thn" (did '
                "you mean then?)"
            ),
        ),
        ("when: created", "a rule with then:"),
        ("if: {subjet contains: x}\nthen: stop", "did you mean subject?"),
        ("if: {subject contians: x}\nthen: stop", "did you mean contains?"),
        ("if: {priority: hihg}\nthen: stop", "did you mean high?"),
        ("if: {status: opne}\nthen: stop", "rules.yaml:3:18: expected a status of this desk"),
        ("if: {subject matches: '(a'}\nthen: stop", "a regular expression"),
        ("if: {subject matches: '(?=a)b'}\nthen: stop", "without lookahead"),
        ("if: billing\nthen: stop", "conditions such as subject contains"),
        ("if: {hours: offfice}\nthen: stop", "did you mean office?"),
        ("then: [{assign: {team: netwrok}}]", "did you mean network?"),
        ("then: [{assign: ben@dsk.example}]", "did you mean ben@desk.example?"),
        ("then: [{assign: {by: luck}}]", "one of round_robin, least_open, first"),
        ("then: [{assign: {skills: [juggling]}}]", "a skill that some agent has"),
        ("then: [{notify: everybody}]", "whom to notify: assignee, agents, supervisors, admins"),
        ("then: [{notify: agents, template: folow_up}]", "did you mean follow_up?"),
        ("then: [{send: acknowledgment}]", "did you mean acknowledgement?"),
        ("then: [{label: vipp}]", "did you mean vip?"),
        ("then: [{queue: suport}]", "did you mean support?"),
        ("then: [{fields: {license: x}}]", "did you mean licence?"),
        ("then: [{prioritty: high}]", "did you mean priority?"),
        ("then: [{note: }]", "a text"),
        ("then: []", "at least one action"),
        ("then: [5]", "an action such as priority: high"),
        ("when: {no_reply_for: soon}\nthen: stop", "a period such as"),
        ("when: {no_reply_for: 0s}\nthen: stop", "a period longer than nothing"),
        ("when: {no_replay_for: 1d}\nthen: stop", "did you mean no_reply_for?"),
        ("when: {at: 25 o'clock}\nthen: stop", "a time of day"),
        ("when: {idle_for: 1d, calendar: ofice}\nthen: stop", "did you mean office?"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(body: str, mistake: str) -> None:
    rules, mistakes = one(body)
    assert mistake in "\n".join(mistakes)
    assert rules.rules == ()


@pytest.mark.parametrize(
    "text",
    ["rules: 5", "- a", "rules: [5]", "rules: [{}]", "sections: [{match: never}]", "ruls: []"],
)
def test_a_file_of_the_wrong_shape_is_told(text: str) -> None:
    assert read(text)[1]


def test_an_empty_file_has_no_rules_and_no_mistakes() -> None:
    assert read("") == (RuleSet(()), [])


def test_names_come_once_and_rules_can_be_reached() -> None:
    _, mistakes = read(
        """rules:
  - {name: A, then: [{note: x}, stop]}
  - {name: A, when: replied, then: [{note: y}]}
  - {name: B, then: [{note: z}]}
  - {name: C, when: [created, replied], then: [{note: z}]}
"""
    )
    assert mistakes == [
        (
            'rules.yaml:3:1: expected a name of its own for each rule, found "A" again (first on '
            "line 2)"
        ),
        (
            'rules.yaml:4:1: expected a rule that can be reached, found "B": "A" (line 2) always '
            "ends its section"
        ),
    ]


def test_all_mistakes_come_at_once() -> None:
    _, mistakes = one("when: craeted\nif: {subjet: x}\nthen: [{prioritty: high}, {label: vipp}]")
    assert len(mistakes) == 4


def test_a_rule_with_a_mistake_still_has_its_name_and_its_place() -> None:
    _, mistakes = read(
        """rules:
  - {name: A, then: [{prioritty: high}, stop]}
  - {name: A, when: craeted, then: [{note: y}]}
  - name: B
    if: {priority: [hihg, low, urgnt], subject matches: ["(a", b, "(?=c)"]}
    then: [{note: z}]
"""
    )
    assert [one.removeprefix("rules.yaml:").partition(", found")[0][:66] for one in mistakes] == [
        "2:23: expected an action: priority, type, category, queue, languag",
        "3:21: expected when: one of created, replied, answered, noted, sta",
        "5:21: expected a priority: low, normal, high, urgent, highest or l",
        "5:32: expected a priority: low, normal, high, urgent, highest or l",
        "5:58: expected a regular expression (missing ), unterminated subpa",
        "5:67: expected a pattern without lookahead or lookbehind",
        "3:1: expected a name of its own for each rule",
        "4:1: expected a rule that can be reached",
    ]


def test_without_the_other_files_names_are_not_checked() -> None:
    rules, mistakes = read(
        "rules: [{name: A, then: [{assign: {team: anything}}, {send: whatever}]}]", None
    )
    assert mistakes == []
    assert len(rules.rules) == 1


def test_five_hundred_rules_are_read_whole() -> None:
    body = "".join(
        f"  - {{name: R{i}, if: {{subject contains: w{i}}}, then: [{{priority: high}}]}}\n"
        for i in range(500)
    )
    assert len(read("rules:\n" + body)[0].rules) == 500


def test_policy_names_become_known_names() -> None:
    known: Any = Known.of(POLICY, ["reply"])
    assert known.calendars == ("office", "always")
    assert "Ben Okafor" in known.agents
    assert known.labels is None  # a desk without a list of labels takes any
