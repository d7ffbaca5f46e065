"""The role `imap`: a thread for every mailbox of the settings."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from maildesk.intake import Intake
from maildesk.log import log
from maildesk.oauth import sign_in
from maildesk.pipeline.admin_alarms import tell_admins

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services

PATIENCE = 3.0  # seconds in all: a door is back within two, wherever its server keeps it waiting


class Imap:
    """The mailboxes' threads."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    async def start(self, desk: Services) -> None:
        """Read them all; one that cannot be read now is tried again for as long
        as the desk runs."""
        if not desk.settings.imap:
            return
        from maildesk.ingress.imap import ImapDoor

        def alarm(name: str, is_readable: bool, words: str) -> None:
            subject = (
                f"Mailbox {name} can be read again"
                if is_readable
                else f"Mailbox {name} cannot be read"
            )
            log.warning(
                "mailbox_readable" if is_readable else "mailbox_unreadable", mailbox=name, why=words
            )
            tell_admins(desk, subject, words)

        for mailbox in desk.settings.imap:
            door = ImapDoor(
                mailbox,
                accept=self._intake.accept,
                load_cursor=self._intake.cursor,
                refuse=self._intake.refuse,
                alarm=alarm,
                clock=time.monotonic,
                token=sign_in.for_mailbox(desk.settings, desk.tokens, mailbox),
            )
            thread = threading.Thread(
                target=door.run, args=(self._stop,), name=f"imap-door:{mailbox.name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    async def stop(self, grace: float) -> None:  # noqa: ARG002 - what is not committed is read again
        """Take no more mail."""
        self._stop.set()
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
