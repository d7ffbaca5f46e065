"""A hoster in a box: mailboxes in Dovecot, and a submission server that delivers into them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.servers import forked
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.hoster import Hoster
from tests.servers.imap import ImapAccount
from tests.servers.process import free_port
from tests.servers.submission import Submission
from tests.servers.tls import make_certificate

SUPPORT, ANA = "support@company.example", "ana@company.example"


@dataclass
class Box:
    """What a company has: the mailboxes support@ and ana@, and a folder for the desk."""

    folder: Path
    dovecot: Dovecot
    account: ImapAccount
    submission: Any  # a Submission, or a Hoster
    ca_file: Path
    password: str = PASSWORD
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def desk(self) -> Path:
        return self.folder / "desk"

    def options(self, *more: str) -> list[str]:
        """Every answer beforehand."""
        secret = self.folder / "password"
        secret.write_text(self.password + "\n", encoding="utf-8")
        return [
            "setup", SUPPORT, "--desk", str(self.desk), "--yes", "--name", "Company",
            "--agent", f"Ana Lindqvist <{ANA}>", "--imap", f"127.0.0.1:{self.account.tls_port} tls",
            "--relay", f"127.0.0.1:{self.submission.port} starttls",
            "--password-file", str(secret), "--ca-file", str(self.ca_file), *more,
        ]  # fmt: skip

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A command of maildesk, as it is typed."""
        known = {k: v for k, v in os.environ.items() if not k.startswith("MAILDESK_")}
        return forked.run_text(words, stdin=stdin, environment=known | self.environment)

    def mails_of(self, address: str) -> list[EmailMessage]:
        """What lies in this mailbox."""
        found: list[EmailMessage] = []
        with self.dovecot.logged_in(self.account_of(address)) as client:
            client.select_folder("INBOX", readonly=True)
            answers: Any = client.fetch(client.search(), ["BODY.PEEK[]"]) if client.search() else {}
            for number in sorted(answers):
                mail = message_from_bytes(answers[number][b"BODY[]"], policy=policy.default)
                assert isinstance(mail, EmailMessage)
                found.append(mail)
        return found

    def account_of(self, address: str) -> ImapAccount:
        """The mailbox of this address."""
        return replace(self.account, username=address)

    def remove(self) -> None:
        """Empty the mailboxes, and stop the submission server; Dovecot is the session's."""
        self.submission.remove()
        for address in (SUPPORT, ANA):
            with self.dovecot.logged_in(self.account_of(address)) as client:
                client.select_folder("INBOX")
                if uids := client.search():
                    client.delete_messages(uids)
                    client.expunge()


def make_box(folder: Path, dovecot: Dovecot, **more: Any) -> Box:
    """The box, with mailboxes that are empty."""
    account = dovecot.new_account()
    own = make_certificate(folder)
    assert account.certificate is not None
    believed = folder / "believed.pem"
    believed.write_text(own.certificate.read_text() + account.certificate.read_text())
    submission = Submission(account.lmtp_port, own, SUPPORT, ANA, password=account.password, **more)
    return Box(folder, dovecot, account, submission, believed, account.password)


def make_hosters_box(folder: Path, dovecot: Dovecot, *, delimiter: str) -> Box:
    """The same with a real Postfix, which needs root."""
    account = dovecot.new_account()
    hoster = Hoster(dovecot, free_port(), SUPPORT, ANA, delimiter=delimiter, keeps=True)
    return Box(folder, dovecot, account, hoster, Path(hoster.certificate), account.password)
