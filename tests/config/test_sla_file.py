"""sla.yaml: calendars, levels and the ladder, with every mistake in its place; the schemas fit the
shipped files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.rules.rules_schema import rules_schema, sla_schema
from maildesk.config.rules.sla_file import Sla, build
from maildesk.config.yaml import parse
from maildesk.config.yaml_reader import Known
from maildesk.desk.sla.levels import DEFAULT_LEVELS, Target

SHIPPED = Path(__file__).parents[2] / "deploy" / "desk" / "sla.yaml"
KNOWN = Known(
    queues=("support",), statuses=("open", "waiting", "on_hold"), teams=("senior",), agents=()
)


def read(text: str) -> tuple[Sla, list[str]]:
    document = parse(text.encode(), "sla.yaml")
    sla, mistakes = build(
        document.data, document.at, year=2026, known=KNOWN, at_key=document.at_key
    )
    return sla, [str(m) for m in mistakes]


def test_the_shipped_file_has_no_mistakes() -> None:
    sla, mistakes = read(SHIPPED.read_text())
    assert mistakes == []
    assert set(sla.calendars) == {"always", "office"}
    assert [level.name for level in sla.levels.levels] == ["Urgent", "High", "Normal", "Low"]
    urgent = sla.levels.levels[0]
    assert (urgent.targets["resolution"], urgent.warn_at) == (Target(timedelta(hours=4)), (50, 75))
    assert [a.word for a in urgent.escalation[0].actions] == ["escalate"]
    assert urgent.place.startswith("sla.yaml:")


def test_without_policies_the_defaults_hold() -> None:
    assert read("")[0].levels is DEFAULT_LEVELS
    assert read("calendars: {office: {hours: {mon-fri: 9-17}}}")[0].levels is DEFAULT_LEVELS
    assert read("policies: []")[0].levels.levels == ()


def test_other_desks_words_for_priorities_are_understood() -> None:
    sla, mistakes = read(
        "policies: [{name: A, if: {priority: [Critical, medium]}, first_response: 1h}]"
    )
    assert mistakes == []
    assert sla.levels.levels[0].narrowed == {"priority": {"urgent", "normal"}}


def test_the_shipped_promises_are_kept_on_the_next_working_day_or_the_one_after() -> None:
    normal, low = read(SHIPPED.read_text())[0].levels.levels[2:]
    assert normal.targets == {"first_response": Target(business_days=1)}
    assert low.targets == {"first_response": Target(business_days=2)}


def test_everything_a_policy_can_say_is_understood() -> None:
    sla, mistakes = read(
        """policies:
  - name: All
    if: {priority: urgent, queue: support, requester.tier: VIP, organisation: [Big Corp]}
    first_response: 30m
    next_response: 2 business days
    pause_while: [waiting]
    warn_at: 80
    ring_at_any_hour: yes
    notes_answer: no
    escalation:
      - {after: 2h, then: {assign: senior}}
      - {after: 30m, then: [{notify: supervisors}]}
"""
    )
    assert mistakes == []
    (level,) = sla.levels.levels
    assert level.narrowed["tier"] == {"vip"}
    assert level.targets["next_response"] == Target(business_days=2)
    assert level.pause_while == {"waiting"}
    assert (level.warn_at, level.any_hour, level.notes_answer) == ((80,), True, False)
    assert [step.after for step in level.escalation] == [timedelta(minutes=30), timedelta(hours=2)]


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("{name: A, first_response: soon}", "a period such as 1h, 2d or 3 business days"),
        ("{name: A, first_response: 0m}", "longer than nothing"),
        ("{name: A}", "a policy with first_response, next_response, resolution"),
        ("{first_response: 1h}", "a policy with a name"),
        ("{name: A, frist_response: 1h, resolution: 1d}", "did you mean first_response?"),
        ("{name: A, first_response: 1h, calendar: offce}", "did you mean office?"),
        ("{name: A, first_response: 1h, if: {priority: urgnet}}", "did you mean urgent?"),
        ("{name: A, first_response: 1h, if: {queue: suport}}", "did you mean support?"),
        ("{name: A, first_response: 1h, if: {prio: urgent}}", "did you mean priority?"),
        ("{name: A, first_response: 1h, pause_while: [wating]}", "did you mean waiting?"),
        ("{name: A, first_response: 1h, warn_at: 120%}", "between 1% and 99%"),
        (
            "{name: A, first_response: 1h, escalation: [{after: soon, then: {note: x}}]}",
            "a period such as",
        ),
        ("{name: A, first_response: 1h, escalation: [{after: 1h}]}", "at least one action"),
        ("{name: A, first_response: 1h, escalation: 5}", "a list of steps"),
        ("{name: A, first_response: 1h, notes_answer: perhaps}", "yes or no"),
        ("5", "a policy: name"),
    ],
)
def test_a_mistake_is_told(policy: str, words: str) -> None:
    sla, mistakes = read(
        f"calendars: {{office: {{hours: {{mon: 9-17}}}}}}\npolicies:\n  - {policy}\n"
    )
    assert words in "\n".join(mistakes)
    assert all(m.startswith("sla.yaml:3:") for m in mistakes)
    assert sla.levels.levels == ()


def test_a_policy_behind_one_that_holds_for_all_is_never_used() -> None:
    _, mistakes = read(
        "policies:\n  - {name: A, first_response: 1h}\n"
        "  - {name: B, if: {priority: low}, first_response: 2h}\n"
    )
    assert mistakes == [
        (
            'sla.yaml:3:1: expected a policy that can be reached, found "B": "A" above it holds '
            "for every ticket"
        )
    ]


def test_one_mistake_hides_no_other_of_another_kind() -> None:
    _, mistakes = read(
        """calendars:
  office:
    time_zone: Europe/Berln
    hours: {mon-fri: ["9-13", "12-17"], satt: "9-13"}
    holidays: {country: DE, region: XX}
policies:
  - {name: A, first_response: soon}
  - {name: A, if: {priority: low}, first_response: 1h}
"""
    )
    assert [one.removeprefix("sla.yaml:").partition(" (")[0] for one in mistakes] == [
        '3:16: expected a time zone such as Europe/Berlin, found "Europe/Berln"',
        '4:47: expected weekdays such as mon, mon-fri or sat,sun, found "satt"',
        '4:22: expected hours that do not overlap, found "09:00-13:00 and 12:00-17:00 on mon"',
        (
            "5:37: expected a region of DE: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, "
            "SN, "
            'ST, TH, AUGSBURG, found "XX"'
        ),
        '7:31: expected a period such as 1h, 2d or 3 business days, found "soon"',
        '8:1: expected a name of its own for each policy, found "A" again',
        (
            '8:1: expected a policy that can be reached, found "A": "A" above it holds for every '
            "ticket"
        ),
    ]


def test_a_calendar_without_working_time_is_refused_at_load() -> None:
    assert "a week with working time" in read("calendars: {office: {hours: {mon: closed}}}")[1][0]


def test_the_schemas_know_the_fields_and_are_plain_data() -> None:
    rules, sla = rules_schema(), sla_schema()
    condition = rules["$defs"]["condition"]["anyOf"][0]["properties"]
    assert {
        "subject contains",
        "requester.tier",
        "priority at least",
        "hours is not",
        "any",
    } <= set(condition)
    assert "first_response" in sla["properties"]["policies"]["items"]["properties"]
