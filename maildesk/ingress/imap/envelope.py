"""The envelope of a message in a mailbox, as far as the last server wrote it into the head (RFC
5321, 4.4)."""

from __future__ import annotations

import re

from maildesk.config.settings import ImapMailbox
from maildesk.mail.message import Envelope
from maildesk.mail.mime.headers import gathered, split

RECIPIENT_FIELDS = ("delivered-to", "x-original-to", "envelope-to")
_PATH = re.compile(rb"<([^<>]*)>")


def envelope_of(raw: bytes, mailbox: ImapMailbox) -> Envelope:
    """The reverse-path from Return-Path, the recipients from the topmost field of each kind that
    servers write.

    Fields further down were written by servers before ours, or by the sender.
    """
    fields = gathered(split(raw)[0])
    recipients: dict[str, None] = {}
    for name in RECIPIENT_FIELDS:
        for value in fields.get(name, [])[:1]:
            recipients |= dict.fromkeys(filter(None, [_path(value)]))
    paths = fields.get("return-path", [])
    mail_from = _path(paths[0]) if paths else None
    rcpt_to = tuple(recipients) or tuple(filter(None, [mailbox.address]))
    return Envelope(mail_from=mail_from, rcpt_to=rcpt_to, via=f"imap:{mailbox.name}")


def _path(value: bytes) -> str:
    """The address, with or without its angle brackets; <> is the null reverse-path."""
    found = _PATH.search(value)
    return (found[1] if found else value).strip().decode("utf-8", "replace")
