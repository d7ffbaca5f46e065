"""Acting on tickets outside of mail: by the same handlers, one transaction a ticket, a
receipt for each."""

from __future__ import annotations

from dataclasses import replace

from maildesk.desk.actor import Actor, agent_acts, operator_acts
from maildesk.desk.commands.carry_out import Content
from maildesk.desk.commands.receipt import Changed, MailOut
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from tests.pipeline.place import Place, mail

KIM, BEN, CARLA = "kim@customer.example", "ben@desk.example", "carla@desk.example"
ADA = operator_acts("ada")


def as_ben(place: Place) -> Actor:
    agent = place.services.keeper.current.policy.agent(BEN)
    assert agent is not None
    return agent_acts(agent, "cli")


def written(place: Place, what: str) -> list[tuple[str, str]]:
    return [(line.who, line.door) for line in place.rows("history", what=what)]


def test_a_ticket_is_given_to_somebody_and_the_receipt_says_what_changed_and_who_hears_of_it(
    both: Place,
) -> None:
    both.receive(mail())
    version = both.row("tickets", 1).version
    (receipt,) = act(both.services, ADA, [Command("assign", "carla")], ["1"])
    assert (receipt.reference, receipt.problems) == ("TKT-0001", ())
    assert receipt.changed == (Changed("assignee", "", CARLA),)
    assert receipt.mails == (MailOut(CARLA, "agent_assigned"),)
    assert receipt.undo == (Command("assign", "nobody"),)
    row = both.row("tickets", 1)
    assert (row.assignee, row.version) == (CARLA, version + 1) == (CARLA, receipt.version)
    assert written(both, "assigned")[-1] == ("ada", "command line")
    act(both.services, ADA, receipt.undo, ["1"])
    assert both.row("tickets", 1).assignee == ""


def test_an_agent_answers_as_by_mail_and_the_history_says_by_which_door(both: Place) -> None:
    both.receive(mail())
    (receipt,) = act(
        both.services,
        as_ben(both),
        [Command("reply")],
        ["TKT-0001"],
        content=Content("Press the button."),
    )
    assert MailOut(KIM, "reply") in receipt.mails
    assert {one.field for one in receipt.changed} >= {"status", "assignee", "first_response_at"}
    assert (
        "Press the button." in both.letters(KIM)[-1].as_string()
        and "Ben" in both.letters(KIM)[-1].as_string()
    )
    assert written(both, "replied") == [(BEN, "cli")]
    both.answer(KIM, "It works.")  # their answer finds the ticket
    assert [row.text.strip() for row in both.rows("messages")][1:] == [
        "Press the button.",
        "It works.",
    ]


def test_an_operator_answers_in_the_desks_name_and_takes_no_ticket(both: Place) -> None:
    both.receive(mail())
    (receipt,) = act(both.services, ADA, [Command("reply", "We are on it.")], ["1"])
    assert receipt.problems == ()
    letter = both.letters(KIM)[-1]
    assert "We are on it." in letter.as_string()
    assert both.row("tickets", 1).assignee == ""
    (kept,) = both.rows("messages", direction="out")
    assert (kept.agent, kept.kind, kept.text) == ("", "public", "We are on it.")


def test_a_note_is_told_to_colleagues_with_its_words_and_never_to_the_customer(both: Place) -> None:
    both.receive(mail())
    before = len(both.letters(KIM))
    (receipt,) = act(both.services, as_ben(both), [Command("note", "He pays late.")], ["1"])
    assert receipt.mails and {one.purpose for one in receipt.mails} == {"agent_note"}
    assert "He pays late." in both.letters(receipt.mails[0].recipient)[-1].as_string()
    assert len(both.letters(KIM)) == before


def test_of_many_tickets_each_is_done_or_refused_by_itself(both: Place) -> None:
    for words in ("One.", "Two."):
        both.receive(mail(words))
    act(both.services, ADA, [Command("close")], ["1"])
    receipts = act(
        both.services, ADA, [Command("priority", "high"), Command("wait")], ["1", "2", "77"]
    )
    assert [[one.code for one in receipt.problems] for receipt in receipts] == [
        ["cannot_wait"],
        [],
        ["unknown_ticket"],
    ]
    assert [row.priority for row in both.rows("tickets")] == ["normal", "high"]


def test_who_saw_an_older_ticket_is_told_so_and_nothing_is_done(both: Place) -> None:
    both.receive(mail())
    seen = both.row("tickets", 1).version
    act(both.services, ADA, [Command("priority", "high")], ["1"], seen_version=seen)
    (late,) = act(both.services, ADA, [Command("priority", "low")], ["1"], seen_version=seen)
    assert [(one.code, one.values["version"]) for one in late.problems] == [
        ("conflict", str(seen + 1))
    ]
    assert both.row("tickets", 1).priority == "high"
    (fresh,) = act(
        both.services, ADA, [Command("priority", "low")], ["1"], seen_version=late.version
    )
    assert fresh.problems == ()


def test_a_dry_run_says_everything_and_does_nothing(both: Place) -> None:
    both.receive(mail())
    rows = {name: len(both.rows(name)) for name in ("outbox", "history", "messages", "tickets")}
    ticket = both.row("tickets", 1)
    (receipt,) = act(
        both.services,
        as_ben(both),
        [Command("resolve")],
        ["1"],
        content=Content("A new sensor."),
        dry=True,
    )
    assert MailOut(KIM, "resolution") in receipt.mails
    assert "status" in {one.field for one in receipt.changed}
    assert {name: len(both.rows(name)) for name in rows} == rows
    assert both.row("tickets", 1) == ticket


def test_a_role_is_asked_here_too_and_the_operator_is_no_agent(both: Place) -> None:
    both.receive(mail())
    specialist = replace(as_ben(both), role="specialist")
    (receipt,) = act(both.services, specialist, [Command("spam")], ["1"])
    assert (
        "not_your_ticket" in [one.code for one in receipt.problems]
        or receipt.problems[0].code == "not_allowed"
    )
    for name in ("take", "renew", "files"):
        (receipt,) = act(both.services, ADA, [Command(name)], ["1"])
        assert [one.code for one in receipt.problems] == ["for_agents_only"]
