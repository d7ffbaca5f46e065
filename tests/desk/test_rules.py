"""Rules: in the order of the file, seeing what came before, bounded, and able to say why not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.effects import (
    AddNote,
    Assign,
    Effect,
    Label,
    NotifyAdmins,
    NotifyAgents,
    Record,
    SendToCustomer,
    SetField,
    SetStatus,
)
from maildesk.desk.facts import Counters, Load, Situation
from maildesk.desk.reason import Reason
from maildesk.desk.rules.conditions import all_of, leaf
from maildesk.desk.rules.context import RuleContext
from maildesk.desk.rules.engine import MAX_ROUNDS, Outcome, changes, evaluate, fire
from maildesk.desk.rules.ruleset import Action, Assignment, Condition, Rule, RuleSet, Trigger
from maildesk.desk.ticket import Person, Status
from tests.desk.rule_desk import ANA, BEN, MESSAGE, POLICY, TICKET, occasion, stands


def when(**wanted: Any) -> Condition:
    return all_of(tuple(leaf(name, "", value, POLICY.priorities) for name, value in wanted.items()))


def rule(
    name: str,
    *then: Action,
    on: str = "created",
    condition: Condition | None = None,
    section: str = "",
    line: int = 1,
) -> Rule:
    return Rule(name, (Trigger(on),), then, condition, section, line=line)


def put(name: str, value: str) -> Action:
    return Action("set", name=name, value=value)


def run(
    *rules: Rule,
    on: str = "created",
    at: RuleContext | None = None,
    explain: bool = False,
    first: frozenset[str] = frozenset(),
) -> Outcome:
    return evaluate(RuleSet(rules, first), [on], at or occasion(), explain=explain)


def wanted(outcome: Outcome) -> list[Effect]:
    """The effects apart from the history's lines."""
    return [effect for effect in outcome.effects if not isinstance(effect, Record)]


def test_a_rule_whose_conditions_hold_has_its_effects_and_its_line_in_the_history() -> None:
    outcome = run(rule("Urgent", put("priority", "high"), condition=when(status="open"), line=14))
    assert outcome.effects == (
        Record(
            what="rule",
            detail={"name": "Urgent", "file": "rules.yaml", "line": "14"},
            rule="rules.yaml:14 Urgent",
        ),
        SetField(name="priority", value="high", rule="rules.yaml:14 Urgent"),
    )
    assert outcome.ticket.priority == "high"


def test_a_rule_whose_conditions_fail_does_nothing() -> None:
    assert (
        run(rule("Closed", put("priority", "high"), condition=when(status="closed"))).effects == ()
    )


def test_a_rule_waits_for_its_own_happening() -> None:
    assert run(rule("Replied", put("priority", "high"), on="replied")).effects == ()
    assert wanted(run(rule("Replied", put("priority", "high"), on="replied"), on="replied"))


def test_a_rule_sees_what_the_rules_before_it_did() -> None:
    outcome = run(
        rule("One", put("category", "billing")),
        rule("Two", put("queue", "billing"), condition=when(category="billing")),
    )
    assert outcome.ticket.queue == "billing"


def test_the_order_is_that_of_the_file_whatever_set_them_off() -> None:
    rules = RuleSet(
        (rule("Second", put("type", "b"), on="replied"), rule("First", put("type", "a")))
    )
    assert evaluate(rules, ["created", "replied"], occasion()).ticket.type == "a"


def test_stop_ends_the_section_and_only_that() -> None:
    outcome = run(
        rule("One", put("type", "a"), Action("stop"), section="s"),
        rule("Two", put("type", "b"), section="s"),
        rule("Other", put("category", "c"), section="t"),
    )
    assert (outcome.ticket.type, outcome.ticket.category) == ("a", "c")


def test_a_first_match_section_ends_with_its_first_match() -> None:
    sections = frozenset({"s"})
    two = (
        rule("One", put("type", "a"), section="s", condition=when(status="closed")),
        rule("Two", put("type", "b"), section="s"),
    )
    assert (
        run(*two, rule("Three", put("type", "c"), section="s"), first=sections).ticket.type == "b"
    )
    assert run(*two, rule("Three", put("type", "c"), section="s")).ticket.type == "c"


def test_explaining_gives_every_rule_a_verdict() -> None:
    outcome = run(
        rule("Yes", put("type", "a"), condition=when(status="open")),
        rule("No", put("type", "b"), condition=when(status="closed")),
        rule("Other time", put("type", "b"), on="replied"),
        explain=True,
    )
    assert [(v.rule.name, v.matched, v.because) for v in outcome.verdicts] == [
        ("Yes", True, "every condition holds"),
        ("No", False, 'status is "open", wanted: is "closed"'),
        ("Other time", False, "only when replied"),
    ]


