"""Mail that pours in: conversations sent through both doors by senders who
behave as mail servers do.

Who did not hear 250 sends the same mail again, until 250 is heard; a reply is
sent only once the mail before it was taken.
"""

from __future__ import annotations

import queue
import random
import smtplib
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

PATIENCE = 90.0


@dataclass(frozen=True)
class Mail:
    """One mail of a conversation, and the door it goes to."""

    door: str  # smtp, imap
    message_id: str
    sender: str
    raw: bytes


def conversations(number: int, chance: random.Random) -> list[list[Mail]]:
    """So many conversations of one to three mails, each by a customer of its own."""
    return [_conversation(n, chance) for n in range(number)]


def _conversation(number: int, chance: random.Random) -> list[Mail]:
    sender = f"kim{number}@c{number}.example"
    door = chance.choice(("smtp", "smtp", "imap"))
    ids: list[str] = []
    mails = []
    for step in range(chance.choice((1, 1, 2, 3))):
        # once taken at the SMTP door it is ours; a mailbox may not have been read yet
        if step and door == "smtp":
            door = chance.choice(("smtp", "imap"))
        message_id = f"<c{number}.{step}@c{number}.example>"
        thread = f"In-Reply-To: {ids[0]}\r\nReferences: {' '.join(ids)}\r\n" if ids else ""
        words = "x" * chance.choice((10, 200, 3000))
        head = (
            f"From: Kim {number} <{sender}>\r\nTo: support@desk.example\r\n"
            f"Subject: {'Re: ' if ids else ''}matter {number}\r\n"
        )
        head += f"Message-ID: {message_id}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n{thread}"
        mails.append(
            Mail(
                door, message_id, sender, f"{head}\r\nmail {step} of {number}: {words}\r\n".encode()
            )
        )
        ids.append(message_id)
    return mails


class Pour:
    """Senders in threads. `port` says where the desk listens just now; `append` puts a mail into
    the mailbox."""

    def __init__(
        self, port: Callable[[], int], append: Callable[[bytes], None], *, senders: int = 4
    ) -> None:
        self._port, self._append = port, append
        self._waiting: queue.Queue[list[Mail] | None] = queue.Queue()
        self._left = 0
        self._changed = threading.Condition()
        self.taken: list[Mail] = []
        self.sent_again = 0
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(senders)]
        for thread in self._threads:
            thread.start()

    def pour(self, wanted: Iterable[list[Mail]]) -> None:
        """Begin to send these conversations."""
        for conversation in wanted:
            with self._changed:
                self._left += 1
            self._waiting.put(conversation)

    def finish(self) -> list[Mail]:
        """Wait until everything was taken, and end; what was taken."""
        seen, done = -1, False
        with self._changed:
            while not done and seen != len(self.taken):  # as long as more is taken there is hope
                seen = len(self.taken)
                done = self._changed.wait_for(lambda: not self._left, PATIENCE)
        for _ in self._threads:
            self._waiting.put(None)
        assert done, f"{self._left} conversations were not taken in time: {self.failures[-3:]}"
        return self.taken

    def _serve(self) -> None:
        while (conversation := self._waiting.get()) is not None:
            for mail in conversation:
                self._hand_over(mail)
            with self._changed:
                self._left -= 1
                self._changed.notify_all()

    def _hand_over(self, mail: Mail) -> None:
        if mail.door == "imap":
            self._append(mail.raw)
        else:
            until = time.monotonic() + PATIENCE
            while not self._heard_250(mail):
                self.sent_again += 1
                if time.monotonic() > until:
                    return  # the count of what was taken will tell
                time.sleep(0.05)  # a mail server would wait for minutes
        with self._changed:
            self.taken.append(mail)

    def _heard_250(self, mail: Mail) -> bool:
        try:
            link = smtplib.SMTP("127.0.0.1", self._port(), timeout=PATIENCE)
        except (OSError, smtplib.SMTPException):
            return False
        heard = False
        try:
            link.sendmail(mail.sender, ["support@desk.example"], mail.raw)
            heard = True
        except (OSError, smtplib.SMTPException) as problem:
            self.failures.append(f"{mail.message_id}: {problem}")
        with suppress(OSError, smtplib.SMTPException):
            link.quit()
        return heard
