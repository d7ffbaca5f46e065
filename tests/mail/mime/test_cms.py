"""The letter inside an opaque signature comes out, whoever made it and however its
lengths are written."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from maildesk.mail.mime.cms import signed_content
from maildesk.mail.parse import parse
from tests.corpus.structures import LETTER, element, signed

LETTER_FILE = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe printer is br\xc3\xb6ken.\r\n"


@pytest.mark.parametrize(
    "options", [(), ("-stream",), ("-binary",), ("-stream", "-binary", "-md", "sha512")]
)
def test_what_openssl_signed_is_read(tmp_path: Path, options: tuple[str, ...]) -> None:
    key, name, letter, out = (
        str(tmp_path / file) for file in ("key.pem", "name.pem", "letter", "out.eml")
    )
    Path(letter).write_bytes(LETTER_FILE + b"And so on.\r\n" * 1000)
    ask = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        name,
        "-subj",
        "/CN=Ana",
    )
    subprocess.run(ask, check=True, capture_output=True)
    sign = (
        "openssl",
        "cms",
        "-sign",
        "-nodetach",
        "-in",
        letter,
        "-signer",
        name,
        "-inkey",
        key,
        "-out",
        out,
        *options,
    )
    subprocess.run(sign, check=True, capture_output=True)

    message = parse(Path(out).read_bytes())

    assert message.text.startswith("The printer is bröken.\nAnd so on.")
    assert message.text.count("And so on.") == 1000
    assert message.attachments == ()


def test_content_in_one_piece_or_in_many_with_or_without_lengths() -> None:
    assert signed_content(signed(LETTER)) == LETTER
    assert signed_content(signed(LETTER, pieces=7)) == LETTER
    assert signed_content(signed(LETTER, pieces=7, indefinite=True)) == LETTER


def test_what_is_no_signed_data_gives_nothing() -> None:
    # enveloped-data: nobody can read it
    sealed = signed(LETTER).replace(bytes.fromhex("010702"), bytes.fromhex("010703"), 1)
    for octets in (
        b"",
        b"0",
        b"0\x80",
        b"\x00" * 50,
        b"no DER at all",
        sealed,
        element(0x30, b"\x06\x01\x2a"),
    ):
        assert signed_content(octets) == b""


def test_cut_off_anywhere_it_gives_what_it_has() -> None:
    whole = signed(LETTER, pieces=5, indefinite=True)
    for length in range(len(whole)):
        assert LETTER.startswith(signed_content(whole[:length]))


@pytest.mark.parametrize("unit", [b"\x30\x80", b"\x31\x80", b"\x24\x80", b"\x04\x00", b"\x04\x01a"])
def test_hostile_nesting_and_tiny_pieces_cost_no_time(unit: bytes) -> None:
    head = signed(LETTER, pieces=1, indefinite=True)
    at = head.index(b"\x31")  # the set of digests, then the content
    began = time.process_time()
    for place in (at, head.index(b"\x24\x80") + 2):
        signed_content(head[:place] + unit * 500_000)
    assert time.process_time() - began < 1


def test_signatures_in_signatures_are_opened_only_so_far() -> None:
    octets = LETTER
    for _ in range(8):
        octets = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\n" + signed(
            octets
        )

    assert [file.content_type for file in parse(octets).attachments] == ["application/pkcs7-mime"]
