"""`maildesk ticket new --for ADDRESS`: a ticket in a customer's name, as `#new` does."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from tests.commands.acting.asking import ask
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place
from tests.stories.running_desk import example_desk

KIM, BEN, ANA = "kim@customer.example", "ben@desk.example", "ana@desk.example"
GREETINGS = {"acknowledgement", "after_hours"}  # whichever the hour is for, at which this is played
FOR_KIM = ("new", "--for", "Kim Novak <kim@customer.example>", "--as", "ben")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    example_desk(tmp_path / "desk")  # the command line is told no time
    made = Place(tmp_path / "desk")
    yield made
    made.services.db.close()


def new(place: Place, *words: str) -> Result:
    return ask(place, *FOR_KIM, *words)


def test_it_is_the_customers_who_is_told_and_the_history_has_who_opened_it(place: Place) -> None:
    done = new(place, "--via", "phone", "--subject", "Printer", "No ink.\nSince Monday.")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].startswith("TKT-0001: done: opened; mail: ")
    assert any(f"{greeting} to {KIM}" in done.stdout for greeting in GREETINGS)
    (ticket,) = place.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == (KIM, "Kim Novak")
    assert (ticket.channel, ticket.subject) == ("phone", "Printer")
    (said,) = place.rows("messages")
    assert (said.kind, said.direction, said.text) == ("public", "in", "No ink.\nSince Monday.")
    (line,) = place.rows("history", what="opened_for")
    assert (line.who, line.door, line.detail["by"]) == (BEN, "command line", "phone")
    assert [row.recipient for row in place.rows("outbox", purpose="agent_new")] != []
    assert [row.purpose for row in place.rows("outbox", recipient=BEN)] == ["agent_new"]
    assert "Printer" in place.letters(ANA)[-1]["Subject"]


def test_without_an_agent_it_is_the_operator_who_opens_it(place: Place) -> None:
    user = getpass.getuser()
    more = ("--via", "letter", "--do", "assign ben", "--do", "label vip")
    done = ask(place, "new", "--for", f"Kim Novak <{KIM}>", *more, "No ink.")
    assert done.exit_code == 0, done.output
    assert any(f"{greeting} to {KIM}" in done.stdout for greeting in GREETINGS)
    (ticket,) = place.rows("tickets")
    assert (ticket.requester_address, ticket.assignee) == (KIM, BEN)
    assert "vip" in ticket.labels
    (line,) = place.rows("history", what="opened_for")
    assert (line.who, line.door) == (user, "command line")
    assert (line.detail["agent"], line.detail["by"]) == (user, "letter")
    assert user not in place.letters(KIM)[-1].as_string().lower().split()
    assert place.letters(BEN), "whom it is given to hears of it"
    assert "agent_transcript" not in {row.purpose for row in place.rows("outbox")}
    wrong = ask(place, "new", "--for", KIM, "--do", "take", "No ink.")
    assert (wrong.exit_code, "only an agent can use #take" in wrong.stderr) == (1, True)
    assert len(place.rows("tickets")) == 1


def test_quiet_tells_nobody_outside_and_commands_act_on_the_new_ticket(place: Place) -> None:
    more = ("--do", "priority high", "--do", "#take")
    done = new(place, "--quiet", *more, "The window of room 4 does not close.")
    assert done.exit_code == 0, done.output
    (ticket,) = place.rows("tickets")
    assert (ticket.priority, ticket.assignee) == ("high", BEN)
    assert ticket.subject == "The window of room 4 does not close."
    assert place.letters(KIM) == []


def test_the_customers_words_command_nothing(place: Place) -> None:
    assert new(place, "#resolve\n#priority high\nNo ink.").exit_code == 0
    (ticket,) = place.rows("tickets")
    assert (ticket.status, ticket.priority) == ("open", "normal")
    assert place.rows("messages")[0].text == "#resolve\n#priority high\nNo ink."


def test_an_answer_may_go_out_at_once(place: Place) -> None:
    done = new(place, "--do", "reply Somebody comes today.", "No ink.")
    assert done.exit_code == 0, done.output
    assert [row.purpose for row in place.rows("outbox", recipient=KIM)] == ["reply"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("new", "--for", KIM, "--as", "ben", " "), "needs the customer's words"),
        (("new", "--for", KIM, "--as", "ben", "--at", "x@y.example", "No ink."), "no address of"),
        (("new", "--for", KIM, "--as", "nobody", "No ink."), "nobody"),
    ],
)
def test_a_slip_in_the_call_is_said_and_nothing_is_opened(
    place: Place, words: tuple[str, ...], says: str
) -> None:
    wrong = ask(place, *words)
    assert (wrong.exit_code, says in wrong.stderr) == (2, True), wrong.output
    assert place.rows("tickets") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--via", "pigeon"), 'no ticket: not done: there is no way called "pigeon"'),
        (("--do", "priority hihg"), "did you mean high?"),
        (("--do", "take", "--do", "assign carla"), "contradict"),
    ],
)
def test_what_cannot_be_done_opens_nothing(place: Place, words: tuple[str, ...], says: str) -> None:
    wrong = new(place, *words, "No ink.")
    assert (wrong.exit_code, says in wrong.stderr) == (1, True), wrong.output
    assert place.rows("tickets") == place.rows("spool") == place.rows("outbox") == []


def test_who_may_not_answer_may_not_open_one(place: Place) -> None:
    lines = "admins: [ana@desk.example]\nroles: {reader: [note, see_queues]}"
    with_words(place, "admins: [ana@desk.example]", lines)
    with_words(place, "name: Ben Okafor\n", "name: Ben Okafor\n    role: reader\n", "agents.yaml")
    wrong = new(place, "No ink.")
    assert (wrong.exit_code, "reader" in wrong.stderr) == (1, True), wrong.output
    assert place.rows("tickets") == []


def test_a_dry_run_says_it_and_does_nothing(place: Place) -> None:
    done = new(place, "--dry", "--json", "No ink.")
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)["receipts"]
    assert (one["done"], one["dry"], one["problems"]) == (False, True, [])
    greeted = [mail["purpose"] for mail in one["mails"] if mail["recipient"] == KIM]
    assert set(greeted) <= GREETINGS and len(greeted) == 1
    assert place.rows("tickets") == place.rows("outbox") == []
