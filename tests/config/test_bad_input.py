"""What a desk's files may throw at it, by accident or not: each has an outcome with a name, and
costs little."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maildesk.config.check import check
from maildesk.config.policy import load_policy
from maildesk.desk.decide import decide
from maildesk.desk.effects import Assign, NotifyAdmins, Record, StartClock
from maildesk.desk.facts import ClockRang, Counters, Entry, Situation
from maildesk.desk.policy import Policy
from maildesk.desk.sla import wanted_timers
from maildesk.desk.sla.clocks import clocks, latest
from maildesk.desk.ticket import Status
from tests.config.desks import AGENTS, DESK, mistakes_of, write_desk
from tests.desk.stories import NOW, Desk, from_customer, of, sent, ticket

HOUR = timedelta(hours=1)
SLA = "calendars:\n  office: {time_zone: UTC, hours: {mon-fri: '9:00-17:00'}}\n"
SLA += "policies:\n  - {name: All, calendar: office, first_response: 8h}\n"


def quickly(work: Callable[[], list[str]]) -> list[str]:
    """What it says; AssertionError where that takes a second and more of the processor."""
    began = time.process_time()
    found = work()
    assert time.process_time() - began < 1.5
    return found


def test_a_yaml_bomb_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    lines = ["rules: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i > 1 else '*a0'] * 10)}]" for i in range(1, 40)
    ]
    desk = write_desk(tmp_path, rules="\n".join(lines))
    found = quickly(lambda: mistakes_of(desk))
    assert found[0].startswith(
        "rules.yaml:1:8: expected no anchors (write the value out where it is needed)"
    )


def test_a_rules_file_of_ten_megabytes_is_too_large_and_not_read(tmp_path: Path) -> None:
    desk = write_desk(tmp_path)
    (desk / "rules.yaml").write_text(
        "rules:\n" + "  - {name: A, then: [{note: x}]}\n" * 320_000, encoding="utf-8"
    )
    assert (desk / "rules.yaml").stat().st_size > 10_000_000
    assert quickly(lambda: mistakes_of(desk)) == [
        "rules.yaml:1:1: expected at most 1 MB, found a larger file"
    ]


def test_duplicate_keys_are_told_with_the_first_one(tmp_path: Path) -> None:
    desk = write_desk(
        tmp_path, rules="rules:\n  - name: A\n    then: [{note: y}]\n    then: [{note: x}]\n"
    )
    assert mistakes_of(desk) == [
        "rules.yaml:4:5: expected each key once, found then again (first on line 3)"
    ]


def test_an_undefined_variable_is_told_wherever_it_stands(tmp_path: Path) -> None:
    desk = write_desk(tmp_path, settings="database: ${MAILDESK_NO_SUCH_VARIABLE}\n")
    mails = desk / "templates" / "mail" / "en"
    mails.mkdir(parents=True)
    (mails / "acknowledgement.txt").write_text(
        "Subject: {{ subject }}\n\nHello {{ custmer.name }}\n", encoding="utf-8"
    )
    found = [str(mistake) for mistake in check(desk)]
    assert any(
        line.startswith("settings.yaml:1:11:") and "MAILDESK_NO_SUCH_VARIABLE" in line
        for line in found
    ), found
    assert any("acknowledgement.txt:3:" in line and "custmer" in line for line in found), found


def test_a_regex_bomb_is_decided_in_moments(tmp_path: Path) -> None:
    rules = (
        "rules:\n  - {name: Bomb, if: {text matches: '(a+)+(a|aa)+(a|a?)+$'}, then: "
        "[{priority: high}]}\n"
    )
    policy = load_policy(write_desk(tmp_path, rules=rules))
    fact = from_customer("a" * 20_000 + "!")
    assert quickly(lambda: sent(decide(None, fact, policy, NOW))) == ["acknowledgement"]


def test_a_rule_that_mails_everybody_is_bounded_and_reported(tmp_path: Path) -> None:
    rules = (
        "rules:\n  - {name: Everybody, when: [created, replied, noted], then: [{reply: Buy now}]}\n"
    )
    policy = load_policy(
        write_desk(
            tmp_path, desk=DESK + "admins: [root@desk.example]\nacknowledge: no\n", rules=rules
        )
    )
    desk = Desk(policy)
    for _ in range(50):
        desk.hears(
            from_customer(
                "Please stop", counters=desk.counters("ana@harbour.example", 1, "printer")
            ),
            1,
        )
    assert len(desk.sent) == policy.loops.per_ticket
    assert set(desk.told_admins) == {"A possible mail loop"}


def test_so_is_one_that_does_so_every_morning(tmp_path: Path) -> None:
    rules = "rules:\n  - {name: Morning, when: {at: '9:00'}, then: [{send: reminder}]}\n"
    policy = load_policy(write_desk(tmp_path, rules=rules))
    full = Situation(counters=Counters(references=policy.loops.per_subject))
    effects = decide(ticket(), ClockRang("rule:Morning", NOW, full), policy, NOW)
    assert sent(effects) == []
    assert [effect.subject for effect in of(effects, NotifyAdmins)] == ["A rule mails too many"]
    assert [effect.what for effect in of(effects, Record)] == ["rule", "not_sent"]


def test_what_a_removed_agent_still_owns_is_nobodys_and_may_be_given_away(tmp_path: Path) -> None:
    rules = (
        "rules:\n  - {name: Give, when: replied, if: {assigned: no}, then: [{assign: "
        "round_robin}]}\n"
    )
    policy = load_policy(write_desk(tmp_path, rules=rules))
    effects = decide(ticket(assignee="gone@desk.example"), from_customer("Hello?"), policy, NOW)
    assert [effect.agent for effect in of(effects, Assign)] == ["ana@desk.example"]
    assert (
        of(
            decide(ticket(assignee="ana@desk.example"), from_customer("Hello?"), policy, NOW),
            Assign,
        )
        == []
    )


def test_who_is_away_for_long_has_their_tickets_given_to_others(tmp_path: Path) -> None:
    rules = (
        "rules:\n  - {name: Away, when: replied, if: {assignee.away: yes}, then: [{assign: "
        "{by: least_open, reassign: yes}}]}\n"
    )
    agents = AGENTS + "  - {name: Ben, address: ben@desk.example, teams: [support]}\n"
    away = agents.replace("ana@desk.example,", "ana@desk.example, away_until: 2026-12-24,")
    for people, given in ((away, ["ben@desk.example"]), (agents, [])):
        policy = load_policy(write_desk(tmp_path, agents=people, rules=rules))
        effects = decide(ticket(assignee="ana@desk.example"), from_customer("Hello?"), policy, NOW)
        assert [effect.agent for effect in of(effects, Assign)] == given


def history(policy: Policy) -> tuple[Entry, ...]:
    return Entry(NOW, "opened"), Entry(NOW, "received")


def test_a_clock_set_back_makes_nothing_ring_early_twice_or_never(tmp_path: Path) -> None:
    policy = load_policy(write_desk(tmp_path, sla=SLA))
    past = history(policy)
    due = latest(clocks(ticket(), past, policy, NOW))["first_response"].due_at
    back = NOW - 30 * HOUR  # before the ticket was opened
    clock = latest(clocks(ticket(), past, policy, back))["first_response"]
    assert (clock.due_at, clock.consumed, clock.state) == (due, timedelta(0), "on_track")
    assert due is not None
    breach = "sla:first_response:breach"
    assert wanted_timers.wanted(ticket(), past, policy, back)[breach] == due
    early = decide(ticket(), ClockRang(breach, due, Situation(history=past)), policy, back)
    assert early == [StartClock(kind=breach, due_at=due)]
    rang = decide(ticket(), ClockRang(breach, due, Situation(history=past)), policy, due)
    told = (
        *past,
        *(
            Entry(due, e.what, "desk", {k: str(v) for k, v in e.detail.items()})
            for e in of(rang, Record)
        ),
    )
    assert breach not in wanted_timers.wanted(ticket(), told, policy, back)
    waits = "rule:Nobody answered for a day"
    assert (
        decide(ticket(), ClockRang(waits, NOW + 24 * HOUR, Situation(history=past)), policy, back)
        == []
    )
    # and so it is started again
    assert wanted_timers.wanted(ticket(), past, policy, back)[waits] == NOW + 24 * HOUR


def test_a_holiday_table_that_changes_moves_every_deadline_that_has_not_passed(
    tmp_path: Path,
) -> None:
    before = load_policy(write_desk(tmp_path, sla=SLA))
    changed = SLA.replace("'9:00-17:00'}}", "'9:00-17:00'}, holidays: [2026-11-23]}")
    after = load_policy(write_desk(tmp_path, sla=changed))
    assert before.fingerprint != after.fingerprint
    kind = "sla:first_response:breach"
    standing = wanted_timers.wanted(ticket(), history(before), before, NOW)
    assert standing[kind] == datetime(2026, 11, 23, 10, tzinfo=UTC)
    moved = wanted_timers.adjust(ticket(), history(after), after, NOW, standing)
    assert StartClock(kind=kind, due_at=datetime(2026, 11, 24, 10, tzinfo=UTC)) in moved
    answered = (*history(after), Entry(NOW + HOUR, "replied", "ana@desk.example"))
    done = ticket(Status.IN_PROGRESS)
    assert latest(clocks(done, answered, after, NOW + 9 * HOUR))["first_response"].state == "met"


def test_a_holiday_table_without_a_working_day_is_refused(tmp_path: Path) -> None:
    none = SLA.replace("'9:00-17:00'}}", "'9:00-9:00'}}")
    found = mistakes_of(write_desk(tmp_path, sla=none))
    assert found
    assert all(line.startswith("sla.yaml:2:") for line in found)


def test_a_country_that_no_table_knows_is_told(tmp_path: Path) -> None:
    unknown = SLA.replace("'9:00-17:00'}}", "'9:00-17:00'}, holidays: {country: XX}}")
    (found,) = mistakes_of(write_desk(tmp_path, sla=unknown))
    assert found.startswith("sla.yaml:2:")
