"""Rules and service levels on top of what the desk does by itself, for whole facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from maildesk.desk.decide import decide
from maildesk.desk.effects import (
    AddNote,
    Assign,
    Effect,
    NotifyAgents,
    Record,
    SendToCustomer,
    SetField,
)
from maildesk.desk.evolve import evolved
from maildesk.desk.facts import (
    AutomaticMail,
    ClockRang,
    DeliveryFailed,
    Entry,
    Fact,
    MessageFromAgent,
    MessageFromRequester,
    Situation,
    TrustRecord,
)
from maildesk.desk.policy import Policy
from maildesk.desk.rules.conditions import leaf
from maildesk.desk.rules.rule_effects import follow, happenings, rang
from maildesk.desk.rules.ruleset import Action, Assignment, Rule, RuleSet, Trigger
from maildesk.desk.ticket import Status, Ticket
from tests.desk.rule_desk import BEN, KIM, MESSAGE, NOW, POLICY, TICKET, stands

TRUST = TrustRecord("")
ADDRESS = POLICY.addresses[0]
FROM_KIM = MessageFromRequester(MESSAGE, KIM, ADDRESS, TRUST)
NOTE = Action("note", text="a rule was here")


def with_rules(*rules: Rule) -> Policy:
    return replace(POLICY, rules=RuleSet(rules))


def words(ticket: Ticket | None, fact: Fact) -> list[str]:
    effects = decide(ticket, fact, POLICY, NOW)
    after = evolved(ticket, effects, POLICY, NOW)
    assert after is not None
    return happenings(ticket, after, effects, POLICY)


def rules_say(ticket: Ticket | None, fact: Fact, policy: Policy) -> list[Effect]:
    outcome = follow(ticket, fact, decide(ticket, fact, POLICY, NOW), policy, NOW)
    return (
        []
        if outcome is None
        else [effect for effect in outcome.effects if not isinstance(effect, Record)]
    )


def agent_wrote(reply: str, **more: Any) -> MessageFromAgent:
    return MessageFromAgent(
        replace(MESSAGE, text=reply, reply=reply, opening=reply), BEN, TRUST, **more
    )


def test_facts_are_happenings() -> None:
    mine = stands({"assignee": BEN.address})
    waiting = stands({"status": "waiting", "behaviour": Status.WAITING, "assignee": BEN.address})
    assert words(None, FROM_KIM) == ["created"]
    assert words(TICKET, FROM_KIM) == ["replied"]
    assert words(waiting, FROM_KIM) == ["replied", "status_changed"]
    assert words(TICKET, agent_wrote("Try this.")) == [
        "answered",
        "status_changed",
        "assignee_changed",
    ]
    assert words(mine, agent_wrote("hm", purpose="note")) == ["noted"]
    assert words(mine, agent_wrote("#priority high")) == ["priority_changed", "priority_raised"]
    assert words(TICKET, AutomaticMail(MESSAGE, KIM, ADDRESS, TRUST)) == []
    assert words(
        TICKET, DeliveryFailed(KIM.address, "5.1.1", "gone", True, 1, "reply", BEN.address)
    ) == ["bounced"]


def test_a_new_ticket_goes_through_the_rules_before_it_has_a_number() -> None:
    policy = with_rules(
        Rule(
            "Pay",
            (Trigger("created"),),
            (Action("set", name="category", value="billing"),),
            leaf("text", "contains", "smokes", ()),
        ),
        Rule(
            "Give",
            (Trigger("created"),),
            (Action("assign", assignment=Assignment(skills=("billing",))),),
            leaf("by", "is", "customer", ()),
        ),
    )
    pay, give = rules_say(None, FROM_KIM, policy)
    assert isinstance(pay, SetField) and pay.value == "billing"
    assert isinstance(give, Assign) and give.agent == BEN.address


def test_a_robots_mail_opens_a_ticket_and_is_not_answered_by_a_rule() -> None:
    robot = AutomaticMail(
        replace(MESSAGE, may_answer=False, reasons=("list",)), KIM, ADDRESS, TRUST
    )
    policy = with_rules(
        Rule("Hello", (Trigger("created"),), (Action("send", name="acknowledgement"),))
    )
    assert not [e for e in rules_say(None, robot, policy) if isinstance(e, SendToCustomer)]


def test_without_rules_nothing_is_added() -> None:
    assert follow(TICKET, FROM_KIM, decide(TICKET, FROM_KIM, POLICY, NOW), POLICY, NOW) is None


def test_a_waiting_rules_timer_fires_it() -> None:
    policy = with_rules(Rule("Wait", (Trigger("no_reply_for", timedelta(hours=24)),), (NOTE,)))
    history = (Entry(NOW, "opened"), Entry(NOW, "received"))
    day = NOW + timedelta(hours=24)
    fact = ClockRang("rule:Wait", day, Situation(history=history))
    assert [type(e) for e in rang(TICKET, fact, policy, day)] == [Record, AddNote]
    assert rang(TICKET, ClockRang("rule:Gone", day, Situation(history=history)), policy, day) == []
    assert rang(TICKET, ClockRang("close", day), policy, day) == []


def test_a_breach_is_told_and_sets_off_the_rules_for_it() -> None:
    policy = with_rules(
        Rule("Late", (Trigger("breach"),), (Action("set", name="priority", value="high"),))
    )
    history = (Entry(NOW, "opened"), Entry(NOW, "received"))
    due = NOW + timedelta(hours=24)
    effects = rang(
        TICKET, ClockRang("sla:first_response:breach", due, Situation(history=history)), policy, due
    )
    assert [type(e) for e in effects] == [Record, NotifyAgents, Record, SetField]
