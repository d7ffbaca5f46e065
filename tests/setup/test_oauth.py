"""Where a provider takes OAuth alone: what is asked, what is written, and that somebody is led
through signing in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk.config.environment import load_settings
from tests.servers.clock import Clock
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.process import NEVER
from tests.servers.provider import Provider
from tests.servers.token_relay import TokenRelay
from tests.setup.conftest import ADDRESS, DOMAIN, Surroundings
from tests.setup.typist import Typist
from tests.stories.running_desk import ROOT

SECRET = "s3cret-value"


class RealClock(Clock):
    """A command has no other."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Tenant:
    """A mailbox and a relay that take tokens of this provider."""

    folder: Path
    provider: Provider
    account: ImapAccount
    relay: TokenRelay

    @property
    def desk(self) -> Path:
        return self.folder / "desk"

    def words(self) -> list[str]:
        """What is typed. The provider's addresses are constants but for what settings.yaml says."""
        self.desk.mkdir()
        (self.desk / "settings.yaml").write_text(
            "# ours\n"
            f"oauth: [{{provider: microsoft, token_url: '{self.provider.url}/token', "
            f"client_id: desk-app, tenant: {DOMAIN}, client_secret: unknown-yet}}]\n",
            encoding="utf-8",
        )
        secret = self.folder / "secret"
        secret.write_text(SECRET, encoding="utf-8")
        return [
            "setup", ADDRESS, "--desk", str(self.desk), "--yes", "--oauth", "microsoft",
            "--client-secret-file", str(secret), "--agent", f"Ana <ana@{DOMAIN}>",
            "--imap", f"127.0.0.1:{self.account.port} none",
            "--relay", f"127.0.0.1:{self.relay.port} none", "--no-first-ticket", "--wait", "1",
        ]  # fmt: skip


@pytest.fixture
def tenant(tmp_path: Path, dovecot: Dovecot, dovecot_account: ImapAccount) -> Iterator[Tenant]:
    provider = Provider(RealClock())
    provider.secrets["desk-app"] = SECRET
    provider.acts_for = ADDRESS
    dovecot.providers.append(provider.owner_of)
    relay = TokenRelay(provider.owner_of)
    yield Tenant(tmp_path, provider, dovecot_account, relay)
    relay.remove()
    dovecot.providers.remove(provider.owner_of)
    provider.remove()


def test_an_application_signs_in_and_everything_is_tried(tenant: Tenant) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "maildesk.cli", *tenant.words(), "--json"],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=NEVER,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["imap"]["auth"] == "oauth"
    assert f"IMAP, {ADDRESS} at 127.0.0.1: signed in" in done.stderr
    assert f"SMTP, {ADDRESS} at 127.0.0.1: signed in" in done.stderr
    assert SECRET not in done.stdout + done.stderr
    text = (tenant.desk / "settings.yaml").read_text()
    assert text.startswith("# ours\n") and SECRET not in text
    settings = load_settings(tenant.desk)
    assert settings.imap[0].auth == settings.relay.auth == "oauth"
    (client,) = settings.oauth
    assert client.client_secret is not None
    assert client.client_secret.get_secret_value() == SECRET
    assert len(tenant.relay.mails) == 2, "those that measure"


def test_a_secret_that_is_refused_is_told_and_the_desk_is_whole(tenant: Tenant) -> None:
    tenant.provider.secrets["desk-app"] = "another"
    done = subprocess.run(
        [sys.executable, "-m", "maildesk.cli", *tenant.words()],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=NEVER,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"{ADDRESS} is not let in: secret wrong" in done.stderr
    checked = subprocess.run(
        [sys.executable, "-m", "maildesk.cli", "check", "--desk", str(tenant.desk)],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=NEVER,
    )  # fmt: skip
    assert "secret" in checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("exchange", "name", "question"),
    [
        (
            "0 company-example.mail.protection.outlook.com.",
            "Microsoft 365",
            "Directory (tenant) ID",
        ),
        ("1 smtp.google.com.", "Google Workspace", "Application (client) ID"),
    ],
)
def test_a_provider_that_is_known_by_its_mx_is_asked_about_oauth(
    around: Surroundings, tmp_path: Path, exchange: str, name: str, question: str
) -> None:
    around.names.tell(DOMAIN, "MX", exchange)
    world = tmp_path / "world.json"
    world.write_text(json.dumps({
        "nameservers": around.world.nameservers,
        "ports": around.world.ports,
        "ca_file": str(around.world.ca_file),
    }))  # fmt: skip
    words = ["-m", "tests.setup.in_a_world", str(world), "setup", ADDRESS]
    at = Typist([*words, "--desk", str(tmp_path / "desk")])
    try:
        at.reads(f"{name} takes its mail")
        at.answers("Mail comes in by", "127.0.0.1:9")
        at.answers("Mail goes out by", "127.0.0.1:9")
        at.reads(f"{name} lets programs in by OAuth; a password is not taken any more.")
        at.answers("Sign in by (oauth, password) [oauth]")
        at.answers("Log-in name")
        at.reads("An application has to be registered there once")
        at.answers(question, "\x03")
        assert at.ends() == 130
    finally:
        at.remove()
    assert not (tmp_path / "desk").exists()
