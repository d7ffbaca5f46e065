"""The desk's own look at signatures, with the sender's DNS as a table."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import dkim
import pytest

from maildesk.config.settings import Dkim
from maildesk.desk.senders.entries import Trust
from maildesk.desk.senders.trust import is_authenticated
from maildesk.egress.dkim import sign
from maildesk.ingress.dkim_check import signing_domain
from maildesk.mail.parse import parse

MAIL = (
    b"From: Ana <ana@desk.example>\r\nTo: support@desk.example\r\nSubject: Fwd: printer\r\n"
    b"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@desk.example>\r\n\r\n"
    b"Please open a ticket.\r\n"
)


@dataclass(frozen=True)
class Signer:
    signed: bytes
    record: bytes
    key: bytes

    def dns(self, name: bytes, timeout: int = 5) -> bytes | None:
        return self.record if name == b"s1._domainkey.desk.example." else None


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A mail signed by its own domain, and what that domain publishes."""
    file: Path = tmp_path_factory.mktemp("keys") / "key.pem"
    subprocess.run(
        ["openssl", "genrsa", "-out", str(file), "2048"], check=True, capture_output=True
    )
    public = subprocess.run(
        ["openssl", "rsa", "-in", str(file), "-pubout"], check=True, capture_output=True
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    return Signer(
        sign(MAIL, Dkim(selector="s1", domain="desk.example", key_file=file), file.read_bytes()),
        record,
        file.read_bytes(),
    )


def test_a_good_signature_names_its_domain_and_proves_the_sender(signer: Signer) -> None:
    domain = signing_domain(signer.signed, signer.dns)
    assert domain == "desk.example"
    assert is_authenticated(parse(signer.signed), Trust(), domain)


def test_a_changed_mail_proves_nothing(signer: Signer) -> None:
    assert (
        signing_domain(signer.signed.replace(b"open a ticket", b"close them all"), signer.dns) == ""
    )


def test_a_signature_of_another_domain_proves_nothing_about_the_sender(signer: Signer) -> None:
    forged = parse(signer.signed.replace(b"ana@desk.example", b"ana@elsewhere.example"))
    assert not is_authenticated(forged, Trust(), "desk.example")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"DKIM-Signature: nonsense\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=x; s=y; h=from; bh=; b=\r\n",
    ],
)
def test_no_signature_and_nonsense_prove_nothing(signer: Signer, head: bytes) -> None:
    assert signing_domain(head + MAIL, signer.dns) == ""


@pytest.mark.parametrize(
    "above",
    [b"DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=y; h=from; bh=AA==; b=AA==\r\n", b""],
)
def test_what_a_list_signed_and_broke_hides_no_signature_of_the_sender(
    signer: Signer, above: bytes
) -> None:
    assert (
        signing_domain(above + signer.signed, signer.dns, sender="desk.example") == "desk.example"
    )


def test_a_signature_over_a_part_of_the_body_proves_nothing(signer: Signer) -> None:
    signature: bytes = dkim.sign(
        MAIL, b"s1", b"desk.example", signer.key, include_headers=[b"from"], length=True
    )
    assert dkim.verify(signature + MAIL + b"Pay elsewhere.\r\n", dnsfunc=signer.dns)  # type: ignore[no-untyped-call]
    assert signing_domain(signature + MAIL + b"Pay elsewhere.\r\n", signer.dns) == ""


def test_a_domain_without_a_key_proves_nothing(signer: Signer) -> None:
    assert signing_domain(signer.signed, lambda _name, timeout=5: None) == ""
