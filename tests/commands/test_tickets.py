"""`maildesk ticket`, `outbox`, `quarantine`, `parse` and `send-test` as a person types them, right
and wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from sqlalchemy import update
from typer.testing import CliRunner, Result

from maildesk.commands import levels, lists, mail, queues, tickets
from maildesk.commands.common import print_table
from maildesk.store.schema import outbox
from tests.pipeline.place import SUPPORT, Place
from tests.pipeline.place import mail as message

APP = typer.Typer()
for name, app in (
    ("ticket", tickets.app),
    ("sla", levels.app),
    ("outbox", queues.outbox),
    ("quarantine", queues.quarantine),
):
    APP.add_typer(app, name=name)
APP.command("list", context_settings=lists.WORDS)(lists.list_view)
APP.command("search", context_settings=lists.WORDS)(lists.search)
APP.command("parse")(mail.parse)
APP.command("send-test")(mail.send_test)
KIM = "kim@customer.example"
LONG = (
    "a subject that is much longer than a window is wide, as the subjects of people who "
    "write everything into it are"
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A desk with a ticket of Kim's that Ben answered, and one of Sam's with a file."""
    made = Place(tmp_path / "desk")
    made.receive(message(Subject=LONG))
    made.answer("ben@desk.example", "#priority high\nHello Kim.")
    with_file = message(
        "See the log.", From="sam@elsewhere.example", Content_Type="multipart/mixed; boundary=x"
    )
    body = (
        b"--x\r\n\r\nSee the log.\r\n--x\r\n"
        b'Content-Disposition: attachment; filename="a.log"\r\n\r\nline\r\n--x--\r\n'
    )
    made.receive(with_file.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body, "sam@elsewhere.example")
    yield made
    made.services.db.close()


def ask(place: Place, *words: str) -> Result:
    return CliRunner().invoke(APP, [*words, "--desk", str(place.folder)])


def test_in_a_pipe_nothing_of_a_table_is_cut(place: Place) -> None:
    lines = ask(place, "ticket", "list").stdout.splitlines()
    assert lines[0].split() == ["ticket", "status", "priority", "assignee", "requester", "subject"]
    assert lines[2].startswith("TKT-0001  ")
    assert lines[2].endswith(LONG)
    assert [line.split()[0] for line in ask(place, "outbox", "list").stdout.splitlines()[-2:]] == [
        "2",
        "1",
    ]


def test_on_a_screen_the_long_columns_give_way_and_the_numbers_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    print_table(
        ("id", "who", "words"),
        [(12345678901, "a@customer-with-a-long-domain.example", LONG)],
        "none",
    )
    row = capsys.readouterr().out.splitlines()[1]
    assert len(row) == 60
    assert row.startswith("12345678901  ")
    assert row.count("…") == 2


@pytest.mark.parametrize("reference", ["TKT-0001", "tkt-1", "[TKT-0001]", "1", "0001"])
def test_a_ticket_is_shown_however_its_reference_is_typed(place: Place, reference: str) -> None:
    for command in (("ticket", "show"), ("sla", "explain")):
        assert ask(place, *command, reference).stdout.startswith(f"TKT-0001  {LONG}"[:78])


def test_a_ticket_is_told_in_words(place: Place) -> None:
    shown = ask(place, "ticket", "show", "1").stdout
    assert "queue support · assignee ben@desk.example" in shown
    assert "from Kim <kim@customer.example>, opened 2026-11-20 11:00 CET" in shown
    assert "2026-11-20 11:00  priority    ben@desk.example  normal → high" in shown
    assert (
        "2026-11-20 11:00  rule        Tell the team of a new ticket  (default_rules.yaml:" in shown
    )
    assert "['" not in shown
    assert "Files: a.log" in ask(place, "ticket", "show", "2").stdout


@pytest.mark.parametrize(
    "assignee", ["ben", "Ben", "ben okafor", "ben@desk.example", "ben@home.example"]
)
def test_tickets_of_an_agent_are_listed_by_whatever_name(place: Place, assignee: str) -> None:
    lines = ask(place, "ticket", "list", "--assignee", assignee).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["TKT-0001"]


def test_tickets_of_nobody_and_in_any_case(place: Place) -> None:
    lines = ask(
        place, "ticket", "list", "--assignee", "nobody", "--status", "Open", "--queue", "SUPPORT"
    ).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["TKT-0002"]
    assert ask(place, "ticket", "list", "--status", "spam").stdout == "No tickets match.\n"


