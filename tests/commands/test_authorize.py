"""`maildesk authorize`: in a real terminal's stead, with a real provider, mailbox and relay."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from maildesk import cli
from maildesk.commands.oauth import authorize
from maildesk.heartbeat import Heartbeat
from tests.servers.clock import Clock
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.process import NEVER, hears_ctrl_c
from tests.servers.provider import Provider, aadsts, graph_error, in_json
from tests.servers.token_relay import TokenRelay
from tests.stories.running_desk import ROOT

SUPPORT = "support@company.example"


class RealClock(Clock):
    """A command has no other."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Desk:
    """A desk folder, and what is around it."""

    folder: Path
    provider: Provider
    account: ImapAccount
    relay: TokenRelay
    said: list[str] = field(default_factory=list)

    def write(self, *, relay: str = "", **client: Any) -> None:
        application = {
            "provider": "microsoft",
            "client_id": "desk-app",
            "token_url": f"{self.provider.url}/token",
            "device_url": f"{self.provider.url}/devicecode",
            "authorize_url": f"{self.provider.url}/authorize",
        } | client
        self.provider.secrets.clear()
        if "client_secret" in client:
            self.provider.secrets["desk-app"] = "s3cret-value"
            self.provider.acts_for = SUPPORT
        smtp = f"host: 127.0.0.1, port: {self.relay.port}, username: {SUPPORT}, auth: oauth"
        place = f"host: {self.account.host}, port: {self.account.port}, tls: none"
        (self.folder / "settings.yaml").write_text(
            f"oauth: [{application}]\n"
            f"imap: [{{name: support, {place}, username: {SUPPORT}, auth: oauth}}]\n"
            f"relay: {{{relay or smtp}}}\n",
            encoding="utf-8",
        )

    def run(self, *words: str) -> tuple[int, str]:
        """A command, in this process: its exit code, and what it said."""
        if not cli.app.registered_commands:
            cli._register()
        done = CliRunner().invoke(cli.app, [*words, "--desk", str(self.folder)])
        self.said.append(done.output)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, done.output


@pytest.fixture
def desk(
    tmp_path: Path,
    dovecot: Dovecot,
    dovecot_account: ImapAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    # a command changes where this whole process logs to
    monkeypatch.setattr("maildesk.log.configure", lambda *_, **__: None)
    provider = Provider(RealClock())
    dovecot.providers.append(provider.owner_of)
    relay = TokenRelay(provider.owner_of)
    shutil.copytree(ROOT / "deploy" / "desk", tmp_path / "desk")
    made = Desk(tmp_path / "desk", provider, dovecot_account, relay)
    made.write()
    yield made
    told = "".join(made.said)
    for secret in ("s3cret-value", *provider.access, *provider.refresh, *provider.devices):
        assert secret not in told
    relay.remove()
    dovecot.providers.remove(provider.owner_of)
    provider.remove()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[float]]:
    """What happens while the command waits."""

    def when(happens: Callable[[], object]) -> list[float]:
        seen: list[float] = []

        def pause(seconds: float) -> None:
            seen.append(seconds)
            happens()

        monkeypatch.setattr(authorize, "sleep", pause)
        return seen

    return when


def agreed(desk: Desk) -> Callable[[], None]:
    """Somebody types the code that is shown last."""

    def agree() -> None:
        for device in desk.provider.devices.values():
            device.approved_by = SUPPORT
            device.asked_at = None

    return agree


def test_a_code_opens_mailbox_and_relay(desk: Desk, pauses: Any) -> None:
    pauses(agreed(desk))
    code, said = desk.run("authorize", "support", "--no-browser")
    assert code == 0, said
    assert f"{SUPPORT} at Microsoft, for IMAP, SMTP." in said
    assert "1. Open https://login.microsoft.com/device" in said
    assert re.search(r"2\. Enter the code [0-9A-F]{8}\n", said)
    assert f"IMAP, {SUPPORT} at 127.0.0.1: signed in" in said
    assert f"SMTP, {SUPPORT} at 127.0.0.1: signed in" in said
    code, checked = desk.run("check")
    assert code == 0
    assert f"{desk.folder}: all is well." in checked.splitlines()
    code, said = desk.run("authorize")
    assert "well" in said


@pytest.mark.parametrize("name", ["support", SUPPORT, SUPPORT.upper(), "relay"])
def test_a_mailbox_may_be_called_by_any_of_its_names(desk: Desk, name: str) -> None:
    desk.write(tenant="t", client_secret="s3cret-value")
    code, said = desk.run("authorize", name)
    assert code == 0, said
    assert "The application signs in as itself; nobody else has to." in said


def test_before_anybody_has_signed_in_check_says_which_command_helps(desk: Desk) -> None:
    words = (
        f"{SUPPORT} cannot sign in (IMAP, SMTP): not authorized; `maildesk authorize support` "
        "says what helps"
    )
    code, said = desk.run("check")
    assert code == 0  # there is no database yet: the files can be checked from anywhere
    assert words in said
    desk.run("init")
    code, said = desk.run("check")
    assert code == 2
    assert words in said
    code, said = desk.run("authorize")
    assert code == 0
    assert "not authorized" in said
    assert "maildesk authorize support" in said


@pytest.mark.parametrize(
    ("number", "named", "helps"),
    [
        ("65001", "consent missing", "Grant admin consent"),
        ("7000215", "secret wrong", "the Value of the secret, not its Secret ID"),
        ("7000222", "secret expired", "Certificates & secrets"),
        ("700016", "application unknown", "compare client_id"),
        ("90002", "tenant unknown", "Directory (tenant) ID"),
    ],
)
def test_what_the_provider_refuses_is_named_with_what_helps(
    desk: Desk, number: str, named: str, helps: str
) -> None:
    desk.write(tenant="t", client_secret="s3cret-value")
    desk.provider.odd.append(aadsts(number))
    code, said = desk.run("authorize", "support")
    assert code == 1
    assert f"{SUPPORT} is not let in: {named}." in said
    assert helps.lower() in said.lower()
    assert f"AADSTS{number}" in said


