"""From an address to servers that are there: who is asked, whose word counts, what is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from maildesk.setup.discovery import Found, discover
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.imap import ImapAccount
from tests.servers.names import LAME, SILENT
from tests.servers.submission import Submission
from tests.servers.tls import make_certificate
from tests.servers.web import Page
from tests.servers.web import autoconfig as document
from tests.setup.conftest import ADDRESS, AUTOCONFIG, DOMAIN, WELL_KNOWN, Surroundings, outcomes


@dataclass
class Mail:
    """Servers that are there: their ports at 127.0.0.1, and a world in which the usual ports lead
    to them."""

    around: Surroundings
    imap: int
    imap_starttls: int
    smtp: int

    def found(self) -> Found:
        self.said: list[str] = []
        return discover(ADDRESS, self.around.world, self.said.append)


@pytest.fixture
def mail(
    around: Surroundings, dovecot: Dovecot, dovecot_account: ImapAccount, tmp_path: Path
) -> Iterator[Mail]:
    """Dovecot's certificate is for 127.0.0.1 alone."""
    own = make_certificate(tmp_path)
    submission = Submission(dovecot_account.lmtp_port, own, ADDRESS, password=PASSWORD)
    assert dovecot_account.certificate is not None
    believed = tmp_path / "believed.pem"
    files = (around.web.certificate.certificate, dovecot_account.certificate, own.certificate)
    believed.write_text("".join(file.read_text() for file in files))
    world = replace(around.world, ca_file=believed, patience=2.0, dns_patience=1.0)
    around = replace(around, world=world)
    yield Mail(around, dovecot_account.tls_port, dovecot_account.port, submission.port)
    submission.remove()


def test_the_domains_own_document_comes_first(mail: Mail) -> None:
    mail.around.names.hosts(DOMAIN, f"autoconfig.{DOMAIN}")
    page = Page(document(f"127.0.0.1:{mail.imap} SSL", f"127.0.0.1:{mail.smtp} STARTTLS"))
    mail.around.web.pages[WELL_KNOWN] = page
    mail.around.names.tell(f"_imap._tcp.{DOMAIN}", "SRV", "0 1 143 imap.hoster.example.")
    found = mail.found()
    imap, smtp = found.best("imap"), found.best("smtp")
    assert imap is not None and smtp is not None
    assert (imap.server.port, imap.server.source) == (mail.imap, f"https://{WELL_KNOWN}")
    assert (smtp.server.port, smtp.server.tls) == (mail.smtp, "starttls")
    assert imap.server.username == ADDRESS
    assert any("127.0.0.1" in words for words in mail.said)
    assert outcomes(found.told)[f"SRV _imap._tcp.{DOMAIN}"] == "found"


def test_a_server_that_is_named_and_not_there_is_not_proposed(mail: Mail) -> None:
    mail.around.names.hosts(DOMAIN, f"autoconfig.{DOMAIN}")
    page = Page(document("gone.company.example:993 SSL", f"127.0.0.1:{mail.smtp} STARTTLS"))
    mail.around.web.pages[AUTOCONFIG] = page
    found = mail.found()
    assert found.best("imap") is None
    assert found.best("smtp") is not None
    assert "what is usual is tried" in mail.said


def test_srv_records_are_followed_and_a_certificate_for_another_name_is_told(mail: Mail) -> None:
    names = mail.around.names
    names.hosts("imap.company.example")
    names.tell(f"_imaps._tcp.{DOMAIN}", "SRV", f"0 1 {mail.imap} imap.company.example.")
    found = mail.found()
    assert found.best("imap") is None
    (odd,) = [one for one in found.refused("imap") if one.server.port == mail.imap]
    assert odd.outcome == "certificate"
    assert odd.more == "it is for 127.0.0.1, and the server was called imap.company.example"


def test_guesses_are_tried_where_nobody_says_anything(
    around: Surroundings, dovecot_account: ImapAccount, tmp_path: Path
) -> None:
    own = make_certificate(tmp_path, f"mail.{DOMAIN}")
    server = Submission(dovecot_account.lmtp_port, own, ADDRESS, password="x", implicit=True)
    around.names.hosts(f"mail.{DOMAIN}", f"smtp.{DOMAIN}")
    world = replace(
        around.world,
        ca_file=own.certificate,
        ports={**around.world.ports, 465: server.port, 587: 1, 993: 1, 143: 1},
    )
    found = discover(ADDRESS, world)
    server.remove()
    smtp = found.best("smtp")
    assert smtp is not None
    assert (str(smtp.server), smtp.server.source) == (f"mail.{DOMAIN}:465, TLS", "a guess")
    assert found.best("imap") is None
    (other,) = [o for o in found.refused("smtp") if o.server.host == f"smtp.{DOMAIN}"]
    assert other.outcome == "certificate"


def test_a_provider_that_is_known_by_its_mx_is_proposed(around: Surroundings) -> None:
    around.names.tell(DOMAIN, "MX", "0 company-example.mail.protection.outlook.com.")
    around.names.hosts("outlook.office365.com", "smtp.office365.com")
    world = replace(around.world, ports={**around.world.ports, 993: 1, 587: 1}, patience=1.0)
    said: list[str] = []
    found = discover(ADDRESS, world, said.append)
    assert found.provider is not None and found.provider.oauth == "microsoft"
    assert "Microsoft 365 takes its mail" in said
    assert [str(one.server) for one in found.probed] == [
        "outlook.office365.com:993, TLS",
        "smtp.office365.com:587, STARTTLS",
    ]


def test_what_unsigned_dns_names_elsewhere_needs_a_persons_word(mail: Mail) -> None:
    names = mail.around.names
    names.tell(f"_imaps._tcp.{DOMAIN}", "SRV", f"0 1 {mail.imap} localhost.")
    names.hosts("localhost")
    found = mail.found()
    (seen,) = [one for one in found.probed if one.server.host == "localhost"]
    assert seen.server.is_foreign
    assert found.best("imap", foreign=False) is None


@pytest.mark.parametrize(("trick", "outcome"), [(LAME, "dns_failed"), (SILENT, "dns_silent")])
def test_lame_and_silent_dns_ends_in_an_answer(
    around: Surroundings, trick: str, outcome: str
) -> None:
    for label in ("_imaps", "_imap", "_submissions", "_submission"):
        around.names.tell(f"{label}._tcp.{DOMAIN}", "SRV", trick)
    around.names.tell(DOMAIN, "MX", trick)
    world = replace(around.world, dns_patience=0.4, patience=0.5)
    found = discover(ADDRESS, world)
    assert outcomes(found.told)[f"MX {DOMAIN}"] == outcome
    assert found.best("imap") is None and found.best("smtp") is None
