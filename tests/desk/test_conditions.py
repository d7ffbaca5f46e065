"""Conditions: every kind of field, what holds, and the words for what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from maildesk.desk.effects import AddNote, Assign, Effect, SetField, SetStatus
from maildesk.desk.evolve import evolve
from maildesk.desk.facts import Situation, TrustRecord
from maildesk.desk.rules.conditions import OPERATORS, all_of, any_of, leaf, not_, split_key
from maildesk.desk.rules.context import FIELDS, RuleContext, View
from maildesk.desk.senders.entries import Contact, JoinedAddress
from maildesk.desk.ticket import Status
from maildesk.mail.message import Mailbox
from tests.desk.rule_desk import MESSAGE, NOW, POLICY, TICKET, occasion, stands

HERE = occasion(trust=TrustRecord("", spam=True, through="form@shop.example"))
LATER = occasion(
    stands({"priority": "high", "score": 4, "spent": 5400, "fields": {"licence": "HB-1"}}),
    now=NOW + timedelta(hours=30),
)


def holds(key: str, wanted: object, at: RuleContext = HERE) -> bool:
    name, operator = split_key(key)
    condition = leaf(name, operator, wanted, POLICY.priorities)
    view = View(at)
    if condition.guard is not None:
        assert condition.test(view) <= (view[condition.guard[0]] in condition.guard[1])
    return condition.test(view)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("subject contains", "broken"),
        ("subject contains", ["nothing", "Invoice"]),
        ("subject starts with", "printer"),
        ("subject ends with", "4711"),
        ("subject matches", r"invoice\s+\d+"),
        ("subject does not contain", ["refund", "spam"]),
        ("subject does not match", r"^invoice"),
        ("subject not", "Printer"),
        ("text", "it smokes."),
        ("full_text contains", "quoted"),
        ("text does not contain", "quoted"),
        ("from", "KIM@harbour.example"),
        ("through", "form@shop.example"),
        ("requester.answers_to", ""),
        ("from", "@Harbour.example"),
        ("from is not", "@our.example"),
        ("from not in", ["@our.example", "kim@office.example"]),
        ("to", ["@desk.example"]),
        ("participants", "@harbour.example"),
        ("requester.domain", ["@harbour.example"]),
        ("weekday", "Friday"),
        ("to is", ["sales@desk.example", "SUPPORT@desk.example"]),
        ("to contains", "@harbour.example"),
        ("cc", "boss@harbour.example"),
        ("attachment.type", "pdf"),
        ("attachment.type", "application/pdf"),
        ("attachment.name ends with", ".pdf"),
        ("attachment.count at least", 1),
        ("size over", "200k"),
        ("size under", "1M"),
        ("message.kind", "ordinary"),
        ("message.language", ["en", "de"]),
        ("header.X-Priority contains", "highest"),
        ("header.x-nothing is set", "no"),
        ("trust.spam", True),
        ("trust.authenticated", "no"),
        ("requester.tier", "vip"),
        ("requester.domain", "harbour.example"),
        ("requester.organisation is set", True),
        ("participants", "kim@harbour.example"),
        ("status", ["open", "in_progress"]),
        ("status not in", ["closed"]),
        ("priority", "normal"),
        ("priority at least", "normal"),
        ("priority below", "high"),
        ("labels", "printer"),
        ("labels is not", "vip"),
        ("assigned", "no"),
        ("assignee is set", False),
        ("by", "customer"),
        ("weekday", ["fri", "sat"]),
        ("time between", "9:00-17:00"),
        ("time after", "9:30"),
        ("time before", "24:00"),
        ("hours", "office"),
        ("created_at after", "2026-11-01"),
        ("created_at before", "2026-11-20T12:00:00+00:00"),
        ("age under", "1h"),
        ("score", 0),
    ],
)
def test_it_holds(key: str, wanted: object) -> None:
    assert holds(key, wanted)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("subject contains", "refund"),
        ("subject is", "printer"),
        ("to is", "sales@desk.example"),
        ("labels", "print"),
        ("priority above", "high"),
        ("time between", "18:00-8:00"),
        ("hours", "office"),
        ("age under", "1d"),
        ("spent", "2h"),
        ("score under", 4),
        ("fields.licence", "HB-2"),
        ("fields.unknown is set", True),
    ],
)
def test_it_does_not_hold(key: str, wanted: object) -> None:
    assert not holds(key, wanted, LATER)


def test_a_night_is_between_evening_and_morning() -> None:
    assert not holds("time between", "18:00-8:00")
    assert holds("time between", "15:00-8:00", LATER) is True  # 16:00 on Saturday


def test_without_a_message_its_fields_are_empty_and_the_subject_is_the_tickets() -> None:
    bare = occasion(message=None)
    assert holds("subject", "printer is broken", bare)
    assert not holds("text is set", True, bare)
    assert holds("attachment.count", 0, bare)


def test_all_any_and_not_combine_and_say_what_failed_first() -> None:
    yes, no, also_no = (
        leaf("status", "is", s, POLICY.priorities) for s in ("open", "closed", "spam")
    )
    view = View(HERE)
    assert all_of((yes, not_(no, "status: closed"))).test(view)
    assert any_of((no, yes)).test(view)
    assert not any_of((no, also_no)).test(view)
    assert all_of((yes, no, also_no)).failure(view) == 'status is "open", wanted: is "closed"'
    assert any_of((no, also_no)).failure(view).startswith("none of: status is")
    assert not_(yes, "status: open").failure(view) == "not wanted: status: open"
    assert all_of(()).test(view)


def test_a_failure_shows_both_values() -> None:
    condition = leaf("subject", "contains", ["refund", "storno"], POLICY.priorities)
    assert (
        condition.failure(View(HERE))
        == 'subject is "Printer is BROKEN, invoice 4711", wanted: contains ["refund", "storno"]'
    )


def test_a_calendar_that_is_closed_is_said_to_be() -> None:
    assert (
        leaf("hours", "is", "office", POLICY.priorities).failure(View(LATER))
        == "office is closed now"
    )
    assert (
        leaf("hours", "is not", "office", POLICY.priorities).failure(View(HERE))
        == "office is open now"
    )


@pytest.mark.parametrize(
    ("name", "operator", "wanted", "words"),
    [
        ("subjet", "contains", "x", "a field such as"),
        ("subject", "above", "x", "one of is, is not, contains"),
        ("priority", "is", "hihg", "a priority: low, normal"),
        ("priority", "at least", ["low", "high"], "one priority"),
        ("size", "above", "big", "a number"),
        ("age", "above", "soon", "a period"),
        ("created_at", "after", "christmas", "a date or time"),
        ("time", "between", "9:00", "two times of day"),
        ("time", "after", "9 o'clock", "a time of day"),
        ("assigned", "is", "perhaps", "yes or no"),
        ("subject", "is", None, "a word or a list"),
        ("subject", "is", [], "a word or a list"),
        ("subject", "matches", "(", "a regular expression"),
        ("subject", "matches", r"(a)\1", "without back-references"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_in_words(
    name: str, operator: str, wanted: object, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        leaf(name, operator, wanted, POLICY.priorities)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_can_be_read_with_and_without_a_message(name: str) -> None:
    kind = FIELDS[name].kind
    values: dict[str, Any] = {
        "number": 1,
        "length": "1h",
        "moment": "2026-01-01",
        "clock": "1:00-2:00",
        "flag": True,
        "priority": "low",
        "address": "kim@harbour.example",
        "addresses": "@harbour.example",
    }
    values[kind] = next(iter(FIELDS[name].choices), values.get(kind, "office"))
    for at in (HERE, occasion(message=None)):
        condition = leaf(name, OPERATORS[kind][0], values[kind], POLICY.priorities)
        assert condition.test(View(at)) or condition.failure(View(at))


def test_a_view_reads_anew_what_has_changed() -> None:
    view = View(HERE)
    condition = leaf("status", "is", "closed", POLICY.priorities)
    assert not condition.test(view)
    view.become(stands({"status": "closed", "behaviour": Status.CLOSED}, TICKET))
    assert condition.test(view)


@pytest.mark.parametrize(
    ("name", "wanted", "effect"),
    [
        ("behaviour", "closed", SetStatus(status=Status.CLOSED)),
        ("ticket.subject", "Other", SetField(name="subject", value="Other")),
        ("fields.serial", "7", SetField(name="fields.serial", value="7")),
        ("assigned", True, Assign(agent=POLICY.agents[0].address)),
        ("message_count at least", 1, AddNote(text="A note.")),
    ],
)
def test_a_view_shows_whatever_an_effect_changed(name: str, wanted: object, effect: Effect) -> None:
    view = View(HERE)
    field, operator = split_key(name)
    condition = leaf(field, operator, wanted, POLICY.priorities)
    assert not condition.test(view)
    view.become(evolve(TICKET, effect, POLICY, NOW))
    assert condition.test(view)


TWO = replace(
    POLICY, contacts=(Contact("", "Kim", addresses=("kim@harbour.example", "kim@home.example")),)
)


@pytest.mark.parametrize("name", ["from", "requester.address", "participants"])
def test_a_customer_s_address_stands_for_all_of_theirs(name: str) -> None:
    here = occasion(policy=TWO)
    assert holds(name, "kim@home.example", here)
    assert not holds(f"{name} is not", ["KIM@home.example", "@our.example"], here)
    assert not holds(name, "@home.example", here), "a domain is that of the mail itself"
    joined = {"kim@harbour.example": (JoinedAddress("kim@new.example"),)}
    learnt = occasion(situation=Situation(joined=joined))
    assert holds(name, ["x@y.example", "kim@new.example"], learnt)
    assert not holds("cc", "kim@new.example", learnt)


def test_one_address_in_two_spellings_is_one() -> None:
    sender = replace(MESSAGE, sender=Mailbox("", "info@ex\xe4mple.example"))
    here = occasion(message=sender)
    assert holds("from", "info@xn--exmple-cua.example", here)
