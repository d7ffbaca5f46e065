"""The signature, checked by a verifier that looks the key up as a receiver would."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dkim as dkimpy
import pytest

from maildesk.config.settings import Dkim
from maildesk.egress.dkim import sign
from maildesk.errors import PermanentFailure

MAIL = (
    b"From: Support <support@desk.example>\r\nTo: ana@customer.example\r\nSubject: Re: printer\r\n"
    b"Date: Fri, 20 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@desk.example>\r\n"
    b"Auto-Submitted: auto-replied\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nX-Mailer: maildesk\r\n\r\n"
    b"Off and on again.\r\n"
)


@dataclass(frozen=True)
class Keys:
    settings: Dkim
    private: bytes
    record: bytes  # what the domain publishes

    def verify(self, raw: bytes) -> bool:
        def look_up(name: bytes, timeout: int = 5) -> bytes:
            return {b"desk._domainkey.desk.example.": self.record}[name]

        verdict: bool = dkimpy.verify(raw, dnsfunc=look_up)  # type: ignore[no-untyped-call]
        return verdict


@pytest.fixture(scope="module", params=["traditional", "pkcs8"])
def keys(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Keys:
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    form = ["-traditional"] if request.param == "traditional" else []
    subprocess.run(
        ["openssl", "genrsa", *form, "-out", str(file), "2048"], check=True, capture_output=True
    )
    public = subprocess.run(
        ["openssl", "rsa", "-in", str(file), "-pubout"], check=True, capture_output=True
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    return Keys(
        Dkim(selector="desk", domain="desk.example", key_file=file), file.read_bytes(), record
    )


def test_the_fields_of_one_click_are_signed(keys: Keys) -> None:
    ends = b"List-Unsubscribe: <https://desk.example/u/1>\r\n"
    click = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    signed = sign(ends + click + MAIL, keys.settings, keys.private)  # RFC 8058, 4
    assert keys.verify(signed)
    for before, after in ((b"/u/1", b"/u/2"), (b"One-Click", b"Two-Click")):
        assert not keys.verify(signed.replace(before, after))


def test_a_signed_mail_verifies_and_is_otherwise_unchanged(keys: Keys) -> None:
    signed = sign(MAIL, keys.settings, keys.private)
    assert signed.startswith(b"DKIM-Signature: ")
    assert signed.endswith(MAIL)
    assert keys.verify(signed)


def test_a_relay_may_refold_and_trim_and_add_its_trace(keys: Keys) -> None:
    signed = sign(MAIL, keys.settings, keys.private)
    relayed = (
        b"Received: from a by b; x\r\n"
        + signed.replace(b"Subject: Re: printer", b"Subject:  Re:\r\n printer")
        + b"\r\n\r\n"
    )
    assert keys.verify(relayed)


@pytest.mark.parametrize(
    "change",
    [
        (b"Off and on", b"Off and off"),
        (b"Re: printer", b"Re: your money"),
        (b"To: ana@", b"To: eve@"),
        (b"Message-ID: <1@", b"Message-ID: <2@"),
        (b"auto-replied", b"no"),
        (b"From: Support", b"From: Boss <boss@desk.example>\r\nFrom: Support"),
        (b"text/plain", b"text/html"),
    ],
)
def test_what_a_receiver_looks_at_cannot_be_changed(
    keys: Keys, change: tuple[bytes, bytes]
) -> None:
    signed = sign(MAIL, keys.settings, keys.private)
    head, mail = signed[: -len(MAIL)], signed[-len(MAIL) :]
    assert not keys.verify(head + mail.replace(*change))


def test_a_key_that_is_none_is_the_operators_matter(keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match=r"key\.pem cannot sign"):
        sign(MAIL, keys.settings, b"not a key")


def test_a_mail_without_from_is_not_signed(keys: Keys) -> None:
    with pytest.raises(PermanentFailure):
        sign(b"\x00not a header\r\n\r\n", keys.settings, keys.private)


class Pieces:
    """A mail with a file that comes in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.own = pieces[0] + pieces[-1]
        self.size = sum(map(len, pieces))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


def test_a_mail_in_pieces_is_signed_as_the_whole(keys: Keys) -> None:
    pieces = (
        MAIL + b"two  spaces \r\nand\ta tab\t\r\n\r\n\r\n",
        b"QUJD\r\nREVG",
        b"RkdI",
        b"\r\n--cut--\r\n",
    )
    mail = Pieces(*pieces)
    signed = sign(mail, keys.settings, keys.private)
    assert signed.endswith(mail.own)
    assert keys.verify(signed.removesuffix(mail.own) + b"".join(pieces))
