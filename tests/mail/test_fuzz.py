"""Whatever octets come in, parse returns a Message or raises BadMessage, within its time budget.

A short run with every test; MAILDESK_FUZZ=minutes makes it a long one (`make fuzz`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maildesk.errors import BadMessage
from maildesk.mail.message import Message
from maildesk.mail.mime.headers import quick_ids
from maildesk.mail.parse import parse
from tests.corpus.make import ODD

BUDGET = 1.0  # seconds of processor time for one message
MINUTES = float(os.environ.get("MAILDESK_FUZZ", "0"))
EXAMPLES = 150
pytestmark = pytest.mark.timeout(300 + MINUTES * 60)
PIECES = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"--cut", b"--cut--", b"\n--cut\n", b"=?utf-8?B?",
    b"=?x?Q?", b"?=", b"=",
    b"=\n", b"\x00", b"\x1b$B", b"\xff\xfe", b"Content-Type: ", b"multipart/mixed; boundary=cut",
    (b"multipart/alternative; "
    b"boundary=\"cut\""), b"message/rfc822", b"message/delivery-status", b"text/html",
    b"application/ms-tnef", b"application/pkcs7-mime", b"{\\rtf1\\fromhtml1 ", b"LZFu", b"0\x80",
        b"$\x80\x04\x81\xff",
    b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename*0*=utf-8''",
    b"Final-Recipient: rfc822; ", b"Status: 5.1.1\n", b"From: ", b"To: ", b"<", b">", b"@", b"(",
        b"\"", b",", b";",
    b"begin 644 x\n", b"end\n", b"x\x9f>\"\x00\x00", b"> ", b"On Monday Ana wrote:\n", b"-- \n",
    b"<blockquote>",
    (b"<div "
    b"class=\"gmail_quote\">"), b"&nbsp;", b"550 5.1.1 ", b"MAILER-DAEMON", b"Subject: Undelivered",
    b"charset=utf-16",
    b"charset=iso-2022-jp",
]  # fmt: skip
RAW = [odd.raw for odd in ODD]

glued = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=20)), max_size=60).map(
    b"".join
)
odd_messages = st.sampled_from(RAW)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An odd message with pieces cut out, put in and swapped."""
    raw = draw(odd_messages)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        cut = draw(st.integers(0, 40))
        raw = (
            raw[:at]
            + draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)))
            + raw[at + cut :]
        )
    return raw


@st.composite
def spliced(draw: st.DrawFn) -> bytes:
    """The head of one odd message and the tail of another."""
    first, second = draw(odd_messages), draw(odd_messages)
    return first[: draw(st.integers(0, len(first)))] + second[draw(st.integers(0, len(second))) :]


def holds(raw: bytes) -> None:
    """The property, and what every reader of a Message relies on."""
    began = time.process_time()
    try:
        message = parse(raw)
    except BadMessage:
        assert not raw.strip(b" \t\r\n\x00")
        return
    assert time.process_time() - began < BUDGET
    assert isinstance(message, Message)
    assert "".join(part.text for part in message.parts) == message.text
    assert "\x00" not in message.text + message.subject + message.html
    (message.text + message.subject + message.html + message.reply).encode("utf-8")
    assert all("/" not in file.filename and file.filename for file in message.attachments)
    assert not any(defect.startswith("read by the net") for defect in message.defects)
    quick_ids(raw)


def until(minutes: float, given_check: Callable[[], None]) -> None:
    """Run a hypothesis check again and again until the time is over; once where
    none was asked for."""
    end = time.monotonic() + minutes * 60
    while True:
        given_check()
        if time.monotonic() >= end:
            return


quickly = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not MINUTES,
)


@quickly
@given(glued)
def _glued_pieces_hold(raw: bytes) -> None:
    holds(raw)


@quickly
@given(mutated())
def _mutated_messages_hold(raw: bytes) -> None:
    holds(raw)


@quickly
@given(spliced())
def _spliced_messages_hold(raw: bytes) -> None:
    holds(raw)


@quickly
@given(st.binary(max_size=400))
def _noise_holds(raw: bytes) -> None:
    holds(raw)


def test_pieces_of_mail_glued_at_random_are_read() -> None:
    until(MINUTES / 4, _glued_pieces_hold)


def test_odd_messages_changed_at_random_are_read() -> None:
    until(MINUTES / 4, _mutated_messages_hold)


def test_halves_of_two_odd_messages_are_read() -> None:
    until(MINUTES / 4, _spliced_messages_hold)


def test_noise_is_read() -> None:
    until(MINUTES / 4, _noise_holds)
