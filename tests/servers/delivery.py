"""A relay that is the mailbox's own server, too, as a hoster's is: what it takes lies in an IMAP
mailbox a moment later, under fields of its own, or comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import formatdate

from tests.servers.imap import Imap, ImapAccount
from tests.servers.relay import Relay, Relayed

BOUNCE = "bounce"
TRACE = (
    "Return-Path: <{mail_from}>\r\n"
    "Delivered-To: {recipient}\r\n"
    "Authentication-Results: mx.desk.example; dkim=none\r\n"
    "Received: from relay.desk.example by mx.desk.example (Postfix) with ESMTPS; {date}\r\n"
)
REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@desk.example>
To: {mail_from}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.desk.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User doesn't exist: {recipient}

--b
Content-Type: text/rfc822-headers

{head}
--b--
"""


class Delivery(Relay):
    """`where(recipient)` says in which folder mail to this recipient lies then; BOUNCE sends a
    report back, "" loses it."""

    def __init__(self, imap: Imap, account: ImapAccount) -> None:
        self._imap, self._account = imap, account
        self.where: Callable[[str], str] = lambda _recipient: account.folder
        self.trace = TRACE
        self.message_id = ""  # in place of the one that a mail has
        super().__init__()

    def keep(self, message: Relayed) -> None:
        super().keep(message)
        for recipient in message.rcpt_to:
            where = self.where(recipient)
            if where == BOUNCE:
                self.put(self._account.folder, report_about(message, recipient))
            elif where:
                self.put(where, self._as_delivered(message, recipient))

    def _as_delivered(self, message: Relayed, recipient: str) -> bytes:
        raw = message.raw
        if self.message_id:
            raw = re.sub(
                rb"(?im)^Message-ID: [^\r]*", f"Message-ID: {self.message_id}".encode(), raw
            )
        values = {"mail_from": message.mail_from, "recipient": recipient, "date": formatdate()}
        return self.trace.format(**values).encode() + raw

    def put(self, folder: str, raw: bytes) -> None:
        with self._imap.logged_in(self._account) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw)


def report_about(message: Relayed, recipient: str) -> bytes:
    """The delivery report (RFC 3464) that says that there is nobody of this name."""
    head = message.raw.partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n")
    values = {"mail_from": message.mail_from, "recipient": recipient, "head": head}
    return REPORT.format(**values).replace("\n", "\r\n").encode()
