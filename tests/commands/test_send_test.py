"""`maildesk send-test`: what a relay says of mails such as the desk writes, and which setting
helps.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from maildesk.commands import mail
from maildesk.config.environment import load_settings
from maildesk.pipeline.open_desk import open_desk
from tests.servers.relay import Relay
from tests.stories.running_desk import ROOT, as_mail

APP = typer.Typer()
APP.command("send-test")(mail.send_test)
APP.command("parse")(mail.parse)
YOU = "you@elsewhere.example"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    return folder


def send(desk: Path, settings: str, *words: str) -> Any:
    """Its result, with these settings."""
    (desk / "settings.yaml").write_text(settings, encoding="utf-8")
    return CliRunner().invoke(APP, ["send-test", YOU, "--desk", str(desk), *words])


def relay_line(relay: Relay, more: str = "") -> str:
    return f"relay: {{host: {relay.host}, port: {relay.port}{more}}}\n"


def test_each_kind_of_mail_is_sent_as_real_ones_are(desk: Path, relay: Relay) -> None:
    done = send(desk, relay_line(relay))
    assert done.exit_code == 0, done.output
    customers, agents, admins = relay.messages
    assert [m.rcpt_to for m in relay.messages] == [(YOU,)] * 3
    assert customers.mail_from.startswith("support+") and agents.mail_from.startswith("support+")
    assert admins.mail_from == ""
    for sent in (customers, agents):
        read = as_mail(sent)
        assert "support+" in str(read["Reply-To"])
        assert read["X-Maildesk-Ticket"] and read["Message-ID"]
    assert as_mail(agents)["Auto-Submitted"] == "auto-generated"
    assert as_mail(customers)["Auto-Submitted"] is None
    lines = done.stdout.splitlines()
    assert lines[0] == f"{relay.host}:{relay.port}, from support@desk.example"
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "as to a customer", "as to an agent", "as an alarm",
    ]  # fmt: skip
    assert all("sent 250 2.0.0 kept" in line for line in lines[1:])
    assert not (desk / "var" / "maildesk.sqlite").exists()


def test_a_relay_that_allows_the_log_in_s_own_address_alone_is_found_out(
    desk: Path, relay: Relay
) -> None:
    relay.refuse_sender(r"\+|^$", "553 5.7.1 <x>: Sender address rejected: not owned by user desk")
    done = send(desk, relay_line(relay))
    assert done.exit_code == 1
    assert relay.messages == []
    assert done.stdout.count("stopped 553 5.7.1") == 3
    assert "what helps: `envelope: plain` of the relay in settings.yaml" in done.stdout
    done = send(desk, relay_line(relay, ", envelope: plain"))
    assert done.exit_code == 0, done.output
    assert {m.mail_from for m in relay.messages} == {"support@desk.example"}


def test_every_relay_is_tried_with_an_address_of_its_own(desk: Path, relay: Relay) -> None:
    other = Relay()
    text = f"""
relays:
  - {{name: main, host: {relay.host}, port: {relay.port}}}
  - {{name: money, host: {other.host}, port: {other.port}, for: [billing@desk.example],
      envelope: plain}}
"""
    done = send(desk, text)
    assert done.exit_code == 0, done.output
    assert "main: 127.0.0.1" in done.stdout
    assert f"money: 127.0.0.1:{other.port}, from billing@desk.example" in done.stdout
    assert {m.mail_from for m in other.messages} == {"billing@desk.example"}
    done = send(desk, text, "--from", "billing@desk.example")
    assert (len(relay.messages), len(other.messages)) == (3, 6)
    done = send(desk, text, "--from", "biling@desk.example")
    assert done.exit_code == 2
    other.remove()


def test_what_passes_by_itself_is_told_so(desk: Path, relay: Relay) -> None:
    relay.stop()
    done = send(desk, relay_line(relay))
    assert done.exit_code == 75
    assert "the relay refuses the connection" in done.stdout


def test_no_line_of_the_log_stands_between_its_own(desk: Path, relay: Relay) -> None:
    relay.stop()
    done = send(desk, relay_line(relay))
    lines = (done.stdout + done.stderr).splitlines()
    assert [line for line in lines if "no_relay" in line] == []
    assert len(lines) == 1 + 2 * 3, lines  # the relay, and for each mail what came of it and helps


def test_it_counts_against_the_relay_s_limit_and_says_where_that_leaves_no_room(
    desk: Path, relay: Relay
) -> None:
    limited = relay_line(relay, ", limit: 4/hour")
    (desk / "settings.yaml").write_text(limited, encoding="utf-8")
    with closing(open_desk(desk, load_settings(desk))):
        pass  # it has run before
    assert send(desk, limited).exit_code == 0
    done = send(desk, limited)
    assert done.exit_code == 75, done.output
    assert len(relay.messages) == 4
    assert "as to a customer  sent 250" in done.stdout
    assert done.stdout.count("waiting its `limit` (4/hour) leaves no room before 20") == 2
