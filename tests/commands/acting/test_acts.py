"""`maildesk ticket assign`, `note`, `reply`, `status`, `label` …: as a person types
them, right and wrong."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from maildesk.heartbeat import Heartbeat
from tests.commands.acting.asking import APP, BEN, KIM, ask
from tests.pipeline.place import Place
from tests.pipeline.place import mail as message


def test_several_tickets_are_given_to_an_agent_and_a_line_says_so_of_each(place: Place) -> None:
    done = ask(place, "assign", "1", "TKT-0002", "ben")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].startswith(
        "TKT-0001: done: assignee none → ben@desk.example"
    )
    assert [row.assignee for row in place.rows("tickets")] == [BEN, BEN]
    assert (
        len({row.who for row in place.rows("history", what="assigned", door="command line")}) == 1
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("reply", "1"),
            'ticket reply needs words behind the references: maildesk ticket reply 1 "…", or - for '
            "standard input",
        ),
        (("assign", "TKT-0001"), "needs a value behind the references: maildesk ticket assign"),
        (("label", "1"), "ticket label needs a value behind the references"),
        (("label", "+vip"), "ticket label needs at least one reference"),
        (("reply",), "ticket reply needs at least one reference"),
        (("take", "--for", "mine"), "nobody is me here: name the agent (--as AGENT names one)"),
    ],
)
def test_what_is_missing_is_named(place: Place, words: tuple[str, ...], said: str) -> None:
    done = ask(place, *words)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("name", ["take", "follow"])
def test_an_operator_who_is_no_agent_hears_what_names_one(place: Place, name: str) -> None:
    done = ask(place, name, "1")
    assert done.exit_code == 1
    assert done.stderr.endswith(f"only an agent can use #{name} (--as AGENT names one)\n")
    assert ask(place, name, "1", "--as", "ben").exit_code == 0


def test_labels_go_on_and_off_behind_any_number_of_references(place: Place) -> None:
    assert ask(place, "label", "1", "2", "+vip", "-bug").exit_code == 0
    assert [row.labels for row in place.rows("tickets")] == [["vip"], ["vip"]]


def test_an_agent_answers_from_here_and_the_customer_cannot_tell(place: Place) -> None:
    done = ask(place, "reply", "1", "Press the button.", "--as", "ben")
    assert done.exit_code == 0, done.output
    letter = place.letters(KIM)[-1].as_string()
    assert "Press the button." in letter and "Ben" in letter
    (line,) = place.rows("history", what="replied")
    assert (line.who, line.door) == (BEN, "command line")
    assert place.row("tickets", 1).assignee == BEN


def test_options_say_whom_one_answer_goes_to(place: Place) -> None:
    to = ("--to", "Lee Park <lee@x.example>", "--to", "eva@x.example", "--bcc", "max@x.example")
    done = ask(place, "reply", "1", "Have a look.", *to, "--as", "ben")
    assert done.exit_code == 0, done.output
    assert "reply to lee@x.example" in done.stdout and "reply to max@x.example" in done.stdout
    letter = place.letters("lee@x.example")[-1]
    assert "Have a look." in letter.as_string() and "max@x.example" not in letter.as_string()
    assert "Have a look." not in place.letters(KIM)[-1].as_string()
    assert ask(place, "reply", "1", "Well?").exit_code == 0
    assert "Well?" in place.letters(KIM)[-1].as_string()
    assert len(place.letters("lee@x.example")) == 1


def test_who_is_named_in_copy_takes_part_from_then_on(place: Place) -> None:
    assert ask(place, "canned", "1", "reset-password", "--cc", "lee@x.example").exit_code == 0
    assert place.letters("lee@x.example")
    assert ask(place, "reply", "1", "Did it work?").exit_code == 0
    assert "Did it work?" in place.letters("lee@x.example")[-1].as_string()


def test_recipients_of_one_answer_are_refused_where_they_cannot_be(place: Place) -> None:
    for option in ("--to", "--bcc"):
        wrong = ask(place, "reply", "1", "2", "Words.", option, "lee@x.example")
        assert (wrong.exit_code, option in wrong.stderr) == (2, True)
    before = len(place.rows("outbox"))
    wrong = ask(place, "reply", "1", "Words.", "--to", "nobody")
    assert (wrong.exit_code, '"nobody" is not an address' in wrong.stderr) == (1, True)
    assert ask(place, "note", "1", "Words.", "--to", "lee@x.example").exit_code == 2
    assert len(place.rows("outbox")) == before


def test_a_status_is_named_as_the_desk_names_it(place: Place) -> None:
    assert ask(place, "status", "1", "waiting").exit_code == 0
    assert ask(place, "status", "1", "resolved").exit_code == 0
    assert place.row("tickets", 1).status == "resolved"
    wrong = ask(place, "status", "1", "resloved")
    assert (wrong.exit_code, wrong.stderr.strip()) == (
        2,
        'maildesk: there is no status "resloved"; there are on_hold, with_supplier, open, '
        "in_progress, waiting, resolved, closed, spam; did you mean resolved?",
    )


def test_what_is_refused_is_said_with_the_nearest_word_and_the_rest_is_done(place: Place) -> None:
    done = ask(place, "priority", "1", "hihg")
    assert done.exit_code == 1
    assert (
        done.stderr.strip() == 'TKT-0001: not done: there is no priority "hihg"; '
        "there are low, normal, high, urgent; did you mean high?"
    )
    mixed = ask(place, "priority", "77", "2", "high")
    assert mixed.exit_code == 1
    assert mixed.stderr.strip() == "77: not done: there is no ticket 77"
    assert [row.priority for row in place.rows("tickets")] == ["normal", "high"]
    assert ask(place, "assign", "1").exit_code == 2
    assert ask(place, "assign", "1", "ben", "--as", "nobody-we-know").exit_code == 2


def test_dry_says_what_would_be_and_does_nothing(place: Place) -> None:
    done = ask(place, "note", "1", "He pays late.", "--as", "ben", "--dry", "--json")
    (receipt,) = json.loads(done.stdout)["receipts"]
    assert (receipt["done"], receipt["dry"], receipt["problems"]) == (False, True, [])
    assert receipt["mails"]
    assert place.rows("messages", kind="note") == []
    assert ask(place, "escalate", "1", "He waits.", "--dry").stdout.startswith(
        "TKT-0001: would be done: priority"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("status", "1", "closed", "--as", ""), "there is no agent "),
        (("note", "1", "   "), "ticket note needs a value behind the references"),
        (("assign", "1", ""), "ticket assign needs a value behind the references"),
        (("note", "1", "TKT-0002"), "TKT-0002 is a ticket; the words are missing behind it"),
        (("status", "1", "resolved", "closed"), "resolved is no reference of a ticket"),
    ],
)
def test_a_slip_does_nothing_at_all(place: Place, words: tuple[str, ...], said: str) -> None:
    before = (place.rows("messages"), place.rows("history"), place.rows("tickets"))
    done = ask(place, *words)
    assert (done.exit_code, said in done.stderr) == (2, True), done.output
    assert (place.rows("messages"), place.rows("history"), place.rows("tickets")) == before


def test_a_ticket_named_twice_is_acted_on_once(place: Place) -> None:
    done = ask(place, "assign", "1", "1", "ben")
    assert len(done.stdout.splitlines()) == 1


def test_the_words_of_a_note_may_come_from_standard_input(place: Place) -> None:
    call = ["ticket", "note", "1", "-", "--as", "ben", "--desk", str(place.folder)]
    done = CliRunner().invoke(APP, call, input="He called.\r\nTwice.\n")
    assert done.exit_code == 0, done.output
    (note,) = place.rows("messages", kind="note")
    assert note.text == "He called.\nTwice."
    empty = CliRunner().invoke(APP, call, input=" \n")
    assert (empty.exit_code, empty.stderr) == (2, "maildesk: standard input has no words\n")


def test_it_is_said_that_mails_wait_while_no_process_sends_them(place: Place) -> None:
    waits = "no process of this desk sends mail here now"
    assert waits in ask(place, "reply", "1", "We are on it.").stderr
    assert waits not in ask(place, "priority", "1", "high").stderr, "which writes to nobody"
    assert waits not in ask(place, "reply", "1", "Still.", "--dry").stderr
    heart = Heartbeat(place.folder)
    heart.begin(("work",))
    assert waits not in ask(place, "reply", "1", "Done.").stderr
    heart.end()


def test_a_status_of_the_desks_own_is_set_by_its_name(place: Place) -> None:
    assert ask(place, "status", "1", "with_supplier").exit_code == 0
    row = place.row("tickets", 1)
    assert row.status == "with_supplier"
    assert ask(place, "status", "1", "on_hold").exit_code == 0
    assert place.row("tickets", 1).status == "on_hold", "which behaves alike"


def test_values_are_understood_in_every_language_of_the_desk(place: Place) -> None:
    assert ask(place, "priority", "1", "haute").exit_code == 0
    assert ask(place, "priority", "2", "dringend").exit_code == 0
    assert ask(place, "assign", "1", "à ben").exit_code == 0
    assert ask(place, "spent", "1", "1 h 30 min").exit_code == 0
    assert [row.priority for row in place.rows("tickets")] == ["high", "urgent"]
    row = place.row("tickets", 1)
    assert (row.assignee, row.spent) == (BEN, 5400)


def test_tickets_are_merged_and_taken_apart_from_here_and_other_customers_only_with_yes(
    place: Place,
) -> None:
    place.receive(message("Three.", From="lee@elsewhere.example"), "lee@elsewhere.example")
    refused = ask(place, "merge", "TKT-0001", "TKT-0003")
    assert refused.exit_code == 1
    assert "not everybody has part in both TKT-0001 and TKT-0003" in refused.stderr
    assert ask(place, "merge", "1", "3", "--yes").exit_code == 0
    assert place.row("tickets", 3).merged_into == 1
    assert ask(place, "unmerge", "TKT-0003").exit_code == 0
    assert place.row("tickets", 3).merged_into is None
    assert ask(place, "link", "1", "2").stdout.startswith("TKT-0001: done: linked")
    assert ask(place, "merge", "1").exit_code == 2


def test_a_ticket_is_deleted_after_a_yes_and_never_by_who_may_not(place: Place) -> None:
    asked = ask(place, "delete", "1")
    assert asked.exit_code == 2, "nobody can be asked here"
    assert "TKT-0001: " in asked.stderr and "needs --yes" in asked.stderr
    refused = ask(place, "delete", "1", "--as", "ben", "--yes")
    assert (refused.exit_code, "the permission" in refused.stderr) == (1, True)
    dry = ask(place, "delete", "1", "--dry")
    assert dry.stdout.strip() == "TKT-0001: would be done: deleted for good"
    assert len(place.rows("tickets")) == 2
    done = ask(place, "delete", "TKT-0001", "--yes")
    assert done.stdout.strip() == "TKT-0001: done: deleted for good", done.output
    again = ask(place, "delete", "1", "--yes", "--json")
    (receipt,) = json.loads(again.stdout)["receipts"]
    assert receipt["problems"][0]["code"] == "was_deleted"
    assert [row.reference for row in place.rows("tickets")] == ["TKT-0002"]


def test_the_last_that_somebody_did_is_taken_back(place: Place) -> None:
    assert ask(place, "priority", "1", "2", "high", "--as", "ben").exit_code == 0
    assert ask(place, "label", "1", "+vip").exit_code == 0, "whoever is logged in here"
    dry = ask(place, "undo", "1", "--as", "ben", "--dry")
    assert "would be done: priority high → normal" in dry.stdout
    done = ask(place, "undo", "1", "2", "--as", "ben")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "TKT-0001: done: priority high → normal"
    assert [row.priority for row in place.rows("tickets")] == ["normal", "normal"]
    assert place.row("tickets", 1).labels == ["vip"]
    again = ask(place, "undo", "1", "--as", "ben")
    assert again.exit_code == 1
    assert again.stderr.strip() == "TKT-0001: not done: it was taken back before"
    assert ask(place, "undo", "1").exit_code == 0
    assert place.row("tickets", 1).labels == []


def test_what_cannot_be_taken_back_is_said(place: Place) -> None:
    assert ask(place, "close", "1", "--reply", "It was the cable.", "--as", "ben").exit_code == 0
    place.later(20 * 365 * 86_400)  # the command line goes by the clock on the wall
    place.deliver()
    done = ask(place, "undo", "1", "--as", "ben")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "TKT-0001: done: status closed → open",
        "TKT-0001: The mail to Kim is out: it cannot be taken back.",
        "TKT-0001: Assignee stays Ben Okafor, for that came with the answer.",
    ]


def test_what_others_changed_since_is_said_and_told_to_programs(place: Place) -> None:
    assert ask(place, "priority", "1", "high", "--as", "ben").exit_code == 0
    assert ask(place, "escalate", "1", "it smokes", "--as", "carla").exit_code == 0
    done = ask(place, "undo", "1", "--as", "ben", "--json")
    assert done.exit_code == 1
    (receipt,) = json.loads(done.stdout)["receipts"]
    assert receipt["problems"][0]["code"] == "all_changed_since"
    assert "Carla Weiss" in receipt["problems"][0]["words"]
    assert (receipt["stopped"], receipt["left"]) == (False, [])
