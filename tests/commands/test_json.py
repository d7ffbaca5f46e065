"""Every command's `--json` is as its schema says, and so are the guide's examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import update
from typer.main import get_command
from typer.testing import CliRunner

from maildesk import cli
from maildesk.heartbeat import Heartbeat
from maildesk.store import outbox
from maildesk.store.schema import outbox as outbox_table
from maildesk.store.schema import timers
from maildesk.views.schema import names, schema
from tests.pipeline.place import Place
from tests.pipeline.place import mail as message
from tests.stories.running_desk import ROOT

REFUSED = (
    "agents away",
    "agents back",
    "agents bundle",
    *(
        f"ticket {one}"
        for one in ("letin", "keepout", "reopen", "notspam", "start", "wait", "hold")
    ),
    "ticket wake",
    "ticket archive",
    "ticket unarchive",
    *(f"ticket {one}" for one in ("unmerge", "unlink", "split", "undo")),
)
GUIDE = ROOT / "deploy" / "guide" / "json.md"
# Command -> what it is asked here, and the shape of its answer.
COMMANDS: Mapping[str, tuple[tuple[tuple[str, ...], ...], str]] = {
    "list": ((("all",), ("all", "--limit", "1"), ("label:none",)), "ticket_list"),
    "list --views": (((),), "view_list"),
    "search": ((("window",),), "ticket_list"),
    "who": ((("kim@customer.example",), ("@bigcorp.example",)), "customer"),
    "stats": (((), ("--as", "ben")), "view_counts"),
    "agents away": (
        (("ben", "until", "friday", "--dry"), ("ben", "no day", "--dry")),
        "agent_receipt",
    ),
    "agents back": ((("ben", "--dry"),), "agent_receipt"),
    "agents digest": ((("ben", "--dry"), ("ben", "8:00", "--dry")), "agent_receipt"),
    "agents bundle": ((("ben", "10m", "--dry"), ("ben", "soon", "--dry")), "agent_receipt"),
    "agents remind": ((("ben", "off", "--dry"),), "agent_receipt"),
    "agents quiet-hours": ((("ben", "20:00-7:00", "--dry"),), "agent_receipt"),
    "agents notify": ((("ben",), ("ben", "status", "off", "--dry")), "agent_receipt"),
    "ticket list": (((),), "ticket_list"),
    "ticket show": ((("1",), ("2",), ("3",)), "ticket"),
    "ticket timeline": ((("1",), ("2",), ("3",)), "timeline"),
    "commands": (((), ("--language", "de")), "command_list"),
    "canned": (((), ("--category", "account")), "canned_list"),
    "articles": (((), ("--category", "account")), "article_list"),
    **{
        f"ticket {name}": ((("1", "3", value, "--dry"),), "receipt_list")
        for name, value in {
            "assign": "ben",
            "note": "Look.",
            "reply": "Hello.",
            "canned": "reset-password",
            "status": "waiting",
            "label": "+vip",
            "priority": "high",
            "queue": "billing",
            "category": "billing",
            "type": "task",
            "subject": "New",
            "set": "licence_key=1",
            "cc": "+eva@example.org",
            "customer": "ana@new.example",
            "also": "+eva@home.example",
            "letin": "zoe@stranger.example",
            "keepout": "zoe@stranger.example",
            "spent": "15m",
            "escalate": "He waits.",
            "follow": "carla",
            "unfollow": "carla",
        }.items()
    },
    "ticket new": (
        (("No ink.", "--for", "eva@x.example", "--as", "ben", "--dry"),),
        "receipt_list",
    ),
    **{
        f"ticket {name}": ((("1", "3", "--as", "ben", "--dry"),), "receipt_list")
        for name in ("take", "resolve", "close", "reopen", "start", "wait", "hold", "spam")
    },
    "ticket notspam": ((("1", "3", "--dry"),), "receipt_list"),
    "ticket snooze": ((("3", "2d", "--dry"),), "receipt_list"),
    "ticket archive": ((("1", "3", "--dry"),), "receipt_list"),
    "ticket unarchive": ((("1", "3", "--dry"),), "receipt_list"),
    "ticket delete": ((("1", "3", "--dry"),), "receipt_list"),
    "ticket wake": ((("1", "3", "--dry"),), "receipt_list"),
    "ticket merge": ((("1", "3", "--yes", "--dry"),), "receipt_list"),
    "ticket link": ((("1", "3", "--dry"),), "receipt_list"),
    **{
        f"ticket {name}": ((("1", *more, "--dry"),), "receipt_list")
        for name, more in {"unmerge": (), "unlink": ("3",), "split": (), "undo": ()}.items()
    },
    "sla explain": ((("1",), ("2",)), "explanation"),
    "agents list": (((),), "agent_list"),
    "template list": (((),), "template_list"),
    "outbox list": (
        ((), *(("--state", one) for one in ("due", "sent", "failed", "uncertain"))),
        "outbox_list",
    ),
    "quarantine list": (((), ("--state", "dropped")), "quarantine_list"),
    "quarantine show": ((("1",), ("2",)), "held_message"),
    "simulate": ((("{mail}",), ("{nobody}",), ("{answer}",)), "dry_run"),
    "replay": ((("--desk", "{other}", "--since", "30d"),), "replay"),
    "parse": ((("{mail}",), ("{broken}",), ("{forwarded}",), ("{report}",)), "parsed_message"),
    "check": (((),), "check"),
    "health": (((),), "health"),
    "contacts": (((),), "contact_list"),
    "unsubscribed list": (((),), "unsubscribed_list"),
    "mailboxes": (((), ("--look",)), "mailbox_list"),
    "schema": (((),), "schema_list"),
    "setup": ((), "setup"),  # asked in tests/stories/test_setup_story.py, which has the servers
}
PARTS = {part for name in names() for part in schema(name).get("$defs", {})}
FORWARDED = b"""\
From: Kim <kim@customer.example>
To: support@desk.example
Subject: Fwd: Jam

