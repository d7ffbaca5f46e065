"""`maildesk send-test --replies`: what each result means, compared with what desk.yaml says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from maildesk.commands import mail
from maildesk.measuring.advice import Configured, findings
from maildesk.measuring.replies import Replies
from tests.servers.delivery import BOUNCE, Delivery
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.stories.running_desk import ROOT

APP = typer.Typer()
APP.command("send-test")(mail.send_test)
APP.command("parse")(mail.parse)
DESK = "support@desk.example"
YES, NO = Configured(True, ""), Configured(False, "")


@pytest.fixture
def delivery(dovecot: Dovecot, dovecot_account: ImapAccount) -> Iterator[Delivery]:
    relay = Delivery(dovecot, dovecot_account)
    yield relay
    relay.remove()


@pytest.fixture
def desk(tmp_path: Path, dovecot_account: ImapAccount, delivery: Delivery) -> Path:
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "deploy" / "desk", folder)
    at = dovecot_account
    mailbox = f"name: support, host: {at.host}, port: {at.port}, tls: none, address: {DESK}, "
    mailbox += f"username: {at.username!r}, password: {at.password}"
    relay = f"relay: {{host: {delivery.host}, port: {delivery.port}}}\n"
    (folder / "settings.yaml").write_text(f"{relay}imap: [{{{mailbox}}}]\n", encoding="utf-8")
    return folder


def run(desk: Path, *words: str) -> Any:
    options = ["--replies", "--from", DESK, "--desk", str(desk)]
    return CliRunner().invoke(APP, ["send-test", *words, *options])


def test_what_is_not_as_configured_is_told_with_the_setting(desk: Path, delivery: Delivery) -> None:
    delivery.where = lambda recipient: BOUNCE if "+" in recipient else "INBOX"
    done = run(desk)
    assert done.exit_code == 1, done.output
    assert done.stdout.splitlines()[0] == DESK
    assert "sub_address_bounced: 5.1.1 " in done.stdout
    assert "set in desk.yaml: sub_addresses: no" in done.stdout
    assert "set in desk.yaml: trust: {authserv_id: mx.desk.example}" in done.stdout
    text = (desk / "desk.yaml").read_text(encoding="utf-8")
    text = text.replace("  # authserv_id: mx.desk.example", "  authserv_id: mx.desk.example")
    (desk / "desk.yaml").write_text(text + "\nsub_addresses: no\n", encoding="utf-8")
    done = run(desk)
    assert done.exit_code == 0, done.output
    assert "comes back, as `sub_addresses: no` says" in done.stdout
    assert "as `trust: authserv_id` says" in done.stdout
    assert "set in" not in done.stdout


def test_mistakes_of_whoever_asks(desk: Path) -> None:
    assert run(desk, "you@elsewhere.example").exit_code == 2
    options = ["--replies", "--from", "suport@desk.example", "--desk", str(desk)]
    done = CliRunner().invoke(APP, ["send-test", *options])
    assert done.exit_code == 2
    assert DESK in done.output  # the nearest right one


@pytest.mark.parametrize(
    ("found", "now", "setting", "words"),
    [
        (Replies(1.0, 2.0), YES, "", "as `sub_addresses: yes` says"),
        (Replies(1.0, 2.0), NO, "sub_addresses: yes", "the desk could use them"),
        (Replies(1.0, None), YES, "sub_addresses: no", "did not arrive within 60 s"),
        (Replies(1.0, None), NO, "", "as `sub_addresses: no` says"),
        (
            Replies(1.0, None, problems=("sub_address_refused: 550",)),
            YES,
            "sub_addresses: no",
            "comes back",
        ),
        (Replies(1.0, None, problems=("limit_reached: x",)), YES, "", "could not be measured"),
        (Replies(1.0, 2.0, ("mx.a.example",)), YES, "trust: {authserv_id: mx.a.example}", "forged"),
        (
            Replies(1.0, 2.0, ("MX.a.example",)),
            Configured(True, "mx.a.example"),
            "",
            "as `trust: authserv_id` says",
        ),
        (
            Replies(1.0, 2.0, ("mx.a.example",)),
            Configured(True, "mx.b.example"),
            "trust: {authserv_id: mx.a.example}",
            "desk.yaml names mx.b.example",
        ),
        (
            Replies(1.0, 2.0),
            Configured(True, "mx.b.example"),
            "trust: {check_dkim: yes}",
            "agents' mail",
        ),
        (Replies(1.0, 2.0, ("a.example", "b.example")), YES, "", "Two servers"),
        (Replies(1.0, 2.0, message_id_kept=False), YES, "", "nothing has to be set"),
        (
            Replies(1.0, 2.0, problems=("envelope_refused: 553 5.7.1 x",)),
            YES,
            "envelope: plain, of the relay",
            "takes nothing from a sub-address",
        ),
        (
            Replies(1.0, 2.0, spam_folders=("Junk",)),
            YES,
            'folders: [INBOX, "\\\\Junk"], of the mailbox',
            "lands in the spam folder Junk",
        ),
        (
            Replies(1.0, 2.0, spam_folders=("Junk",)),
            Configured(True, "", ("INBOX", "\\Junk")),
            "",
            "read as well",
        ),
        (Replies(problems=("plain_bounced: 5.1.1",)), YES, "", "nobody can write to it"),
        (Replies(), YES, "", "nothing can be said of the rest"),
        (Replies(problems=("no_mailbox: x",)), YES, "", "Nothing could be measured"),
    ],
)
def test_what_a_result_means(found: Replies, now: Configured, setting: str, words: str) -> None:
    told = findings(found, now, wait=60)
    assert [one.setting for one in told if one.setting] == ([setting] if setting else [])
    assert any(words in one.words for one in told), told