def test_explaining_changes_nothing_of_the_outcome() -> None:
    rules = (
        rule("One", put("priority", "high"), condition=when(status="open")),
        rule("Two", put("type", "x"), on="priority_raised"),
        rule("Three", put("type", "y"), condition=when(priority="low")),
    )
    assert run(*rules).effects == run(*rules, explain=True).effects


def test_a_change_sets_off_other_rules() -> None:
    outcome = run(
        rule("One", put("priority", "urgent")),
        rule("Two", Action("note", text="raised"), on="priority_raised"),
    )
    assert wanted(outcome)[-1] == AddNote(text="raised", rule="rules.yaml:1 Two")


def test_setting_what_is_so_already_sets_off_nothing() -> None:
    outcome = run(
        rule("One", put("priority", "normal")),
        rule("Two", Action("note", text="!"), on="priority_changed"),
    )
    assert wanted(outcome) == []


def test_rules_that_set_each_other_off_are_bounded_and_reported() -> None:
    outcome = run(
        rule("Up", put("priority", "high"), on="priority_changed", condition=when(priority="low")),
        rule(
            "Down", put("priority", "low"), on="priority_changed", condition=when(priority="high")
        ),
        rule("Start", put("priority", "high")),
    )
    assert outcome.bounded
    assert MAX_ROUNDS <= sum(isinstance(e, SetField) for e in outcome.effects) <= MAX_ROUNDS * 2
    report = outcome.effects[-1]
    assert isinstance(report, NotifyAdmins)
    assert "Up" in report.text and "Down" in report.text


def test_a_long_chain_that_ends_by_itself_is_not_reported() -> None:
    outcome = run(
        rule("Raise", put("priority", "high")),
        rule("Again", put("priority", "high"), on="priority_changed"),
    )
    assert not outcome.bounded


def test_a_rule_that_mails_everybody_is_silent_where_the_loop_limits_say_so() -> None:
    mail = rule("Mail", Action("send", name="acknowledgement"))
    assert wanted(run(mail)) == [
        SendToCustomer(template="acknowledgement", once="acknowledgement", rule="rules.yaml:1 Mail")
    ]
    full = occasion(situation=Situation(counters=Counters(to_address=5)))
    robot = occasion(message=replace(MESSAGE, may_answer=False, reasons=("vacation",)))
    dead = occasion(situation=Situation(suppressed=frozenset({"kim@harbour.example"})))
    nobody = occasion(stands({"requester": Person("noreply@shop.example")}))
    for at in (full, robot, dead, nobody):
        outcome = run(mail, at=at)
        assert [type(effect) for effect in wanted(outcome)] == (
            [NotifyAdmins] if at is full else []
        )
        assert [e.what for e in outcome.effects if isinstance(e, Record)] == ["rule", "not_sent"]


def test_status_labels_fields_and_notes_are_effects() -> None:
    outcome = run(
        rule(
            "All",
            Action("status", value="waiting"),
            Action("label", name="vip"),
            Action("unlabel", name="printer"),
            put("fields.licence", "HB"),
            Action("note", text="hm"),
        )
    )
    kinds = [type(effect) for effect in wanted(outcome)]
    assert SetStatus in kinds and AddNote in kinds
    assert outcome.ticket.behaviour is Status.WAITING
    assert outcome.ticket.labels == {"vip"}
    assert outcome.ticket.fields == {"licence": "HB"}
    assert Label(name="vip", rule="rules.yaml:1 All") in outcome.effects


def test_a_move_that_is_not_allowed_is_refused_in_the_history() -> None:
    closed = occasion(stands({"status": "closed", "behaviour": Status.CLOSED}))
    outcome = run(rule("Wait", Action("status", value="waiting")), at=closed)
    assert wanted(outcome) == []
    assert isinstance(outcome.effects[-1], Record)
    assert outcome.effects[-1].detail == {
        "why": "a ticket that is closed cannot wait for the customer"
    }


