"""Logging in at the door for agents, with real TLS: what is offered when, and what is refused."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator

import pytest

from maildesk.config.senders.passwords import hashed
from maildesk.ingress.submission.accounts import Account
from maildesk.ingress.submission.limits import PER_PEER
from tests.ingress.open_door import Client, OpenDoor, a_listener
from tests.servers.tls import Certificate, make_certificate

BEN, DESK, PASSWORD = "ben@desk.example", "support@desk.example", "pâss wörd 1234"
KEYS = frozenset((BEN, "ben@home.example"))
MAIL = b"From: Ben <ben@desk.example>\r\nTo: support@desk.example\r\nSubject: Hi\r\n\r\nHello.\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


class Desk:
    """A door for log-ins, and who may."""

    def __init__(self, certificate: Certificate, mode: str) -> None:
        self.accounts = {BEN: Account(BEN, KEYS, hashed(PASSWORD, b"s" * 16))}
        tls = {"certificate": certificate.certificate, "key": certificate.key, "mode": mode}
        listener = a_listener(protocol="submission", tls=tls)
        self.door = OpenDoor(listener, account=lambda name: self.accounts.get(name.lower()))
        self.trusts = ssl.create_default_context(cafile=str(certificate.certificate))

    def link(self) -> smtplib.SMTP:
        """A mail program with TLS."""
        link = smtplib.SMTP(self.door.host, self.door.port, timeout=60)
        link.starttls(context=self.trusts)
        link.ehlo("client.example")
        return link


@pytest.fixture
def desk(certificate: Certificate) -> Iterator[Desk]:
    made = Desk(certificate, "starttls")
    with made.door:
        yield made


def encoded(words: str | bytes) -> str:
    return base64.b64encode(words if isinstance(words, bytes) else words.encode()).decode()


def plain(name: str, password: str, whom: str = "") -> str:
    return encoded(f"{whom}\0{name}\0{password}")


def test_a_program_that_logs_in_hands_over_its_mail(desk: Desk) -> None:
    for mechanism in ("PLAIN", "LOGIN"):
        with desk.link() as link:
            assert link.esmtp_features["auth"].strip() == "PLAIN LOGIN"
            if mechanism == "PLAIN":
                assert link.docmd("AUTH", f"PLAIN {plain('Ben@Desk.example', PASSWORD)}")[0] == 235
            else:
                assert link.docmd("AUTH LOGIN") == (334, b"VXNlcm5hbWU6")
                assert link.docmd(encoded(BEN)) == (334, b"UGFzc3dvcmQ6")
                assert link.docmd(encoded(PASSWORD))[0] == 235
            assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 503, "they are in"
            link.sendmail(BEN, [DESK], MAIL)
    raw, envelope = desk.door.accepted[-1]
    assert (envelope.via, envelope.submitted_by) == (f"submission:{BEN}", BEN)
    assert b"with ESMTPSA" in raw


def test_implicit_tls_works_from_the_first_octet(certificate: Certificate) -> None:
    made = Desk(certificate, "implicit")
    with (
        made.door,
        smtplib.SMTP_SSL(made.door.host, made.door.port, timeout=60, context=made.trusts) as link,
    ):
        link.ehlo("client.example")
        assert "starttls" not in link.esmtp_features
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 235
        link.sendmail(BEN, [DESK], MAIL)
        assert len(made.door.accepted) == 1


def test_nothing_is_said_of_a_password_before_tls(desk: Desk) -> None:
    with Client(desk.door) as client:
        assert "AUTH" not in client.greeting
        assert "STARTTLS" in client.greeting
        assert client.say(f"AUTH PLAIN {plain(BEN, PASSWORD)}").startswith("530 5.7.0")
        assert client.say("MAIL FROM:<ben@desk.example>").startswith("530 5.7.0")


def test_what_is_pipelined_behind_starttls_is_thrown_away(desk: Desk) -> None:
    """RFC 3207, 4.2; CVE-2011-0411."""
    with Client(desk.door) as client:
        sneaked = f"STARTTLS\r\nAUTH PLAIN {plain(BEN, PASSWORD)}\r\nMAIL FROM:<{BEN}>\r\n"
        client.write(sneaked.encode())
        assert client.hear().startswith("220")
        secured = desk.trusts.wrap_socket(client.socket, server_hostname="localhost")
        client.socket = secured
        assert client.say("NOOP").startswith("250"), "the first reply is that to this"
        assert "AUTH PLAIN LOGIN" in client.say("EHLO client.example")
        assert client.say("MAIL FROM:<ben@desk.example>").startswith("530 5.7.0")


def test_nothing_is_taken_before_they_have_logged_in(desk: Desk) -> None:
    with desk.link() as link:
        assert link.docmd("MAIL", f"FROM:<{BEN}>")[0] == 530
        assert link.docmd("RCPT", f"TO:<{DESK}>")[0] == 503
        assert link.docmd("AUTH", "CRAM-MD5")[0] == 504
        assert link.docmd("AUTH", "")[0] == 504


@pytest.mark.parametrize(
    "said",
    [
        encoded(b"\0ben@desk.example\0wrong password"),
        encoded(b"\0nobody@desk.example\0pass"),
        encoded(f"ana@desk.example\0{BEN}\0{PASSWORD}"),
        encoded(f"\0{BEN}\0{PASSWORD}\0more"),
        encoded(f"\0{BEN}"),
        encoded(f"\0{BEN}\0"),
        encoded(f"\0\0{PASSWORD}"),
        encoded(b"\0ben@desk.example\0\xff\xfe\xfd"),
        encoded(b"\0ben@desk.example\0" + b"x" * 1100),
        "=",
    ],
)
def test_what_is_wrong_is_wrong_and_says_no_more(desk: Desk, said: str) -> None:
    with desk.link() as link:
        assert link.docmd("AUTH", f"PLAIN {said}") == (535, b"5.7.8 Name or password is wrong")


def test_a_line_that_is_no_base64_or_too_long_is_none(desk: Desk) -> None:
    with desk.link() as link:
        assert link.docmd("AUTH", "PLAIN !!!")[0] == 501
        assert link.docmd("AUTH LOGIN")[0] == 334
        assert link.docmd("*") == (501, b"5.7.0 Cancelled")
        assert link.docmd("AUTH PLAIN") == (334, b"")
        assert link.docmd("A" * 200_000) == (500, b"5.5.6 That line is too long")
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 235


def test_a_password_means_the_same_whichever_keyboard_made_it(desk: Desk) -> None:
    decomposed = "pa\u0302ss\u00a0wo\u0308rd\u00ad 1234"
    with desk.link() as link:
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, decomposed)}")[0] == 235


def test_ten_thousand_log_ins_are_not_tried(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    said, tries, refused = f"PLAIN {plain(BEN, 'not this one')}", 0, 0
    for _ in range(40):
        with desk.link() as link:
            for _ in range(3):
                try:
                    code, words = link.docmd("AUTH", said)
                except smtplib.SMTPServerDisconnected:
                    break
                tries += code == 535
                refused += code == 421
                assert code in (535, 421), words
    assert tries < PER_PEER
    assert refused >= 30
    logged = capsys.readouterr()
    assert "not this one" not in logged.out + logged.err
    desk.door.later(16 * 60)
    with desk.link() as link:
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 235


def test_from_and_the_envelope_are_their_own_and_nothing_is_relayed(desk: Desk) -> None:
    def sent(mail: bytes, sender: str = BEN, to: str = DESK) -> str:
        with desk.link() as link:
            assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 235
            try:
                link.sendmail(sender, [to], mail)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = error.recipients[to]
            except smtplib.SMTPResponseException as error:
                code, words = error.smtp_code, error.smtp_error  # type: ignore[assignment]
            else:
                return "250"
            return f"{code} {words.decode() if isinstance(words, bytes) else words}"

    not_theirs = f"550 5.7.1 From has to be one of your own addresses: {', '.join(sorted(KEYS))}"
    assert sent(MAIL) == "250"
    assert sent(MAIL.replace(b"ben@desk", b"Ben@Home"), "ben@home.example") == "250"
    assert sent(MAIL.replace(b"ben@desk", b"ana@desk")) == not_theirs
    assert sent(b"From: ben@desk.example, ana@desk.example\r\n" + MAIL[30:]) == not_theirs
    assert sent(b"From: ana@desk.example\r\n" + MAIL) == not_theirs
    assert sent(MAIL[30:]) == not_theirs, "without any"
    assert sent(MAIL, "ana@desk.example").startswith("553 5.7.1 MAIL FROM has to be one of your")
    assert sent(MAIL, to="kim@customer.example").startswith("550 5.7.1 Only mail to the desk's own")
    assert len(desk.door.accepted) == 2


def test_an_agent_who_is_taken_off_is_out_at_once(desk: Desk) -> None:
    with desk.link() as link:
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 235
        assert link.docmd("MAIL", f"FROM:<{BEN}>")[0] == 250
        assert link.docmd("RCPT", f"TO:<{DESK}>")[0] == 250
        desk.accounts.clear()
        assert link.docmd("DATA")[0] == 354
        link.send(MAIL + b".\r\n")
        assert link.getreply()[0] == 530
        assert link.docmd("MAIL", f"FROM:<{BEN}>")[0] == 530
    with desk.link() as link:
        assert link.docmd("AUTH", f"PLAIN {plain(BEN, PASSWORD)}")[0] == 535
    assert desk.door.accepted == []
