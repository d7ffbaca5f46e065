"""IMAP for the tests: MAILDESK_TEST_IMAP, else the machine's Dovecot, else the wheel pymap."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient

from tests.servers import NoServer
from tests.servers.process import NEVER, Process, answers, free_port, new_folder


@dataclass(frozen=True)
class ImapAccount:
    """Where one test's mailbox is, and how to get in. `certificate` is what TLS has to trust."""

    host: str
    port: int
    username: str
    password: str
    folder: str = "INBOX"
    tls_port: int = 0
    lmtp_port: int = 0
    certificate: Path | None = None
    access_token: str = ""


class Imap:
    """An IMAP server, and a fresh mailbox in it for each test.

    A server with accounts of its own gives one account, and each test a folder in it.
    """

    def __init__(
        self,
        account: ImapAccount,
        used: str,
        *,
        any_username: bool = False,
        process: Process | None = None,
        folder: Path | None = None,
    ) -> None:
        self.used = used
        self.process = process
        self.folder = folder
        # token -> username, asked by the token endpoint at each log-in
        self.access_tokens: dict[str, str] = {}
        # who is asked about other tokens
        self.providers: list[Callable[[str], str]] = []
        self._account = account
        self._any_username = any_username
        self._numbers = count(1)

    def new_account(self) -> ImapAccount:
        """A mailbox that holds nothing yet."""
        number = next(self._numbers)
        if self._any_username:
            username = f"desk{number}@desk.example"
            token = f"token-{number}-{os.getpid()}"
            self.access_tokens[token] = username
            return replace(self._account, username=username, access_token=token)
        account = replace(self._account, folder=f"maildesk-test-{os.getpid()}-{number}")
        with self.logged_in(account) as client:
            client.create_folder(account.folder)
        return account

    @contextmanager
    def logged_in(self, account: ImapAccount) -> Iterator[Any]:
        """Another IMAPClient (half of it has no types) at the same mailbox, without TLS."""
        with IMAPClient(account.host, account.port, ssl=False, timeout=NEVER) as client:
            client.login(account.username, account.password)
            yield client

    def append(self, account: ImapAccount, *raws: bytes, seen: bool = False) -> None:
        """Put messages into the mailbox."""
        with self.logged_in(account) as client:
            for raw in raws:
                client.append(account.folder, raw, (b"\\Seen",) if seen else ())

    def start(self) -> None:
        """Start it (again, on the same ports)."""
        if self.process is not None:
            self.process.start(lambda: answers(self._account.port, b"* OK"))

    def stop(self) -> None:
        """Stop our own; leave a server of the environment as it was found."""
        if self.process is not None:
            self.process.stop()

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def environment_imap(url: str) -> Imap:
    """imap://user:password@host:port: one account, in which folders may be made."""
    parts = urlsplit(url)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Imap(
        ImapAccount(parts.hostname or "127.0.0.1", parts.port or 143, username, password),
        "MAILDESK_TEST_IMAP",
    )


def wheel_imap() -> Imap:
    """pymap, an IMAP server in Python that keeps mail in memory: enough for one
    account without TLS."""
    program = Path(sys.executable).with_name("pymap")
    if not program.exists():
        words = (
            "no IMAP server: set MAILDESK_TEST_IMAP, install Debian's dovecot-imapd and "
            "dovecot-lmtpd, or the wheel pymap"
        )
        raise NoServer(words)
    account = ImapAccount("127.0.0.1", free_port(), "desk", "correct-horse")
    place = ["--host", account.host, "--port", str(account.port), "--no-tls"]
    command = [
        str(program),
        *place,
        "dict",
        "--demo-user",
        account.username,
        "--demo-password",
        account.password,
    ]
    folder = new_folder("pymap")
    process = Process(command, log=folder / "log", stop_signal=signal.SIGTERM)
    server = Imap(account, "the wheel pymap", process=process, folder=folder)
    server.start()
    return server
