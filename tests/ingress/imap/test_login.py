"""TLS and log-in of the IMAP door, against a real server and against one that is
not to be trusted."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from imapclient.exceptions import CapabilityError, LoginError
from pydantic import SecretStr

from maildesk.config.settings import ImapMailbox
from maildesk.errors import PermanentFailure
from maildesk.ingress.imap import refusals
from maildesk.ingress.imap.login import CertificateOfAnother, close, connect
from tests.ingress.imap.imap_desk import settings
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapAccount


def logs_in(mailbox: ImapMailbox) -> bool:
    client = connect(mailbox)
    try:
        client.noop()  # type: ignore[no-untyped-call, unused-ignore]
        return bool(client.has_capability("IDLE"))  # type: ignore[no-untyped-call, unused-ignore]
    finally:
        close(client)


@contextmanager
def server_without_tls(greeting: bytes) -> Iterator[tuple[ImapAccount, list[bytes]]]:
    """A server that offers no STARTTLS, and the lines it was told."""
    heard: list[bytes] = []

    def converse() -> None:
        link, _ = listener.accept()
        with link, link.makefile("rwb") as file:
            file.write(greeting + b"\r\n")
            file.flush()
            for line in file:
                heard.append(line)
                tag, verb = line.split()[:2]
                file.write(
                    (b"* CAPABILITY IMAP4rev1\r\n" if verb == b"CAPABILITY" else b"")
                    + tag
                    + b" OK done\r\n"
                )
                file.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=converse, daemon=True)
        thread.start()
        yield ImapAccount("127.0.0.1", listener.getsockname()[1], "desk", "secret"), heard
        thread.join(10)
        assert not thread.is_alive()


def test_a_password_is_sent_inside_implicit_tls(dovecot_account: ImapAccount) -> None:
    assert logs_in(
        settings(
            dovecot_account,
            tls="implicit",
            port=dovecot_account.tls_port,
            ca_file=dovecot_account.certificate,
        )
    )


def test_a_password_may_have_anything_in_it(dovecot: Dovecot, dovecot_account: ImapAccount) -> None:
    odd = "pa$$w\"ö'rd {x} \\ % ü 🔑"
    dovecot.change_password(odd)
    try:
        assert logs_in(settings(dovecot_account, password=SecretStr(odd)))
        wrong = settings(dovecot_account, password=SecretStr("falsch-ö"))
        with pytest.raises(Exception, match="AUTHENTICATIONFAILED") as refused:
            logs_in(wrong)
    finally:
        dovecot.change_password(dovecot_account.password)
    assert refusals.read(refused.value).outcome == "log_in_refused"
    assert "falsch" not in str(refused.value)


def test_a_password_is_sent_inside_starttls(dovecot_account: ImapAccount) -> None:
    assert logs_in(settings(dovecot_account, tls="starttls", ca_file=dovecot_account.certificate))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_nobody_vouches_for_ends_the_connection(
    dovecot_account: ImapAccount, tls: str
) -> None:
    port = dovecot_account.tls_port if tls == "implicit" else dovecot_account.port
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(settings(dovecot_account, tls=tls, port=port))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_for_another_host_ends_the_connection_and_is_told_with_both_names(
    dovecot_account: ImapAccount, tls: str
) -> None:
    at = dovecot_account
    port = at.tls_port if tls == "implicit" else at.port
    other = settings(at, host="localhost", tls=tls, port=port, ca_file=at.certificate)
    with pytest.raises(CertificateOfAnother) as refused:
        connect(other)
    refusal = refusals.read(refused.value)
    assert refusal.outcome == "certificate_of_another"
    assert "is for 127.0.0.1, and settings.yaml calls it localhost" in refusal.words


def test_nothing_is_said_in_the_clear_where_starttls_is_missing() -> None:
    with server_without_tls(b"* OK hello") as (account, heard), pytest.raises(CapabilityError):
        connect(settings(account, tls="starttls"))
    assert {line.split()[1] for line in heard} == {b"CAPABILITY"}


def test_a_server_that_claims_we_are_logged_in_already_does_not_lure_us_out_of_tls() -> None:
    with server_without_tls(b"* PREAUTH hello") as (account, heard), pytest.raises(CapabilityError):
        connect(settings(account, tls="starttls"))
    assert {line.split()[1] for line in heard} == {b"CAPABILITY"}


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_a_token_opens_the_mailbox(dovecot_account: ImapAccount, auth: str) -> None:
    assert logs_in(
        settings(
            dovecot_account, auth=auth, access_token=dovecot_account.access_token, password=None
        )
    )


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_a_wrong_token_is_refused_without_a_hang(dovecot_account: ImapAccount, auth: str) -> None:
    with pytest.raises(LoginError) as refusal:
        connect(settings(dovecot_account, auth=auth, access_token="stale-token"))
    assert "stale-token" not in str(refusal.value)


def test_a_command_prints_a_fresh_token_at_each_log_in(
    dovecot: Dovecot, dovecot_account: ImapAccount, tmp_path: Path
) -> None:
    place = tmp_path / "token"
    command = f"{sys.executable} -c \"print(open('{place}').read())\""
    mailbox = settings(dovecot_account, auth="xoauth2", access_token_command=command)
    for token in ("morning", "evening"):
        dovecot.access_tokens.clear()
        dovecot.access_tokens[token] = dovecot_account.username
        place.write_text(token)
        assert logs_in(mailbox)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"{sys.executable} -c \"import sys; sys.exit('no network')\"", "ended with 1: no network"),
        ("/nonexistent/program", "FileNotFoundError"),
    ],
)
def test_a_token_command_that_fails_says_why(
    dovecot_account: ImapAccount, command: str, words: str
) -> None:
    with pytest.raises(PermanentFailure, match=words):
        connect(settings(dovecot_account, auth="xoauth2", access_token_command=command))


def test_a_wrong_password_is_refused(dovecot_account: ImapAccount) -> None:
    mailbox = settings(dovecot_account).model_copy(update={"password": SecretStr("wrong")})
    with pytest.raises(LoginError):
        connect(mailbox)
