"""Every fact and what it means, told as stories in the pure room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.decide import _TABLE, decide
from maildesk.desk.facts import AgentActs, ClockRang, Counters, Fact
from maildesk.desk.ticket import Person, Status
from maildesk.mail.message import Attachment
from tests.desk.stories import (
    BEN,
    NOW,
    POLICY,
    Desk,
    from_agent,
    from_customer,
    names,
    sent,
    status_after,
    ticket,
    told,
)


def test_every_fact_has_its_place_in_the_table() -> None:
    assert {*_TABLE, ClockRang, AgentActs} == set(get_args(Fact))


def test_a_question_its_answer_and_its_end() -> None:
    desk = Desk()
    opened = desk.hears(from_customer())
    assert names(opened)[:2] == ["OpenTicket", "AddMessage"]
    assert sent(opened) == ["acknowledgement"]
    assert told(opened) == {"agent_new": ("ben@desk.example", "carla@desk.example")}

    answered = desk.hears(from_agent("Press the button."), 1)
    assert sent(answered) == ["reply"]
    assert status_after(answered) is Status.IN_PROGRESS

    resolved = desk.hears(from_agent("#resolve\nIt was the sensor."), 1)
    assert sent(resolved) == ["resolution"]
    assert status_after(resolved) is Status.RESOLVED

    scored = desk.hears(from_customer("4, thanks", survey=True), 1)
    assert [(e.score, e.comment) for e in scored if isinstance(e, fx.RecordScore)] == [
        (4, "thanks")
    ]
    assert status_after(scored) is None


@pytest.mark.parametrize("behaviour", list(Status))
def test_no_customers_mail_is_ever_refused(behaviour: Status) -> None:
    for words in ("It is broken again.", "thanks", "4", ""):
        for survey in (True, False):
            effects = decide(ticket(behaviour), from_customer(words, survey=survey), POLICY, NOW)
            assert "AddMessage" in names(effects)


@pytest.mark.parametrize("behaviour", list(Status))
@pytest.mark.parametrize(
    "words",
    [
        "Text",
        "#resolve",
        "#resolve\nText",
        "#note\nText",
        "#spam",
        "#close",
        "#nonsense\nText",
        "",
        "#wait\n#tag +x",
    ],
)
def test_an_agents_mail_is_done_whole_or_held_and_asked_about(
    behaviour: Status, words: str
) -> None:
    effects = decide(ticket(behaviour), from_agent(words), POLICY, NOW)
    if "Hold" in names(effects):
        assert names(effects) == ["Hold", "NotifyAgents"]
        assert told(effects) == {"agent_unknown_command": (BEN.address,)}


@pytest.mark.parametrize(
    "words",
    [
        "#note\nhe is lying",
        "#note he is lying",
        "#NOTE: he is lying",
        "#note\n#resolve\nhe is lying",
        "#spam\nhe is lying",
        "#reslove\nhe is lying",
        "#note,he is lying",
        "# note he is lying",
        "#note " + "he is lying " * 300,
    ],
)
def test_words_for_colleagues_never_reach_the_customer(words: str) -> None:
    for purpose in ("reply", "note"):
        effects = decide(ticket(), from_agent(words, purpose=purpose), POLICY, NOW)
        assert not any("lying" in e.text for e in effects if isinstance(e, fx.SendToCustomer))
        assert not any(
            "lying" in e.text
            for e in effects
            if isinstance(e, fx.AddMessage) and e.kind == "public"
        )


def test_a_bare_mail_to_a_notes_address_is_a_note_unless_it_says_reply() -> None:
    note = decide(ticket(), from_agent("Careful.", purpose="note"), POLICY, NOW)
    assert sent(note) == []
    assert [e.kind for e in note if isinstance(e, fx.AddMessage)] == ["note"]
    reply = decide(ticket(), from_agent("#reply\nHello Ana", purpose="note"), POLICY, NOW)
    assert sent(reply) == ["reply"]


def test_an_answer_that_the_table_refuses_is_held_and_its_agent_asked() -> None:
    for behaviour, words in ((Status.CLOSED, "#resolve\nDone"), (Status.SPAM, "Hello Ana")):
        held = decide(ticket(behaviour), from_agent(words), POLICY, NOW)
        assert names(held) == ["Hold", "NotifyAgents"]
        (question,) = (e for e in held if isinstance(e, fx.NotifyAgents))
        said = POLICY.wording.english.why(question.context["problems"])  # type: ignore[arg-type]
        assert (
            said == f"a ticket that is {behaviour.value} cannot be "
            f"{'resolved' if '#' in words else 'answered'}"
        )


def test_two_desks_that_answer_each_other_fall_silent() -> None:
    here, there = Desk(), Desk()
    # every acknowledgement of one is a new question to the other, and no header says what it is
    for rounds in range(100):
        for hearing, sender in ((here, "support@there.example"), (there, "support@here.example")):
            counters = hearing.counters(sender, None, "printer")
            if not sent(
                hearing.hears(from_customer("We got it", sender=Person(sender), counters=counters))
            ):
                assert rounds == POLICY.loops.per_address
                assert hearing.told_admins == ["A possible mail loop"]
                return
            hearing.later(timedelta(seconds=10))
    raise AssertionError("they never stop")


def test_a_robot_that_changes_address_and_subject_falls_silent() -> None:
    desk = Desk()
    answers = 0
    for n in range(100):
        address = f"job{n}@robots.example"
        sender = replace(from_customer().sender, address=address)
        counters = desk.counters(address, None, "nightly run")
        effects = desk.hears(
            from_customer("done", sender=sender, subject=f"Nightly run {n}", counters=counters)
        )
        answers += len(sent(effects))
        desk.later(timedelta(seconds=20))
    # and two more later, to see whether they are answered, too
    assert answers == POLICY.loops.per_subject - 2
    assert len(desk.tickets) == 100
    assert set(desk.told_admins) == {"A possible mail loop"}


def test_a_ticket_that_is_written_to_a_hundred_times_sends_one_acknowledgement() -> None:
    desk = Desk()
    desk.hears(from_customer())
    for _ in range(100):
        desk.hears(
            from_customer("again", counters=desk.counters("ana@harbour.example", 1, "printer")), 1
        )
    assert [template for *_, template in desk.sent] == ["acknowledgement"]


def test_after_the_period_a_person_is_answered_again() -> None:
    desk = Desk()
    silent = Counters(to_address=POLICY.loops.per_address)
    assert sent(desk.hears(from_customer(counters=silent))) == []
    desk.later(POLICY.loops.period + timedelta(seconds=1))
    assert sent(
        desk.hears(from_customer(counters=desk.counters("ana@harbour.example", None, "printer")))
    ) == ["acknowledgement"]


def test_what_is_decided_depends_on_nothing_but_its_arguments() -> None:
    file = Attachment(1, "log.txt", "text/plain", 10)
    for fact, before in (
        (from_customer(), None),
        (from_agent("#resolve\nDone", files=[file]), ticket()),
    ):
        assert decide(before, fact, POLICY, NOW) == decide(before, fact, POLICY, NOW)
