"""What servers say when they do not serve us, each with its name and the patience it asks for."""

from __future__ import annotations

import socket
import ssl

import pytest
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
    ProtocolError,
)

from maildesk.errors import PermanentFailure
from maildesk.ingress.imap import refusals


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (IMAPClientError("fetch failed: [THROTTLED] slow down"), "throttled"),
        (LoginError("[THROTTLED] too many log-ins"), "throttled"),
        (IMAPClientAbortError("Request is throttled. Suggested Backoff Time: 90000 milliseconds"),
         "throttled"),
        (IMAPClientError("select failed: [UNAVAILABLE] try later"), "unavailable"),
        (IMAPClientError("FETCH failed: [SERVERBUG] Internal error occurred."), "server_error"),
        (LoginError("[UNAVAILABLE] Temporary authentication failure."), "unavailable"),
        (IMAPClientError("select failed: [INUSE] Mailbox is locked"), "unavailable"),
        (IMAPClientError("append failed: [OVERQUOTA] Quota exceeded"), "over_quota"),
        (IMAPClientError("copy failed: [LIMIT] too much"), "limit"),
        (IMAPClientAbortError("Account exceeded command or bandwidth limits. (Failure)"), "limit"),
        (LoginError("[ALERT] Too many simultaneous connections. (Failure)"),
         "too_many_connections"),
        (IMAPClientAbortError("Maximum number of connections from user+IP exceeded "
                              "(mail_max_userip_connections=10)"), "too_many_connections"),
        (IMAPClientError("select failed: [NONEXISTENT] Unknown Mailbox: Support"),
         "folder_missing"),
        (IMAPClientError("select failed: Mailbox doesn't exist: Support"), "folder_missing"),
        (IMAPClientError("select failed: [NOPERM] Permission denied"), "not_allowed"),
        (LoginError("[ALERT] Application-specific password required"), "log_in_elsewhere"),
        (LoginError("[EXPIRED] renew your password"), "expired"),
        (LoginError("BasicAuthBlocked-LogonDenied"), "log_in_refused"),
        (LoginError("LOGIN failed: basic authentication is disabled"), "basic_auth_blocked"),
        (LoginError("[AUTHENTICATIONFAILED] Authentication failed."), "log_in_refused"),
        (IMAPClientAbortError("command: IDLE => server shutting down."), "bye"),
        (IMAPClientAbortError("unexpected tagged response: b'A7 OK done'"), "out_of_order"),
        (ProtocolError("invalid FETCH response"), "out_of_order"),
        (CapabilityError("Server does not support STARTTLS capability"), "cannot"),
        (TimeoutError("timed out"), "silent"),
        (ConnectionRefusedError(111, "Connection refused"), "unreachable"),
        (socket.gaierror(-2, "Name or service not known"), "unreachable"),
        (ssl.SSLCertVerificationError("certificate verify failed"), "tls_failed"),
        (PermanentFailure("the folder for large messages may not be written"), "ours"),
        (ValueError("nobody thought of this"), "failed"),
    ],
)  # fmt: skip
def test_each_has_its_name(failure: Exception, outcome: str) -> None:
    found = refusals.read(failure)
    assert found.outcome == outcome
    assert found.words


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("[THROTTLED] slow down", 300.0),
        ("Request is throttled. Suggested Backoff Time: 90500 milliseconds", 90.5),
        ("[THROTTLED] try again in 45 seconds", 45.0),
        ("[LIMIT] retry after 999999 s", 300.0),
        ("Request is throttled. Suggested Backoff Time: 999999999 milliseconds", 3600.0),
        ("[UNAVAILABLE] later", 60.0),
    ],
)
def test_a_server_is_left_alone_as_long_as_it_asks(said: str, seconds: float) -> None:
    found = refusals.read(IMAPClientError(f"fetch failed: {said}"))
    assert found.wait == seconds
    assert found.is_servers


def test_an_ordinary_failure_asks_for_no_patience() -> None:
    assert not refusals.read(IMAPClientError("fetch failed: no idea")).is_servers
    assert refusals.read(LoginError("wrong")).words == "the log-in is refused: wrong"