def test_what_passes_by_itself_is_said_to_programs_as_well(desk: Desk) -> None:
    desk.write(tenant="t", client_secret="s3cret-value")
    desk.provider.odd.append(in_json(429, {}, Retry_After="30"))
    code, said = desk.run("authorize", "support")
    assert code == 75
    assert "throttled" in said


def test_a_token_that_the_mailbox_does_not_take_is_told_from_a_refusal(
    desk: Desk, pauses: Any
) -> None:
    pauses(agreed(desk))
    desk.relay.refusal = "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant"
    code, said = desk.run("authorize", "support", "--no-browser")
    assert code == 1
    assert "IMAP" in said
    assert "server refuses" in said
    assert "relay: kind: graph" in said


def test_two_grants_are_two_steps(desk: Desk, pauses: Any) -> None:
    graph = f"kind: graph, username: {SUPPORT}, auth: oauth, graph_url: {desk.provider.url}/v1.0"
    desk.write(relay=graph)
    pauses(agreed(desk))
    code, said = desk.run("authorize", SUPPORT, "--no-browser")
    assert code == 0, said
    assert f"Step 1 of 2: {SUPPORT} at Microsoft, for IMAP." in said
    assert f"Step 2 of 2: {SUPPORT} at Microsoft, for Microsoft Graph." in said
    asked = [form["scope"] for path, form in desk.provider.asked if path == "/devicecode"]
    assert asked[1] == "https://graph.microsoft.com/Mail.Send offline_access"
    code, said = desk.run("send-test", "ana@example.org")
    assert code == 0, said
    assert len(desk.provider.posted) == 3
    desk.provider.odd_posts.append(graph_error(403, "ErrorAccessDenied", "Access is denied."))
    code, said = desk.run("send-test", "ana@example.org")
    assert code != 0
    assert "Access is denied" in said
    assert f"what helps: `maildesk authorize {SUPPORT}`" in said


def test_whether_answers_arrive_is_measured_under_the_same_grant(desk: Desk) -> None:
    desk.write(tenant="t", client_secret="s3cret-value")
    words = ("send-test", "--replies", "--wait", "0", "--from", "support@desk.example")
    code, said = desk.run(*words)
    assert code == 1, said  # the relay delivers nothing here
    assert "did not arrive within 0 s" in said
    assert len(desk.relay.mails) == 2


def test_where_the_grant_does_not_hold_nothing_is_sent_and_what_helps_is_said(desk: Desk) -> None:
    desk.write(tenant="t", client_secret="s3cret-value")
    desk.provider.odd.append(aadsts("7000215"))
    code, said = desk.run("send-test", "--replies", "--wait", "0", "--from", "support@desk.example")
    assert code == 1
    assert "maildesk authorize" in said
    assert desk.relay.mails == []


def test_a_name_that_nobody_has_is_told_with_those_there_are(desk: Desk) -> None:
    code, said = desk.run("authorize", "billing")
    assert (code, said) == (
        2,
        f"maildesk: no billing signs in with OAuth; there are support, {SUPPORT}\n",
    )
    desk.write()
    (desk.folder / "settings.yaml").write_text("{}\n", encoding="utf-8")
    assert desk.run("authorize", "support")[0] == 2


def test_in_a_browser_elsewhere_the_last_address_is_pasted(desk: Desk) -> None:
    desk.write(provider="google", client_secret="s3cret-value")
    command = [sys.executable, "-m", "maildesk.cli", "authorize", "support", "--no-browser"]
    child = subprocess.Popen(
        [*command, "--desk", str(desk.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    url = next(line.strip() for line in child.stdout if line.startswith("http"))
    back = desk.provider.agree(url, SUPPORT)
    said, wrong = child.communicate(f"what is this?\n{back}\n", timeout=NEVER)
    assert child.returncode == 0, wrong
    assert "signed in" in said
    desk.said.append(said + wrong)


def test_ctrl_c_says_how_to_go_on_and_it_does(desk: Desk, pauses: Any) -> None:
    command = [sys.executable, "-m", "maildesk.cli", "authorize", "support", "--no-browser"]
    child = subprocess.Popen(
        [*command, "--desk", str(desk.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=hears_ctrl_c,
    )
    assert child.stdout is not None
    shown = next(line for line in child.stdout if "Enter the code" in line).split()[-1]
    child.send_signal(signal.SIGINT)
    said, wrong = child.communicate(timeout=NEVER)
    assert child.returncode == 130, wrong
    assert "Interrupted. `maildesk authorize support` goes on from here." in wrong
    desk.said.append(said + wrong)
    pauses(agreed(desk))
    code, again = desk.run("authorize", "support", "--no-browser")
    assert code == 0
    assert f"Enter the code {shown}\n" in again


def test_health_says_who_cannot_sign_in(desk: Desk) -> None:
    heart = Heartbeat(desk.folder, sign_ins=lambda: f"{SUPPORT} cannot sign in (IMAP): withdrawn")
    heart.begin(("imap",))
    words = f"{SUPPORT} cannot sign in (IMAP): withdrawn\n"
    assert desk.run("health") == (1, f"maildesk: {words}")
    code, said = desk.run("health", "--role", "imap")  # to restart it would mend nothing
    assert code == 0
    assert said.endswith(f"; {words}")
    heart.end()
