"""`maildesk simulate`, `replay` and `sla explain`: what they print, and that nothing is written."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from maildesk.config.environment import load_settings
from maildesk.ingress.pipe import inject
from maildesk.mail.message import Envelope
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.receive import receive
from tests.servers import forked
from tests.stories.running_desk import ROOT

MAIL = b"""\
From: Kim Novak <kim@bigcorp.example>
To: support@desk.example
Subject: Invoice 4711 is wrong
Date: Wed, 18 Nov 2026 10:00:00 +0100
Message-ID: <4711@bigcorp.example>

Please refund it.
"""
AT = ("--at", "2026-11-18T10:00")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy of the example desk that never ran."""
    shutil.copytree(ROOT / "deploy" / "desk", tmp_path / "desk")
    return tmp_path / "desk"


def maildesk(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return forked.run_text([str(word) for word in words])


def as_json(*words: str | Path) -> Any:
    done = maildesk(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def mail_file(folder: Path, raw: bytes = MAIL) -> Path:
    path = folder / "mail.eml"
    path.write_bytes(raw)
    return path


def process(desk: Path, raw: bytes) -> None:
    """One message through the real pipeline."""
    settings = load_settings(desk)
    inject(desk, settings, raw, Envelope("kim@bigcorp.example", ("support@desk.example",)))
    with closing(open_desk(desk, settings)) as services:
        receive(services)


def contents(desk: Path) -> dict[str, str]:
    """Every file but those that SQLite makes for reading, with what is in it."""
    files = (p for p in desk.rglob("*") if p.is_file() and not p.name.endswith(("-wal", "-shm")))
    return {str(p.relative_to(desk)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_message_is_explained_whole_and_nothing_is_left_behind(
    desk: Path, tmp_path: Path
) -> None:
    path, before = mail_file(tmp_path), contents(desk)
    found = as_json("simulate", path, "--desk", desk, *AT)
    assert list(found) == [
        "ticket",
        "held",
        "requester",
        "trust",
        "rules",
        "effects",
        "assignment",
        "clocks",
        "mails",
    ]
    assert found["ticket"] == {"reference": None, "new": True, "why": "a new conversation"}
    assert found["trust"]["words"] == "a new conversation"
    rules = {rule["name"]: rule for rule in found["rules"]}
    assert all(
        set(rule) == {"name", "file", "line", "matched", "because"} for rule in found["rules"]
    )
    assert rules["Billing mail is billing"]["matched"]
    assert rules["Billing mail is billing"]["file"] == "rules.yaml"
    late = rules["Say when we are back, after hours"]
    assert (late["file"], late["matched"], late["because"]) == (
        "default_rules.yaml",
        False,
        "desk.open is yes, wanted: is no",
    )
    assert {"effect": "set_field",
        "rule": (f"rules.yaml:{rules['Billing mail is billing']['line']} "
        "Billing mail is billing"),
            "name": "category", "value": "billing"} in found["effects"]  # fmt: skip
    assert found["assignment"]["assignee"] == "ana@desk.example"
    assert found["assignment"]["reasons"] == ["Ana Lindqvist: 0 open, never given one"]
    (promise,) = found["clocks"]
    assert (promise["clock"], promise["policy"], promise["due_at"]) == (
        "first_response",
        "High",
        "2026-11-18T14:00:00+00:00",
    )
    mails = {mail["template"]: mail for mail in found["mails"]}
    assert set(mails) == {"acknowledgement", "agent_assigned"}
    assert set(mails["acknowledgement"]) == {"to", "subject", "template", "text"}
    assert mails["acknowledgement"]["subject"] == "[TKT-0001] We have your message"
    assert "18 November 2026 at 15:00 CET" in " ".join(mails["acknowledgement"]["text"].split())
    assert contents(desk) == before


def test_on_a_desk_that_runs_it_finds_the_ticket_and_writes_nothing(
    desk: Path, tmp_path: Path
) -> None:
    process(desk, MAIL)
    before = contents(desk)
    answer = MAIL.replace(b"<4711@", b"<4712@").replace(
        b"Subject: ", b"In-Reply-To: <4711@bigcorp.example>\nSubject: Re: "
    )
    found = as_json("simulate", mail_file(tmp_path, answer), "--desk", desk)
    assert (found["ticket"]["reference"], found["ticket"]["new"]) == ("TKT-0001", False)
    assert [mail["template"] for mail in found["mails"]] == ["agent_reply"]
    again = as_json("simulate", mail_file(tmp_path), "--desk", desk)
    assert again["ticket"]["new"]  # as if it had not been processed before
    assert contents(desk) == before
    assert [
        ticket["reference"] for ticket in as_json("ticket", "list", "--desk", desk)["tickets"]
    ] == ["TKT-0001"]


def test_people_are_told_calmly(desk: Path, tmp_path: Path) -> None:
    done = maildesk("simulate", mail_file(tmp_path), "--desk", desk, "--at", "2026-11-20T22:30")
    assert done.returncode == 0
    for words in (
        "A new ticket: a new conversation",
        "✓ default_rules.yaml:",
        "desk.open is no, wanted: is yes",
        "ana@desk.example: the fewest open tickets",
        "first response: due Mon 2026-11-23",
        "We will be back on Monday, 23 November 2026",
        "Nothing was written and nothing was sent.",
    ):
        assert words in done.stdout, words


def test_what_would_be_held_says_so(desk: Path, tmp_path: Path) -> None:
    own = MAIL.replace(b"kim@bigcorp.example>\nTo", b"billing@desk.example>\nTo")
    found = as_json("simulate", mail_file(tmp_path, own), "--desk", desk)
    assert found["ticket"]["why"] == "it claims to come from an address of this desk"
    assert [effect["effect"] for effect in found["effects"]] == ["hold"]
    assert found["mails"] == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("simulate", "nothing.eml"), 1, "nothing.eml cannot be read"),
        (("simulate", "{mail}", "--at", "soon"), 2, "--at takes a time"),
        (("replay",), 2, "needs the new desk folder"),
        (("sla", "explain", "TKT-9"), 1, "there is no ticket TKT-9"),
    ],
)
def test_what_cannot_be_done_is_said(
    desk: Path, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    path = str(mail_file(tmp_path))
    place = () if words[0] == "replay" else ("--desk", desk)
    done = maildesk(*(word.replace("{mail}", path) for word in words), *place)
    assert done.returncode == code
    assert told in done.stderr


def test_a_replay_tells_what_another_folder_would_change(desk: Path, tmp_path: Path) -> None:
    process(desk, MAIL)
    new = tmp_path / "new"
    shutil.copytree(ROOT / "deploy" / "desk", new)
    rules = (new / "rules.yaml").read_text(encoding="utf-8")
    (new / "rules.yaml").write_text(
        rules.replace("      - category: billing\n", "      - category: account\n"),
        encoding="utf-8",
    )
    before = contents(desk)
    found = as_json("replay", "--since", "7d", "--desk", new, "--from-desk", desk)
    assert (found["messages"], found["different"]) == (1, 1)
    changes = found["differences"][0]["changes"]
    assert changes["category"] == {"before": "billing", "after": "account"}
    assert "assignee" not in changes
    same = as_json("replay", "--desk", ROOT / "deploy" / "desk", "--from-desk", desk)
    assert (same["messages"], same["different"]) == (1, 0)
    assert contents(desk) == before
    people = maildesk("replay", "--desk", new, "--from-desk", desk).stdout
    assert "    category: billing → account" in people
    assert "1 message since 7d: 1 would be different." in people


def test_a_deadline_is_explained_interval_by_interval(desk: Path) -> None:
    process(desk, MAIL)
    found = as_json("sla", "explain", "TKT-0001", "--desk", desk)
    (clock,) = found["clocks"]
    assert (clock["clock"], clock["policy"], clock["calendar"]) == (
        "first_response",
        "High",
        "office",
    )
    assert clock["place"].startswith("sla.yaml:")
    assert clock["intervals"]
    assert all(
        set(one) == {"starts_at", "ends_at", "counted", "seconds", "why", "place"}
        for one in clock["intervals"]
    )
    people = maildesk("sla", "explain", "TKT-0001", "--desk", desk).stdout
    assert "first response: " in people
    assert "calendar office (sla.yaml:" in people


def test_standard_output_has_the_json_and_no_line_of_a_log(desk: Path) -> None:
    text = "email,plan\nkim@customer.example,Gold\n"
    (desk / "contacts.csv").write_text(text, encoding="utf-8")
    done = maildesk("check", "--desk", desk, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["mistakes"] == []
