"""The story at a provider that takes no passwords: mail comes in and goes out by tokens, in one
process or in several on two servers, and by Microsoft Graph."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest

from tests.commands.test_authorize import RealClock
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.provider import Provider
from tests.servers.relay import Relay
from tests.servers.token_relay import TokenRelay
from tests.stories.running_desk import ALL_ROLES, RunningDesk, wait_until, write

DESK = "support@desk.example"
SECRET = "s3cret-value"


class Hosted:
    """A mailbox, a relay and a provider, and desks that use them."""

    def __init__(self, folder: Path, dovecot: Dovecot, account: ImapAccount, idle: Relay) -> None:
        self.provider = Provider(RealClock())
        self.provider.acts_for = account.username
        self.relay = TokenRelay(self.provider.owner_of)
        self._folder, self._dovecot, self._account, self._idle = folder, dovecot, account, idle
        dovecot.providers.append(self.provider.owner_of)
        self.desk: RunningDesk | None = None

    def open(
        self,
        *,
        relay: str = "",
        roles: Sequence[str] = ALL_ROLES,
        more: str = "",
        until: str = " connected mailbox=support",
    ) -> RunningDesk:
        """A desk that runs, and whose log says so far that its mailbox is open."""
        account, smtp = self._account, f"host: 127.0.0.1, port: {self.relay.port}"
        signs = f"username: {account.username}, auth: oauth"
        desk = RunningDesk(self._folder, self._idle, roles=roles)
        (self._folder / "settings.yaml").write_text(
            f"oauth: [{{provider: microsoft, tenant: t, client_id: desk-app, "
            f"client_secret: {SECRET}, token_url: '{self.provider.url}/token'}}]\n"
            f"imap: [{{name: support, host: 127.0.0.1, port: {account.port}, tls: none, {signs}, "
            f"poll: 1s, address: {DESK}}}]\n"
            f"relay: {{{relay or smtp}, {signs}}}\n"
            f"listeners: [{{port: 0}}]\npipeline: {{tick: 0.2}}\n{more}",
            encoding="utf-8",
        )
        self.desk = desk.start()
        wait_until(lambda: until in desk.log(), f"the log says {until}")
        return desk

    def ask(self) -> EmailMessage:
        """Somebody writes to the mailbox."""
        question = write("Kim <kim@customer.example>", DESK, "By token", "It lies in IMAP.")
        self._dovecot.append(self._account, question.as_bytes(policy=policy.SMTP))
        return question

    def end(self) -> None:
        desk = self.desk
        assert desk is not None
        codes = desk.stop()
        log = desk.log()
        for secret in (SECRET, *self.provider.access):
            assert secret not in log
        self._dovecot.providers.remove(self.provider.owner_of)
        self.relay.remove()
        self.provider.remove()
        assert set(codes) == {0}, log[-3000:]


@pytest.fixture
def hosted(
    tmp_path: Path, dovecot: Dovecot, dovecot_account: ImapAccount, relay: Relay
) -> Iterator[Hosted]:
    made = Hosted(tmp_path / "desk", dovecot, dovecot_account, relay)
    yield made
    made.end()


def answered(question: EmailMessage, sent: Callable[[], Sequence[bytes]]) -> bool:
    """Whether a mail that answers this one is out."""
    wanted = str(question["Message-ID"])
    mails = [message_from_bytes(raw, policy=policy.default) for raw in sent()]
    return any(mail["In-Reply-To"] == wanted and "kim@" in str(mail["To"]) for mail in mails)


def test_mail_comes_in_and_goes_out_by_one_token(hosted: Hosted) -> None:
    desk = hosted.open()
    question = hosted.ask()
    wait_until(lambda: answered(question, lambda: hosted.relay.mails), "an acknowledgement")
    assert hosted.provider.grants == ["client_credentials"]
    assert desk.run("check").returncode == 0


def test_processes_that_start_at_once_ask_once(
    hosted: Hosted, postgres_url: str, redis_url: str
) -> None:
    hosted.open(
        roles=("smtp,tick", "imap", "work", "work"),
        more=f"database: {postgres_url}\nbroker: {redis_url}\n",
    )
    question = hosted.ask()
    wait_until(lambda: answered(question, lambda: hosted.relay.mails), "an acknowledgement")
    assert hosted.provider.grants == ["client_credentials"]


def test_where_smtp_is_switched_off_mail_is_posted_to_graph(hosted: Hosted) -> None:
    hosted.open(relay=f"kind: graph, graph_url: '{hosted.provider.url}/v1.0'")
    question = hosted.ask()
    wait_until(
        lambda: answered(question, lambda: [one.raw for one in hosted.provider.posted]),
        "an acknowledgement",
    )
    assert sorted(form["scope"] for _, form in hosted.provider.asked) == [
        "https://graph.microsoft.com/.default",
        "https://outlook.office365.com/.default",
    ]
    assert {one.mailbox for one in hosted.provider.posted} == {hosted._account.username}
    assert hosted.relay.mails == []


def test_a_desk_that_is_not_let_in_says_so_wherever_one_looks(hosted: Hosted) -> None:
    hosted.provider.secrets["desk-app"] = "this year's"
    asked_at: list[float] = []
    hosted.provider.before = lambda: asked_at.append(time.monotonic())
    desk = hosted.open(until=" token_refused ")
    words = "cannot sign in (IMAP, SMTP): secret wrong; `maildesk authorize support`"
    wait_until(lambda: words in desk.run("health").stderr.decode(), "health says so")
    checked = desk.run("check")
    assert checked.returncode == 2
    assert words in checked.stderr.decode()
    # And it is no storm: it asks again, once after each pause that it names.
    pauses = [int(pause) for pause in re.findall(r" token_refused .*again_in=(\d+)", desk.log())]
    assert pauses == [30, 60, 120, 240][: len(pauses)]
    assert 1 <= len(asked_at) <= len(pauses) + 1
    for (before, after), pause in zip(pairwise(asked_at), pauses, strict=False):
        assert after - before >= pause
