"""Visiting a server before anybody logs in: is it there, what does it speak, who is it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.setup.probe import probe
from maildesk.setup.servers import Server, Tls, Use, read_server
from maildesk.setup.world import World
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.process import free_port
from tests.servers.submission import Submission
from tests.servers.tls import Certificate, make_certificate


class Talker:
    """Says one thing to whoever comes, and listens."""

    def __init__(self, *lines: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._lines = lines
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            with link:
                for line in self._lines:
                    link.sendall(line)
                    try:
                        if not link.recv(4096):
                            break
                    except OSError:
                        break

    def remove(self) -> None:
        self._socket.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


@pytest.fixture
def submission(dovecot_account: ImapAccount, certificate: Certificate) -> Iterator[Submission]:
    """Takes log-ins behind STARTTLS."""
    made = Submission(
        dovecot_account.lmtp_port, certificate, "support@company.example", password=PASSWORD
    )
    yield made
    made.remove()


def world_of(certificate: Path | None) -> World:
    return World(ca_file=certificate, patience=1.0)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_mailbox_is_visited_and_left(
    dovecot: Dovecot, dovecot_account: ImapAccount, tls: Tls
) -> None:
    port = dovecot_account.tls_port if tls == "implicit" else dovecot_account.port
    found = probe(Server("imap", "127.0.0.1", port, tls), world_of(dovecot_account.certificate))
    assert found.is_well, found
    assert "IDLE" in found.offers and "AUTH=PLAIN" in found.offers


def test_a_submission_server_is_visited_and_left(
    submission: Submission, certificate: Certificate
) -> None:
    server = Server("smtp", "127.0.0.1", submission.port, "starttls")
    found = probe(server, world_of(certificate.certificate))
    assert found.is_well, found
    assert any(one.startswith("AUTH ") for one in found.offers)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_for_another_name_is_told_with_both_names(
    dovecot_account: ImapAccount, tls: Tls
) -> None:
    port = dovecot_account.tls_port if tls == "implicit" else dovecot_account.port
    server = Server("imap", "localhost", port, tls)
    found = probe(server, world_of(dovecot_account.certificate))
    assert found.outcome == "certificate"
    assert found.more == "it is for 127.0.0.1, and the server was called localhost"


def test_a_relays_certificate_for_another_name_is_told_with_both_names(
    dovecot_account: ImapAccount, tmp_path: Path
) -> None:
    other = make_certificate(tmp_path, "mail.hoster.example")
    server = Submission(dovecot_account.lmtp_port, other, "support@company.example", password="x")
    found = probe(Server("smtp", "127.0.0.1", server.port, "starttls"), world_of(other.certificate))
    server.remove()
    assert found.outcome == "certificate"
    assert found.more == "it is for mail.hoster.example, and the server was called 127.0.0.1"


def test_a_certificate_that_nobody_believed_is_told_so(dovecot_account: ImapAccount) -> None:
    server = Server("imap", "127.0.0.1", dovecot_account.tls_port, "implicit")
    found = probe(server, world_of(None))
    assert (found.outcome, found.more) == ("certificate", "self-signed certificate")


@pytest.mark.parametrize(
    ("use", "tls", "lines", "outcome"),
    [
        ("imap", "none", (b"220 mail.example ESMTP\r\n",), "wrong_protocol"),
        ("smtp", "none", (b"* OK hello\r\n",), "wrong_protocol"),
        ("imap", "none", (b"HTTP/1.1 400 Bad Request\r\n",), "wrong_protocol"),
        ("imap", "none", (b"* BYE too many connections\r\n",), "refused"),
        ("smtp", "none", (b"554 5.7.1 not from there\r\n",), "refused"),
        ("imap", "none", (b"",), "silent"),
        ("imap", "starttls", (b"* OK\r\n", b"z1 BAD what?\r\n"), "no_starttls"),
        ("smtp", "starttls", (b"220 a\r\n", b"250 a\r\n"), "no_starttls"),
        ("imap", "starttls", (b"* OK\r\n", b"z1 OK go\r\n* OK injected\r\n"), "wrong_protocol"),
        ("smtp", "starttls",
         (b"220 a\r\n", b"250-a\r\n250 STARTTLS\r\n", b"220 go\r\n250 injected\r\n"),
         "wrong_protocol"),
        ("imap", "none", (b"* OK\r\n", b"* X " + b"y" * 70_000), "wrong_protocol"),
        ("imap", "implicit", (b"* OK no TLS here\r\n",), "wrong_protocol"),
        ("imap", "none", (b"* OK \x1b[31m\r\n", b"z1 NO \x1b[31mred\r\n"), "wrong_protocol"),
    ],
)  # fmt: skip
def test_what_is_no_such_server_is_told_by_name(
    use: Use, tls: Tls, lines: tuple[bytes, ...], outcome: str
) -> None:
    talker = Talker(*lines)
    found = probe(Server(use, "127.0.0.1", talker.port, tls), world_of(None))
    talker.remove()
    assert found.outcome == outcome, found
    assert "\x1b" not in str(found)


def test_nobody_there_and_no_such_host() -> None:
    found = probe(Server("imap", "127.0.0.1", free_port(), "none"), world_of(None))
    assert (found.outcome, found.more) == ("unreachable", "connection refused")
    lost = replace(world_of(None), nameservers=(("127.0.0.1", free_port()),), dns_patience=0.3)
    found = probe(Server("imap", "imap.company.example", 993, "none"), lost)
    assert (found.outcome, found.more) == ("unreachable", "no such host")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("imap.example.org", "imap.example.org:993, TLS"),
        ("imap.example.org:143", "imap.example.org:143, STARTTLS"),
        ("imap.example.org:1993 tls", "imap.example.org:1993, TLS"),
        ("imap.example.org starttls", "imap.example.org:143, STARTTLS"),
        ("imap.example.org:993, TLS", "imap.example.org:993, TLS"),
        ("127.0.0.1:1143, without TLS", "127.0.0.1:1143, without TLS"),
        ("127.0.0.1:1143 none", "127.0.0.1:1143, without TLS"),
        ("[::1]:993", "[::1]:993, TLS"),
    ],
)
def test_a_server_is_written_as_people_write_it(written: str, shown: str) -> None:
    assert str(read_server("imap", written)) == shown


@pytest.mark.parametrize(
    "written", ["", "imap example", "imap.example.org:70000", "a b c", "imap..example", "x:y", "-a"]
)
def test_what_is_no_server_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"a host such as|a port"):
        read_server("imap", written)