def test_an_assignment_comes_with_the_reasoning() -> None:
    loads = {BEN.address: Load(5, 2), ANA.address: Load(1, 1)}
    given = Action("assign", assignment=Assignment(by="least_open"))
    outcome = run(rule("Give", given), at=occasion(situation=Situation(loads=loads)))
    values: dict[str, str | Reason] = {
        "way": Reason("least_open"),
        "count": "2",
        "where": Reason("in_queue", {"queue": "support"}),
    }
    fewest = Reason("chosen", values)
    assert wanted(outcome) == [
        Assign(
            agent=ANA.address,
            why=fewest,
            rule="rules.yaml:1 Give",
        )
    ]
    assert outcome.choices[0].why == fewest


def test_nobody_to_assign_to_is_told_to_the_supervisors() -> None:
    outcome = run(rule("Give", Action("assign", assignment=Assignment(skills=("juggling",)))))
    (notice,) = wanted(outcome)
    assert isinstance(notice, NotifyAgents) and notice.agents == (ANA.address,)
    assert "lacks juggling" in POLICY.wording.english.because(notice.context["reason"])  # type: ignore[arg-type]
    assert outcome.ticket.assignee == ""


def test_escalation_makes_it_urgent_and_tells_the_next_tier_the_supervisors_and_the_admins() -> (
    None
):
    outcome = run(rule("Up", Action("escalate", value="on fire")))
    first, notice, admins = wanted(outcome)
    assert first == SetField(name="priority", value="urgent", rule="rules.yaml:1 Up")
    assert isinstance(notice, NotifyAgents) and notice.agents == (ANA.address,)
    assert isinstance(admins, NotifyAdmins) and "on fire" in admins.text


@pytest.mark.parametrize(
    ("to", "agents"),
    [
        (("assignee",), (BEN.address, ANA.address)),  # nobody has it: the queue's agents
        (("agents",), (BEN.address, ANA.address)),
        (("supervisors",), (ANA.address,)),
        (("senior", "ana@desk.example"), (ANA.address,)),
        (("gone@desk.example",), ()),  # removed since
    ],
)
def test_notices_go_to_people_teams_and_supervisors(
    to: tuple[str, ...], agents: tuple[str, ...]
) -> None:
    outcome = run(rule("Tell", Action("notify", to=to)))
    notices = [e for e in outcome.effects if isinstance(e, NotifyAgents)]
    assert [n.agents for n in notices] == ([agents] if agents else [])
    if not agents:
        assert (
            isinstance(outcome.effects[-1], Record)
            and outcome.effects[-1].what == "nobody_to_notify"
        )


def test_admins_hear_of_it_also_where_every_agent_has_chosen_not_to() -> None:
    quiet = tuple(replace(agent, notify=frozenset({"sla"})) for agent in POLICY.agents)
    at = occasion(policy=replace(POLICY, agents=quiet))
    tell = rule("Tell", Action("notify", name="agent_new", to=("agents", "admins"), text="Look."))
    assert [type(effect) for effect in wanted(run(tell, at=at))] == [NotifyAdmins]
    assert (
        wanted(run(rule("Tell", Action("notify", name="agent_new", to=("agents",))), at=at)) == []
    )


def test_a_removed_agent_who_still_owns_a_ticket_is_stood_in_for_by_the_queue() -> None:
    orphan = occasion(stands({"assignee": "gone@desk.example"}))
    notices = [
        e
        for e in run(rule("Tell", Action("notify", to=("assignee",))), at=orphan).effects
        if isinstance(e, NotifyAgents)
    ]
    assert notices[0].agents == (BEN.address, ANA.address)


def test_a_timed_rule_fires_alone_and_sets_off_what_it_changes() -> None:
    waits = Rule(
        "Waits", (Trigger("no_reply_for"),), (put("priority", "high"),), when(status="open")
    )
    rules = RuleSet(
        (
            waits,
            rule("Then", Action("note", text="x"), on="priority_raised"),
            rule("Not", put("type", "z")),
        )
    )
    outcome = fire(rules, waits, occasion(by="clock", message=None), detail={"since": "then"})
    assert isinstance(outcome.effects[0], Record) and outcome.effects[0].detail["since"] == "then"
    assert [type(e) for e in wanted(outcome)] == [SetField, AddNote]
    late = fire(rules, waits, occasion(stands({"status": "closed"}), message=None))
    assert late.effects == ()
    assert late.verdicts[0].because == 'status is "closed", wanted: is "open"'


def test_changes_name_what_is_other_than_before() -> None:
    after = stands({"priority": "high", "assignee": BEN.address})
    assert set(changes(TICKET, after, POLICY.priorities)) == {
        "priority_changed",
        "priority_raised",
        "assignee_changed",
    }
    assert list(changes(after, replace(after, priority="low"), POLICY.priorities)) == [
        "priority_changed"
    ]
