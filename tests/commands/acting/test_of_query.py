"""`maildesk ticket ACTION --for QUERY`: many tickets by one command, and what keeps it safe."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from tests.commands.acting.asking import ask, statuses
from tests.pipeline.place import Place
from tests.pipeline.place import mail as message


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Twelve tickets of Kim's, and one of Eva's; all but two are about the outage."""
    made = Place(tmp_path / "desk")
    for number in range(12):
        about = "Outage" if number < 11 else "Invoice"
        made.receive(message(f"Number {number}.", Subject=about))
    made.receive(message("Mine.", From="eva@x.example", Subject="Order"), "eva@x.example")
    yield made
    made.services.db.close()


def test_a_query_needs_its_number_or_a_yes_and_the_refusal_says_both(place: Place) -> None:
    wrong = ask(place, "close", "--for", "subject:outage is:open")
    assert wrong.exit_code == 2
    lines = wrong.stderr.splitlines()
    assert lines[0] == "TKT-0011  open  Outage"
    assert lines[10:] == [
        "… and 1 more",
        "maildesk: for these 11 tickets? Say so with --for '11 subject:outage is:open', "
        "or with --yes; nothing was done",
    ]
    assert set(statuses(place)) == {"open"}


def test_with_the_right_number_it_is_done_for_all_of_them_and_for_no_other(place: Place) -> None:
    done = ask(
        place, "close", "--for", "11 subject:outage", "--as", "ben", "--reply", "It is over."
    )
    assert done.exit_code == 0, done.output
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        f"TKT-{number:04}" for number in range(1, 12)
    ]
    assert statuses(place) == ["closed"] * 11 + ["open"] * 2
    answers = place.rows("messages", direction="out")
    assert [row.text for row in answers] == ["It is over."] * 11


def test_a_wrong_number_does_nothing_also_beside_yes(place: Place) -> None:
    for more in ((), ("--yes",), ("--dry",)):
        wrong = ask(place, "priority", "high", "--for", "12 subject:outage", *more)
        assert (wrong.exit_code, wrong.stderr.strip()) == (
            2,
            "maildesk: these are 11, not 12; nothing was done",
        )
    assert {row.priority for row in place.rows("tickets")} == {"normal"}


def test_yes_takes_however_many_there_are_for_what_runs_by_itself(place: Place) -> None:
    again = ("label", "+vip", "--for", "subject:outage -label:vip", "--yes")
    assert ask(place, *again).exit_code == 0
    assert sum(row.labels == ["vip"] for row in place.rows("tickets")) == 11
    nothing = ask(place, *again)
    assert (nothing.exit_code, nothing.stdout.strip()) == (0, "No tickets match.")
    assert json.loads(ask(place, *again, "--json").stdout)["receipts"] == []


def test_a_dry_run_asks_nothing_and_says_of_each_what_would_be(place: Place) -> None:
    done = ask(place, "assign", "ben", "--for", "unassigned", "--dry", "--json")
    assert done.exit_code == 0, done.output
    receipts = json.loads(done.stdout)["receipts"]
    assert (len(receipts), {one["dry"] for one in receipts}) == (13, {True})
    assert {row.assignee for row in place.rows("tickets")} == {""}


def test_references_and_views_stand_there_as_behind_for_in_a_mail(place: Place) -> None:
    assert ask(place, "take", "--for", "1, 13", "--as", "ben").exit_code == 0
    assert ask(place, "start", "--for", "2 mine", "--as", "ben").exit_code == 0
    found = [row.reference for row in place.rows("tickets", status="in_progress")]
    assert found == ["TKT-0001", "TKT-0013"]


def test_an_agent_reaches_only_the_tickets_that_they_see(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8")
    name = "zoe@desk.example"
    more = f"  - address: {name}\n    name: Zoe\n    role: specialist\n    teams: [support]\n"
    agents.write_text(text.rstrip() + "\n" + more, encoding="utf-8")
    done = ask(place, "start", "--for", "is:open", "--as", name, "--yes")
    assert (done.exit_code, done.stdout.strip()) == (0, "No tickets match.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("close", "--for", "statsu:open", "--yes"), "did you mean status?"),
        (("close", "--for", "unasigned", "--yes"), "there is no view unasigned"),
        (("close", "1", "--for", "is:open"), "--for stands instead of references"),
        (("assign", "--for", "is:open"), "ticket assign needs a value"),
        (("delete", "1", "--for", "is:open"), "ticket delete needs references, or --for QUERY"),
        (
            ("reply", "Hello.", "--for", "is:open", "--yes", "--to", "lee@x.example"),
            "--to is for the answer to one ticket",
        ),
        (("also", "+lee@x.example", "--for", "is:open", "--yes"), "cannot be done for many"),
    ],
)
def test_what_cannot_be_for_a_query_is_refused_and_nothing_is_done(
    place: Place, words: tuple[str, ...], said: str
) -> None:
    wrong = ask(place, *words)
    assert (wrong.exit_code, said in wrong.stderr) == (2, True), wrong.output
    assert set(statuses(place)) == {"open"}
    assert place.rows("messages", direction="out") == []


def test_what_was_done_to_many_is_taken_back_from_many(place: Place) -> None:
    assert ask(place, "priority", "high", "--for", "11 subject:outage").exit_code == 0
    done = ask(place, "undo", "--for", "11 priority:high")
    assert done.exit_code == 0, done.output
    assert {row.priority for row in place.rows("tickets")} == {"normal"}


def test_deleting_what_a_query_finds_shows_them_all_and_needs_a_yes(place: Place) -> None:
    wrong = ask(place, "delete", "--for", "11 subject:outage")
    assert (wrong.exit_code, "where nobody can be asked it needs --yes" in wrong.stderr) == (
        2,
        True,
    )
    assert wrong.stderr.count("; 1 messages") == 11
    assert len(place.rows("tickets")) == 13
    assert ask(place, "delete", "--for", "subject:outage", "--yes").exit_code == 0
    assert len(place.rows("tickets")) == 2


@pytest.mark.parametrize(("answer", "status", "code"), [("y", "closed", 0), ("n", "open", 1)])
def test_at_a_terminal_it_asks(place: Place, answer: str, status: str, code: int) -> None:
    place.services.db.close()
    leader, follower = pty.openpty()
    os.write(leader, f"{answer}\n".encode())
    call = ["ticket", "close", "--for", "subject:order", "--desk", str(place.folder)]
    done = subprocess.run(
        [Path(sys.executable).with_name("maildesk"), *call],
        stdin=follower, capture_output=True, text=True, check=False,
    )  # fmt: skip
    os.close(leader)
    os.close(follower)
    assert done.returncode == code, done.stderr
    assert "Do it for this ticket?" in done.stderr
    assert shown(place)[-1] == status


def shown(place: Place) -> list[str]:
    """The statuses, as a command of its own finds them."""
    result: Result = ask(place, "list", "--json")
    return [one["status"] for one in reversed(json.loads(result.stdout)["tickets"])]