Please look.

---------- Forwarded message ---------
From: Sam <sam@elsewhere.example>
Date: Fri, 20 Nov 2026 at 10:00
Subject: Jam
To: Kim <kim@customer.example>

It is stuck.
"""
REPORT = b"""\
From: mailer-daemon@elsewhere.example
To: support@desk.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

It did not arrive.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.elsewhere.example

Final-Recipient: rfc822; kim@customer.example
Action: failed
Status: 5.1.1
--x--
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Answers, notes, files, a stranger, mails sent and failed, messages held and dropped."""
    place = Place(tmp_path_factory.mktemp("json") / "desk")
    place.receive(message("The window is stuck.", Subject="The window"))
    place.answer("ben@desk.example", "#priority high\n#label vip\nHello Kim.")
    place.answer("ben@desk.example", "#note She has called three times.")
    with_file = message(
        "See the log.", From="sam@elsewhere.example", Content_Type="multipart/mixed; boundary=x"
    )
    files = (
        b"--x\r\n\r\nSee the log.\r\n--x\r\nContent-Type: text/plain\r\n"
        b'Content-Disposition: attachment; filename="a.log"\r\n\r\nline\r\n--x--\r\n'
    )
    head = with_file.partition(b"\r\n\r\n")[0]
    place.receive(head + b"\r\n\r\n" + files, "sam@elsewhere.example")
    last = place.letters("kim@customer.example")[-1]
    stranger = message(
        "I know more.", From="zoe@stranger.example", In_Reply_To=str(last["Message-ID"]),
        Subject="Re: The window",
    )  # fmt: skip
    place.receive(stranger, "zoe@stranger.example")
    place.deliver()
    place.answer("ben@desk.example", "#resolve\nIt is mended.")
    place.deliver()
    place.later(60)
    place.receive(message("Automatic.", Auto_Submitted="auto-replied", Subject="Out of office"))
    for n in range(2):
        place.receive(b"Subject: who?\r\n\r\nNobody %d." % n, "")
    place.receive(message("One more thing.", From="ana.k@bigcorp.example", Subject="Invoice"))
    with place.services.db.write() as conn:
        rows = place.rows("outbox")
        failed = {"state": "failed", "due_at": None, "reply": "no such user"}
        failed |= {"enhanced_status": "5.1.1"}
        conn.execute(update(outbox_table).where(outbox_table.c.id == rows[0].id).values(failed))
        outbox.mark_bounced(conn, rows[1].id, "uncertain", "", "")
        first = place.rows("timers")[0]
        rang = {"state": "rang", "due_at": None}
        conn.execute(update(timers).where(timers.c.id == first.id).values(rang))
    ask(place.folder, "quarantine", "drop", "2", code=0)
    ask(place.folder, "agents", "renew", "ana", code=0)
    ask(place.folder, "unsubscribed", "add", "kim@customer.example", code=0)
    Heartbeat(place.folder).begin(("work",))
    yield place.folder
    place.services.db.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, desk: Path) -> dict[str, str]:
    """Messages, and another desk folder, by the names that the table has for them."""
    folder = tmp_path_factory.mktemp("files")
    answer = message("Yes.", From="ben@desk.example", Subject="Re: [TKT-0001] The window")
    wanted = {
        "mail": message("Please refund it.", Subject="Invoice 4711 is wrong"),
        "nobody": b"Subject: who?\r\n\r\nNobody.",
        "answer": answer,
        "broken": b"",
        "forwarded": FORWARDED,
        "report": REPORT,
    }
    for name, raw in wanted.items():
        (folder / f"{name}.eml").write_bytes(raw)
    other = folder / "other"
    other.mkdir()
    for path in (ROOT / "deploy" / "desk").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        told = text.replace("category: billing", "category: account")
        (other / path.name).write_text(told, encoding="utf-8")
    found = {name: str(folder / f"{name}.eml") for name in wanted}
    return found | {"other": str(other)}


def ask(desk: Path, *words: str, code: int | None = None) -> str:
    """What the command prints."""
    if not cli.app.registered_groups:
        cli._register()
    place = () if words[0] in ("parse", "schema") else ("--desk", str(desk))
    place = ("--from-desk", str(desk)) if words[0] == "replay" else place
    done = CliRunner().invoke(cli.app, [*words, *place])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert code is None or done.exit_code == code, done.output
    return done.stdout


def validate(value: Any, name: str) -> None:
    validator = Draft202012Validator(schema(name), format_checker=FormatChecker())
    wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert wrong == [], name


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_prints_is_as_its_schema_says(
    desk: Path, files: dict[str, str], command: str
) -> None:
    asked, shape = COMMANDS[command]
    for words in asked:
        code = (
            None if command in (*REFUSED, "check", "health") else 0
        )  # a desk without key and processes
        words = tuple(word.format(**files) for word in words)
        said = ask(desk, *command.split(), *words, "--json", code=code)
        validate(json.loads(said), shape)


def test_every_command_with_json_is_tried_here_and_every_schema_is_used() -> None:
    ask(Path(), "schema")

    def taking(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
        if any("--json" in parameter.opts for parameter in command.params):
            yield " ".join(path)
        for name, inner in getattr(command, "commands", {}).items():
            yield from taking(inner, (*path, name))

    tried = {command.partition(" --")[0] for command in COMMANDS}
    assert set(taking(get_command(cli.app))) == tried
    assert set(names()) == {shape for _, shape in COMMANDS.values()} | PARTS


@pytest.mark.parametrize("name", names())
def test_a_schema_says_of_everything_what_it_is_and_that_there_is_no_more(name: str) -> None:
    whole = schema(name)
    Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert whole["title"]
    assert json.loads(ask(Path(), "schema", name)) == whole

    def look(value: Any) -> None:
        for at, one in value.get("properties", {}).items():
            assert one.get("description", "").endswith((".", "…")), at
            assert re.fullmatch("[a-z][a-z0-9_]*", at), at
        if value.get("type") == "object" and "properties" in value:
            assert "additionalProperties" in value
            assert set(value["required"]) <= set(value["properties"])
        for one in (*value.get("properties", {}).values(), *value.get("anyOf", ())):
            look(one)
        for inner in ("items", "additionalProperties"):
            if isinstance(value.get(inner), dict):
                look(value[inner])

    for one in (whole, *whole.get("$defs", {}).values()):
        look(one)


def test_a_timeline_has_everything_in_order_with_who_and_when(desk: Path) -> None:
    told = json.loads(ask(desk, "ticket", "timeline", "1", "--json"))
    assert told["ticket"]["reference"] == "TKT-0001"
    moments = [entry["at"] for entry in told["entries"]]
    assert moments == sorted(moments)
    first, *_ = told["entries"]
    assert (first["type"], first["who"]) == ("history", "kim@customer.example")
    assert first["what"] == "opened"
    words = [one for one in told["entries"] if one["type"] == "message"]
    assert [one["summary"] for one in words[:2]] == ["The window is stuck.", "Hello Kim."]
    assert (words[1]["who"], words[1]["what"]) == ("ben@desk.example", "replied")
    assert len(words) == len(json.loads(ask(desk, "ticket", "show", "1", "--json"))["messages"])
    mails = [one for one in told["entries"] if one["type"] == "mail"]
    assert {one["mail"]["state"] for one in mails} >= {"sent", "failed"}
    failed = "acknowledgement to kim@customer.example, failed: no such user"
    assert failed in [mail["summary"] for mail in mails]
    assert "normal → high" in ask(desk, "ticket", "timeline", "1")


def test_a_queue_that_is_cut_says_so_and_goes_on(desk: Path) -> None:
    first = json.loads(ask(desk, "outbox", "list", "--state", "sent", "--limit", "1", "--json"))
    assert first["cut"] is True
    after = ("--after", first["next"])
    rest = json.loads(ask(desk, "outbox", "list", "--state", "sent", *after, "--json"))
    assert rest["mails"]
    assert all(mail["id"] < first["mails"][0]["id"] for mail in rest["mails"])
    assert (rest["cut"], rest["next"]) == (False, None)
    said = ask(desk, "outbox", "list", "--state", "sent", "--limit", "1")
    assert said.splitlines()[-1] == f"… and more; the next with --after {first['next']}"


def test_no_signed_return_path_is_printed(desk: Path) -> None:
    for words in (("outbox", "list", "--state", "sent"), ("ticket", "timeline", "1")):
        assert "+ba" not in ask(desk, *words, "--json")


def examples() -> list[tuple[str, str]]:
    """Shape and text of every example in the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    return re.findall(r"^### `(\w+)`\n.*?^```json\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_guide_has_an_example_of_every_shape_that_is_printed() -> None:
    assert {name for name, _ in examples()} == {shape for _, shape in COMMANDS.values()}


@pytest.mark.parametrize(("name", "example"), examples(), ids=[name for name, _ in examples()])
def test_an_example_of_the_guide_is_as_its_schema_says(name: str, example: str) -> None:
    validate(json.loads(example), name)


def test_a_schema_that_there_is_not_is_answered_with_what_there_is() -> None:
    done = CliRunner().invoke(cli.app, ["schema", "tiket"])
    assert done.exit_code == 2
    assert "there is no schema tiket; there are agent, agent_list" in done.stderr
    with pytest.raises(KeyError):
        schema("tiket")