def references(result: Result) -> list[str]:
    """Of the tickets in a table."""
    assert result.exit_code == 0, result.stderr
    return [line.split()[0] for line in result.stdout.splitlines()[1:] if line.startswith("TKT")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("list",), ["TKT-0002", "TKT-0001"]),
        (("list", "all"), ["TKT-0002", "TKT-0001"]),
        (("list", "MINE", "--as", "ben"), ["TKT-0001"]),
        (("list", "unassigned"), ["TKT-0002"]),
        (("list", "unanswered"), ["TKT-0002"]),
        (("list", "priority>=high", "from:@customer.example"), ["TKT-0001"]),
        (("list", "has:attachment"), ["TKT-0002"]),
        (("list", "sort:oldest"), ["TKT-0001", "TKT-0002"]),
        (("search", "windows"), []),
        (("search", "window"), ["TKT-0001"]),
        (("search", "see the log"), ["TKT-0002"]),
        (("search", "the see log"), []),
        (("search", "log", "the"), ["TKT-0002"]),
        (("search", "KIM"), ["TKT-0001"]),
        (("search", "tkt-0002"), ["TKT-0002"]),
        (("search", "a.log", "-window"), ["TKT-0002"]),
        (("ticket", "list", "from:sam"), ["TKT-0002"]),
    ],
)
def test_tickets_are_found_by_views_queries_and_words(
    place: Place, words: tuple[str, ...], found: list[str]
) -> None:
    assert references(ask(place, *words)) == found


@pytest.mark.parametrize(
    "command", [("list", "all"), ("ticket", "list"), ("search", "the", "OR", "window", "OR", "kim")]
)
def test_a_list_that_is_cut_says_so_and_goes_on(place: Place, command: tuple[str, ...]) -> None:
    cut = ask(place, *command, "--limit", "1")
    assert references(cut) == ["TKT-0002"]
    told = json.loads(ask(place, *command, "--limit", "1", "--json").stdout)
    assert (told["cut"], len(told["tickets"])) == (True, 1)
    words = f"… and more: 1 of 2 are shown; the next with --after {told['next']}"
    assert cut.stdout.splitlines()[-1] == words
    assert told["counts"] == {"open": 1, "in_progress": 1}
    rest = json.loads(
        ask(place, *command, "--limit", "1", "--after", told["next"], "--json").stdout
    )
    assert [one["reference"] for one in rest["tickets"]] == ["TKT-0001"]
    assert (rest["cut"], rest["next"]) == (False, None)
    assert "more" not in ask(place, *command).stdout


def test_a_query_that_cannot_be_followed_is_pointed_at(place: Place) -> None:
    done = ask(place, "list", "statsu:open")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[1] == "statsu:open"
    assert done.stderr.splitlines()[2].startswith("^^^^^^ there is no field statsu")
    assert "there is no view mien; did you mean mine?" in ask(place, "list", "mien").stderr
    assert references(ask(place, "list", "resolved")) == []  # a view of those that stand so
    asks_for_me = ask(place, "list", "mine").stderr
    assert "nobody is me here: name the agent (--as AGENT names one)" in asks_for_me
    without_as = ask(place, "ticket", "list", "assignee:me").stderr
    assert "(maildesk list --as AGENT names one)" in without_as
    assert "there is no option --jsn" in ask(place, "search", "log", "--jsn").stderr
    assert "is no place in this list" in ask(place, "list", "--after", "x").stderr


