"""What an agent's mail means: the answer, a note, commands, or a ticket for a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from maildesk.desk import effects as fx
from maildesk.desk.facts import AgentOpens, Entry, MessageFromAgent, Situation
from maildesk.desk.from_agent import opened, wrote
from maildesk.desk.policy import Agent, Queue
from maildesk.desk.ticket import Person, Status
from maildesk.mail.message import Attachment, Forwarded, Mailbox
from tests.desk.stories import (
    ANA,
    BEN,
    CARLA,
    NOW,
    POLICY,
    SUPPORT,
    TRUST,
    from_agent,
    message,
    names,
    of,
    sent,
    status_after,
    ticket,
    told,
)

LOG = Attachment(1, "log.txt", "text/plain", 100)
PICTURE = Attachment(1, "shot.png", "image/png", 100, inline=True)


def test_the_first_answer_takes_the_ticket_up_and_goes_to_everybody_in_it() -> None:
    effects = wrote(ticket(), from_agent("Press the button.", files=[LOG]), POLICY, NOW)
    assert [e.agent for e in of(effects, fx.Assign)] == [BEN.address]
    (mail,) = of(effects, fx.SendToCustomer)
    assert (
        mail.template,
        mail.text,
        mail.author,
        mail.automatic,
        mail.everyone,
        mail.with_message,
    ) == (
        "reply",
        "Press the button.",
        BEN.address,
        False,
        True,
        True,
    )
    (kept,) = of(effects, fx.AddMessage)
    assert (kept.kind, kept.direction, kept.agent) == ("public", "out", BEN.address)
    assert status_after(effects) is Status.IN_PROGRESS


def test_an_answer_of_a_colleague_leaves_the_assignee() -> None:
    effects = wrote(ticket(assignee=CARLA.address), from_agent("Hello"), POLICY, NOW)
    assert of(effects, fx.Assign) == []


def test_an_answer_while_waiting_keeps_waiting() -> None:
    effects = wrote(
        ticket(Status.WAITING, assignee=BEN.address), from_agent("And which model?"), POLICY, NOW
    )
    assert status_after(effects) is None


def test_a_note_is_seen_by_colleagues_alone() -> None:
    effects = wrote(ticket(), from_agent("#note\nHe pays late.", files=[LOG]), POLICY, NOW)
    assert sent(effects) == []
    assert [(e.kind, e.text) for e in of(effects, fx.AddMessage)] == [("note", "He pays late.")]
    assert told(effects) == {"agent_note": (CARLA.address,), "agent_transcript": (BEN.address,)}
    assert status_after(effects) is None


def test_commands_alone_post_nothing_and_come_back_as_a_transcript() -> None:
    effects = wrote(ticket(), from_agent("#priority high\n#tag +vip"), POLICY, NOW)
    assert names(effects) == ["SetField", "Label", "KeepAct", "NotifyAgents"]
    (transcript,) = of(effects, fx.NotifyAgents)
    assert (transcript.template, transcript.context["lines"]) == (
        "agent_transcript",
        ("#priority high", "#tag +vip"),
    )


def test_one_wrong_command_and_nothing_is_done() -> None:
    effects = wrote(
        ticket(), from_agent("#priority high\n#assign karla\n#reslove\nDear Ana"), POLICY, NOW
    )
    assert names(effects) == ["Hold", "NotifyAgents"]
    (question,) = of(effects, fx.NotifyAgents)
    assert question.template == "agent_unknown_command"
    assert {POLICY.wording.english.why(one) for one in question.context["problems"]} == {  # type: ignore[attr-defined]
        'neither an agent nor a team is called "karla"; there are Ben Okafor, Carla Ruiz, '
        "Dev Patel, support, network; did you mean Carla?",
        "#reslove is not a command; did you mean #resolve?",
    }
    assert set(question.context["lines"]) == {"#assign karla", "#reslove"}  # type: ignore[call-overload]
    # all of it, to be sent again
    assert question.context["text"] == "#priority high\n#assign karla\n#reslove\nDear Ana"


def test_a_resolution_carries_the_agents_words_and_files_to_everybody() -> None:
    effects = wrote(
        ticket(assignee=BEN.address),
        from_agent("#resolve\nIt was the sensor.", files=[LOG]),
        POLICY,
        NOW,
    )
    (mail,) = of(effects, fx.SendToCustomer)
    assert (mail.template, mail.text, mail.automatic, mail.everyone, mail.with_message) == (
        "resolution",
        "It was the sensor.",
        False,
        True,
        True,
    )
    assert mail.context["survey"] is True
    assert status_after(effects) is Status.RESOLVED


def test_words_behind_the_command_are_the_resolution_too() -> None:
    effects = wrote(ticket(assignee=BEN.address), from_agent("#resolve new sensor"), POLICY, NOW)
    assert fx.SetField(name="resolution", value="new sensor") in effects
    assert of(effects, fx.SendToCustomer)[0].text == "new sensor"


def test_the_stars_go_out_once_however_often_it_is_resolved() -> None:
    assert sent(wrote(ticket(), from_agent("#resolve"), POLICY, NOW)) == ["resolution"]
    assert sent(wrote(ticket(Status.RESOLVED), from_agent("#resolve"), POLICY, NOW)) == []
    assert sent(wrote(ticket(Status.RESOLVED), from_agent("#note\n#resolve"), POLICY, NOW)) == []
    assert sent(
        wrote(ticket(Status.RESOLVED), from_agent("#resolve\nOne more thing"), POLICY, NOW)
    ) == ["resolution"]


def test_words_beside_spam_are_a_note() -> None:
    effects = wrote(ticket(), from_agent("#spam\nThe same crook as last week."), POLICY, NOW)
    assert sent(effects) == []
    assert [e.kind for e in of(effects, fx.AddMessage)] == ["note"]
    assert status_after(effects) is Status.SPAM


def test_an_empty_mail_is_asked_about_and_a_picture_alone_is_an_answer() -> None:
    assert names(wrote(ticket(), from_agent(""), POLICY, NOW)) == ["Hold", "NotifyAgents"]
    assert sent(wrote(ticket(), from_agent("", files=[PICTURE]), POLICY, NOW)) == ["reply"]
    assert sent(wrote(ticket(), from_agent("", files=[LOG]), POLICY, NOW)) == ["reply"]


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        (Status.CLOSED, "#reopen\n#resolve", Status.RESOLVED),
        (Status.SPAM, "#notspam\n#wait", Status.WAITING),
        (Status.CLOSED, "#assign me\n#reopen", Status.IN_PROGRESS),
        (Status.CLOSED, "#reopen", Status.OPEN),
        (Status.CLOSED, "#close\n#reopen", None),  # they contradict each other
        (Status.CLOSED, "#wait\n#reopen", Status.WAITING),
    ],
)
def test_each_command_finds_the_ticket_as_the_one_above_left_it(
    before: Status, words: str, expected: Status | None
) -> None:
    assert status_after(wrote(ticket(before), from_agent(words), POLICY, NOW)) is expected


def test_an_escalation_is_urgent_and_told_to_those_who_answer_for_the_queue_and_the_next_tier() -> (
    None
):
    effects = wrote(ticket(), from_agent("#escalate he threatens to leave"), POLICY, NOW)
    assert fx.SetField(name="priority", value="urgent") in effects
    assert told(effects)["escalated"] == (CARLA.address, "dev@desk.example")
    assert sent(effects) == []


def test_an_escalation_by_mail_tells_the_admins_as_that_of_a_rule_does() -> None:
    effects = wrote(ticket(), from_agent("#escalate he threatens to leave"), POLICY, NOW)
    (admins,) = of(effects, fx.NotifyAdmins)
    assert "he threatens to leave" in admins.text and BEN.name in admins.text


def test_an_escalation_finds_the_ticket_as_the_lines_above_left_it() -> None:
    queues = {**POLICY.queues, "billing": Queue("billing", ("money",))}
    dora = Agent("Dora", "dora@desk.example", teams=("money",), supervises=("money",))
    policy = replace(
        POLICY, queues=queues, agents=(*POLICY.agents, dora), teams=POLICY.teams | {"money"}
    )
    effects = wrote(
        ticket(), from_agent("#queue billing\n#priority urgent\n#escalate"), policy, NOW
    )
    assert told(effects)["escalated"] == (dora.address,)
    # not urgent once more
    assert [e.value for e in of(effects, fx.SetField)] == ["billing", "urgent"]


def test_an_escalation_that_concerns_no_agent_writes_to_none() -> None:
    policy = replace(POLICY, queues={"support": Queue("support")}, agents=(BEN,))
    assert "escalated" not in told(wrote(ticket(), from_agent("#escalate"), policy, NOW))


def test_an_answer_to_no_ticket_is_held() -> None:
    assert names(wrote(None, from_agent("Hello"), POLICY, NOW)) == ["Hold"]


def test_a_forwarded_mail_opens_a_ticket_in_the_customers_name() -> None:
    forwarded = Forwarded(Mailbox("Ana Lopez", ANA.address), (), "", "Printer", "It is broken.")
    read = message(
        "Please have a look.",
        sender=Mailbox(BEN.name, BEN.address),
        forwarded=forwarded,
        subject="Fwd: Printer",
    )
    effects = opened(None, AgentOpens(read, BEN, ANA, SUPPORT, TRUST), POLICY, NOW)
    (ticket_opened,) = of(effects, fx.OpenTicket)
    assert (ticket_opened.subject, ticket_opened.requester) == ("Printer", ANA)
    assert [(e.kind, e.sender.address, e.text) for e in of(effects, fx.AddMessage)] == [
        ("public", ANA.address, "It is broken."),
        ("note", BEN.address, "Please have a look."),
    ]
    assert [e.detail for e in of(effects, fx.Record)] == [{"agent": BEN.address}]


def test_without_a_forwarded_mail_the_agents_own_words_are_the_question() -> None:
    read = message("Our own printer is broken.", subject="Printer")
    effects = opened(
        None,
        AgentOpens(read, BEN, Person(BEN.address, BEN.name), SUPPORT, TRUST),
        replace(POLICY, agents=(BEN,)),
        NOW,
    )
    assert [e.kind for e in of(effects, fx.AddMessage)] == ["public"]


def test_an_answer_longer_than_a_mail_may_have_is_not_cut_but_asked_about() -> None:
    effects = wrote(
        ticket(), from_agent("2026-11-20 10:00:00 printer: out of paper\n" * 30_000), POLICY, NOW
    )
    assert [e.reason for e in of(effects, fx.Hold)] == ["unknown_command"]
    (asked,) = of(effects, fx.NotifyAgents)
    assert asked.agents == (BEN.address,)
    assert "as a file" in POLICY.wording.english.why(asked.context["problems"])  # type: ignore[arg-type]
    assert of(effects, fx.SendToCustomer) == []


def test_two_programs_that_answer_each_other_in_a_ticket_are_stopped_and_a_person_is_asked() -> (
    None
):
    history = tuple(Entry(NOW - timedelta(minutes=n), "replied", BEN.address) for n in range(20))
    fact = replace(from_agent("I am at the sea."), situation=Situation(history=history))
    effects = wrote(ticket(), fact, POLICY, NOW)
    assert [e.reason for e in of(effects, fx.Hold)] == ["looping"]
    assert told(effects) == {"agent_unknown_command": (BEN.address,)}
    assert [e.subject for e in of(effects, fx.NotifyAdmins)] == ["A possible mail loop"]
    assert sent(effects) == []
    assert sent(wrote(ticket(), replace(fact, released=True), POLICY, NOW)) == ["reply"]
    assert sent(wrote(ticket(), fact, POLICY, NOW + timedelta(hours=1))) == ["reply"]


def test_an_agents_unmarked_absence_is_asked_about_before_a_customer_reads_it() -> None:
    def absent(reply: str) -> MessageFromAgent:
        fact = from_agent(reply)
        return replace(
            fact, message=replace(fact.message, reasons=("reads like an out of office",))
        )

    effects = wrote(ticket(), absent("I am out of the office until Monday."), POLICY, NOW)
    assert [e.reason for e in of(effects, fx.Hold)] == ["automatic"]
    assert told(effects) == {"agent_unknown_command": (BEN.address,)}
    assert sent(effects) == []
    assert sent(
        wrote(ticket(), absent("#reply\nI am out of the office until Monday."), POLICY, NOW)
    ) == ["reply"]
    assert sent(
        wrote(ticket(), replace(absent("I am away until Monday."), released=True), POLICY, NOW)
    ) == ["reply"]
    assert (
        of(
            wrote(
                ticket(), replace(absent("I am away until Monday."), purpose="note"), POLICY, NOW
            ),
            fx.Hold,
        )
        == []
    )


@pytest.mark.parametrize(
    "line",
    [
        "#send files",
        "#send",
        "#files",
        "#send the files.",
        "#Dateien schicken",
        "#schick mir bitte die Dateien",
        "#Dateien senden!",
        "#anhänge",
    ],
)
def test_files_are_sent_to_whoever_asks_and_nothing_else_happens(line: str) -> None:
    effects = wrote(ticket(), from_agent(line), POLICY, NOW)
    assert effects == [fx.SendFiles(agent=BEN.address)]


@pytest.mark.parametrize(
    "line", ["#send money", "#schick ihm einen Techniker", "#files of last week"]
)
def test_what_else_could_be_sent_is_asked(line: str) -> None:
    effects = wrote(ticket(), from_agent(line), POLICY, NOW)
    assert of(effects, fx.SendFiles) == []
    (question,) = of(effects, fx.NotifyAgents)
    said = POLICY.wording.english.why(question.context["problems"])  # type: ignore[arg-type]
    assert said == "#send sends nothing but the files of the ticket: #send files"


def test_files_beside_another_command_leave_its_transcript() -> None:
    effects = wrote(ticket(), from_agent("#priority high\n#send files"), POLICY, NOW)
    assert of(effects, fx.SendFiles) == [fx.SendFiles(agent=BEN.address)]
    (transcript,) = of(effects, fx.NotifyAgents)
    assert transcript.context["lines"] == ("#priority high",)
