"""Delivery into a local Maildir, until a relay is configured: nothing leaves the machine.

The file's name is made from what is delivered, so delivering the very same
message to the same recipients twice leaves one file (as long as nobody moved it).
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from maildesk.disk import sync_file, sync_folder
from maildesk.egress.outcome import Outcome, may_stand_in_an_envelope
from maildesk.egress.stream import Streamed
from maildesk.errors import PermanentFailure
from maildesk.log import log


class MaildirCourier:
    """One Maildir for all recipients; each file says in Delivered-To whom it was for."""

    def __init__(self, maildir: Path) -> None:
        self._maildir = maildir
        maildir.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's mail: its owner's alone
        for folder in ("tmp", "new", "cur"):
            (maildir / folder).mkdir(parents=True, exist_ok=True)

    def send(self, mail_from: str, rcpt_to: Sequence[str], raw: bytes | Streamed) -> list[Outcome]:
        """Deliver durably; deferred where the disk refuses. PermanentFailure where a
        file of it is gone."""
        if not all(map(may_stand_in_an_envelope, (mail_from, *rcpt_to))):
            return [
                Outcome(recipient, "failed", 0, "5.1.3", "not a usable address")
                for recipient in rcpt_to
            ]
        head = "".join(
            [
                f"Return-Path: <{mail_from}>\r\n",
                *(f"Delivered-To: {recipient}\r\n" for recipient in rcpt_to),
            ]
        )
        try:
            self._deliver(head.encode(), raw)
        except OSError as error:
            log.warning(
                "no_maildir",
                maildir=str(self._maildir),
                reason=error.strerror or type(error).__name__,
            )
            enhanced = "4.3.1" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "4.3.0"
            return [
                Outcome(recipient, "deferred", 0, enhanced, "the Maildir cannot be written")
                for recipient in rcpt_to
            ]
        return [
            Outcome(recipient, "sent", 250, "2.0.0", "delivered to the local Maildir")
            for recipient in rcpt_to
        ]

    def close(self) -> None:
        """Nothing is kept open."""

    def _deliver(self, head: bytes, raw: bytes | Streamed) -> None:
        """tmp, then new, both on the disk before we say so."""
        unfinished = self._maildir / "tmp" / f"{os.getpid()}.{os.urandom(8).hex()}.maildesk"
        digest = hashlib.sha256()
        try:
            with unfinished.open("wb") as file:
                for piece in chain((head,), (raw,) if isinstance(raw, bytes) else raw):
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                sync_file(file.fileno())
            unfinished.rename(self._maildir / "new" / f"{digest.hexdigest()[:40]}.maildesk")
        except (OSError, PermanentFailure):
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(self._maildir / "new")