def test_views_are_shown_and_a_desk_has_its_own(place: Place) -> None:
    assert "vip         is:open label:vip sort:due\n" in ask(place, "list", "--views").stdout
    assert ask(place, "list", "vip").stdout == "No tickets match.\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ticket", "show", "TKT-9"), 1, "there is no ticket TKT-9"),
        (("ticket", "show", "invoice 1"), 1, "there is no ticket invoice 1"),
        (("ticket", "list", "--status", "opne"), 2, "there is no status opne; there are "),
        (("ticket", "list", "--queue", "x"), 2, "there is no queue x; there are support, billing"),
        (
            ("ticket", "list", "--assignee", "bob"),
            2,
            "there is no agent bob; there are ana@desk.example, ",
        ),
        (
            ("outbox", "list", "--state", "x"),
            2,
            "there is no state x; there are due, claimed, sent, failed, uncertain",
        ),
        (("outbox", "retry", "999"), 1, "not sent again: there is no number 999"),
        (
            ("quarantine", "list", "--state", "x"),
            2,
            "there is no state x; there are held, released, dropped",
        ),
        (("quarantine", "show", "9"), 1, "nothing in quarantine has the number 9"),
        (("quarantine", "release", "9"), 1, "nothing in quarantine has the number 9"),
        (("quarantine", "drop", "9"), 1, "nothing in quarantine has the number 9"),
        (("send-test", "you"), 2, "you is no address to write to"),
        (("send-test", ""), 2, "nothing is no address to write to"),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(
    place: Place, words: tuple[str, ...], code: int, said: str
) -> None:
    done = ask(place, *words)
    assert done.exit_code == code
    assert f"maildesk: {said}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("quarantine", "show", "abc"), "quarantine list"),
        (("quarantine", "release", "1.5"), "quarantine list"),
        (("quarantine", "drop", "abc"), "quarantine list"),
        (("outbox", "retry", "1", "abc"), "outbox list"),
    ],
)
def test_where_a_number_is_wanted_that_is_said_and_where_it_stands(
    place: Place, words: tuple[str, ...], listed: str
) -> None:
    done = ask(place, *words)
    assert done.exit_code == 2
    said = " ".join(done.stderr.replace("│", " ").split())
    assert f"{words[-1]} is no number; `maildesk {listed}` shows them" in said


def test_what_is_held_is_shown_decided_once_and_says_by_whom(place: Place) -> None:
    place.receive(b"Subject: who?\r\n\r\nNobody.", "")
    assert "no sender" in ask(place, "quarantine", "list").stdout
    assert (
        "from nobody, 2026-11-20 11:00 CET, held\n" in ask(place, "quarantine", "show", "1").stdout
    )
    assert ask(place, "quarantine", "drop", "1").exit_code == 0
    for command in ("drop", "release"):
        assert (
            ask(place, "quarantine", command, "1").stderr
            == "maildesk: number 1 was dropped before\n"
        )
    assert ", dropped by " in ask(place, "quarantine", "show", "1").stdout


def test_a_mail_that_waits_is_sent_again_beside_one_that_is_none(place: Place) -> None:
    with place.services.db.write() as conn:
        conn.execute(
            update(outbox).where(outbox.c.id == 1).values(state="failed", due_at=None, owner=None)
        )
    done = ask(place, "outbox", "retry", "1", "77")
    assert (done.exit_code, done.stdout) == (1, "1 will be tried again now.\n")
    waits, left = done.stderr.splitlines()
    assert waits.startswith("maildesk: no process of this desk sends mail here now")
    assert left == "maildesk: not sent again: there is no number 77"
    assert ask(place, "outbox", "list", "--state", "failed").stdout == "None.\n"


def test_a_message_is_told_in_words_and_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(message("Hello.", Subject="Hi\x1b[2J"))
    done = CliRunner().invoke(APP, ["parse", str(tmp_path / "a.eml"), str(tmp_path / "none.eml")])
    assert done.exit_code == 1
    assert f"  from: Kim <{KIM}>\n  to: {SUPPORT}\n" in done.stdout
    assert "  may answer: yes\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert (
        f"{tmp_path}/none.eml\n  defects: cannot be read: No such file or directory\n"
        in done.stdout
    )


def test_the_files_of_a_ticket_are_written_to_a_folder(place: Place, tmp_path: Path) -> None:
    to = tmp_path / "files"
    none = tmp_path / "none"
    assert ask(place, "ticket", "files", "TKT-0001", "--to", str(none)).exit_code == 0
    assert not none.exists()
    said = ask(place, "ticket", "files", "TKT-0002", "--to", str(to))
    assert said.stdout.split() == [f"{to}/1-1-a.log"]
    assert (to / "1-1-a.log").read_bytes().strip() == b"line"
    assert (
        ask(place, "ticket", "files", "TKT-0001", "--to", str(to)).stdout
        == "TKT-0001 has no files.\n"
    )


def test_a_strangers_words_move_no_cursor_and_who_waits_is_named(place: Place) -> None:
    to = str(place.letters(KIM)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")
    words = "Gone\x1b[2J\tand \x1b]8;;http://evil.example\x1b\\here.\nMore."
    place.receive(message(words, From="lee@elsewhere.example", To=to), "lee@elsewhere.example", to)
    shown = ask(place, "ticket", "show", "TKT-0001")
    assert shown.exit_code == 0, shown.exception
    assert "\x1b" not in shown.stdout
    assert "Gone" in shown.stdout
    assert "not let in yet: lee@elsewhere.example" in shown.stdout
