"""What a stored message tells of its envelope."""

from __future__ import annotations

import pytest

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap.envelope import envelope_of

MAILBOX = ImapMailbox(
    name="support", host="imap.example", username="desk", address="support@desk.example"
)


@pytest.mark.parametrize(
    ("head", "mail_from", "rcpt_to"),
    [
        (b"", None, ("support@desk.example",)),
        (b"Return-Path: <>\r\n", "", ("support@desk.example",)),
        (b"Return-Path: <ana@example.org>\r\n", "ana@example.org", ("support@desk.example",)),
        (b"return-path: ana@example.org\r\n", "ana@example.org", ("support@desk.example",)),
        (
            b"Return-Path: <last@example.org>\r\nReturn-Path: <first@example.org>\r\n",
            "last@example.org",
            ("support@desk.example",),
        ),
        (
            b"Delivered-To: a@desk.example\r\nDelivered-To: earlier@elsewhere.example\r\n",
            None,
            ("a@desk.example",),
        ),
        (
            b"X-Original-To: b@desk.example\r\nDelivered-To: a@desk.example\r\n",
            None,
            ("a@desk.example", "b@desk.example"),
        ),
        (
            b"Envelope-To: c@desk.example\r\nDelivered-To: c@desk.example\r\n",
            None,
            ("c@desk.example",),
        ),
        (b"Delivered-To:\r\n", None, ("support@desk.example",)),
        (
            b"Return-Path: <m\xc3\xbcller@example.org>\r\n",
            "müller@example.org",
            ("support@desk.example",),
        ),
        (b"Delivered-To: \xff@desk.example\r\n", None, ("�@desk.example",)),
    ],
)
def test_the_topmost_fields_tell_the_envelope(
    head: bytes, mail_from: str | None, rcpt_to: tuple[str, ...]
) -> None:
    envelope = envelope_of(
        head
        + b"From: ana@example.org\r\nTo: x@y.example\r\n\r\nDelivered-To: body@example.org\r\n",
        MAILBOX,
    )
    assert (envelope.mail_from, envelope.rcpt_to, envelope.via) == (
        mail_from,
        rcpt_to,
        "imap:support",
    )


@pytest.mark.parametrize("raw", [b"", b"\0\xff\xfe", b"no fields at all\r\n", b"\r\n\r\n"])
def test_junk_has_an_envelope_too(raw: bytes) -> None:
    assert envelope_of(raw, MAILBOX).rcpt_to == ("support@desk.example",)
