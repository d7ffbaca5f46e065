"""A second and a bounded memory for any message up to 25 MB, however it was built to cost more."""

# ruff: noqa: E501 (one attack a line reads better than ten)

from __future__ import annotations

import gc
import os
import time
import tracemalloc
from collections.abc import Callable

import pytest

from maildesk.mail.parse import parse
from tests.corpus.structures import signed

HEAD = b"From: a@customer.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
DAEMON = b"From: MAILER-DAEMON@mx.example\r\n"
BUDGET = 1.0


def _long_reasons(recipients: int) -> bytes:
    """A report whose every recipient has another reason, each nearly one that is known."""
    groups = (
        b"Final-Recipient: rfc822; u%d@x\nAction: failed\nDiagnostic-Code: %d %s\n\n"
        % (n, n, b"user " * 400)
        for n in range(recipients)
    )
    head = (
        DAEMON
        + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
        + b"user " * 6_000
    )
    return (
        head
        + b"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"".join(groups)
        + b"\r\n--b--\r\n"
    )


def _many_recipients() -> bytes:
    each = b"".join(
        b"Final-Recipient: rfc822; u%d@x.example\r\nAction: failed\r\n\r\n" % n for n in range(2000)
    )
    return (
        DAEMON + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\n" + b"a@b.example said no\r\n" * 30_000
        + b"\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" + each + b"--b--\r\n"
    )  # fmt: skip


def _dresses(text: bytes, page: bytes) -> bytes:
    head = HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    return (
        head
        + b"--b\r\n\r\n"
        + text
        + b"\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        + page
        + b"\r\n--b--\r\n"
    )


def _sealed(levels: int) -> bytes:
    octets = b"Content-Type: text/plain\n\n" + b"hello " * 3_500_000
    for _ in range(levels):
        octets = b"Content-Type: application/pkcs7-mime\n\n" + signed(octets)
    return octets


def _winmail() -> bytes:
    block = b"\x02" + (0x69002).to_bytes(4, "little") + bytes(4) + bytes(2)
    return (
        HEAD
        + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\x00\x00"
        + block * 1_000_000
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "ten thousand parts": lambda: (
        MIXED
        + b"".join(
            b"--b\r\nContent-Type: image/png; name=f%d.png\r\n\r\nx\r\n" % n for n in range(10_000)
        )
    ),
    "ten thousand texts": lambda: (
        MIXED + b"".join(b"--b\r\n\r\nhello %d\r\n" % n for n in range(10_000))
    ),
    "twenty long pages": lambda: (
        MIXED + (b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>word " * 140_000 + b"\r\n") * 20
    ),
    "a thousand levels": lambda: (
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(1000)
        )
    ),
    "two thousand messages inside each other": lambda: (
        b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"hi"
    ),
    "a header of a megabyte": lambda: HEAD + b"X-Long: " + b"a" * 1_000_000 + b"\r\n\r\nhi",
    "a megabyte of recipients": lambda: (
        HEAD
        + b"To: "
        + b",\r\n ".join(b"n%d <u%d@x.example>" % (n, n) for n in range(40_000))
        + b"\r\n\r\nhi"
    ),
    "a hundred thousand fields": lambda: (
        HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nhi"
    ),
    "a megabyte of encoded words that never end": lambda: (
        HEAD + b"X-W: " + b"=?a?q?" * 170_000 + b"\r\n\r\nhi"
    ),
    "folded for ever": lambda: HEAD + b"Subject: x\r\n" + b" y\r\n" * 400_000 + b"\r\nhi",
    "brackets that never close": lambda: (
        HEAD + b"To: " + b"<" * 60_000 + b"\r\nCc: " + b"(" * 60_000 + b"\r\n\r\nhi"
    ),
    "a name that might become an address": lambda: (
        HEAD + b"To: " + b"x" * 60_000 + b"\r\nCc: " + b"=?utf-8?q?" * 6_000 + b"\r\n\r\nhi"
    ),
    "references of nothing but brackets": lambda: (
        HEAD + b"References: " + b"<" * 1_000_000 + b"\r\n\r\nhi"
    ),
    "boundaries without lines": lambda: MIXED + b"--b" * 8_000_000,
    "boundaries without parts": lambda: MIXED + b"--b\r\n" * 4_000_000,
    "twenty megabytes of nul": lambda: bytes(20_000_000) + b"x",
    "twenty-five megabytes of one line": lambda: b"x" * 25_000_000,
    "twenty-five megabytes of noise": lambda: (
        HEAD + b"Content-Type: text/plain\r\n\r\n" + os.urandom(25_000_000)
    ),
    "uuencode that never begins": lambda: HEAD + b"\r\n" + b"begin 644 x\n" * 1_500_000,
    "quotes of a million lines": lambda: HEAD + b"\r\n" + b"> On wrote:\n" * 1_000_000,
    "at signs": lambda: DAEMON + b"\r\n" + b"a@" * 10_000_000,
    "a bounce of two thousand": _many_recipients,
    "a bounce of a thousand long reasons": lambda: _long_reasons(1_000),
    "a winmail.dat of a million objects": _winmail,
    "dresses that say different things": lambda: _dresses(
        b"alpha beta gamma\r\n" * 60_000, b"<p>one two three" * 36_000
    ),
    "signatures in signatures": lambda: _sealed(8),
    "nine thousand signatures": lambda: (
        MIXED
        + (b"--b\r\nContent-Type: application/pkcs7-mime\r\n\r\n" + signed(b"\n\nhi") + b"\r\n")
        * 9_000
    ),
    "a signature of tiny pieces": lambda: (
        HEAD
        + b"Content-Type: application/pkcs7-mime\r\n\r\n"
        + signed(b"\n\n" + b"hi" * 300_000, pieces=300_000)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_message_built_to_be_slow_is_read_within_its_budget(name: str) -> None:
    raw = HOSTILE[name]()

    # its own work: threads that other tests have left behind do not count, nor does the search
    # for garbage among all that they have left
    gc.collect()
    gc.freeze()
    began = time.thread_time()
    parse(raw)
    took = time.thread_time() - began
    gc.unfreeze()

    assert took < BUDGET


def test_an_attachment_of_eighteen_megabytes_costs_little_beyond_its_octets() -> None:
    line = b"QUJD" * 19 + b"\r\n"
    raw = (
        MIXED
        + b"--b\r\n\r\nhi\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    raw += line * (24_000_000 // len(line)) + b"--b--\r\n"
    tracemalloc.start()
    try:
        message = parse(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert message.attachments[0].size == 24_000_000 // len(line) * 57
    assert peak < 20_000_000
