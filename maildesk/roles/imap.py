"""The role `imap`: a thread for every mailbox of the settings."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from maildesk.desk.ticket import Status
from maildesk.intake import Intake
from maildesk.log import log
from maildesk.oauth import sign_in
from maildesk.pipeline.admin_alarms import tell_admins

if TYPE_CHECKING:
    from maildesk.ingress.imap.door import ImapDoor
    from maildesk.pipeline.services import Services

PATIENCE = 3.0  # seconds in all: a door is back within two, wherever its server keeps it waiting


class Imap:
    """The mailboxes' threads."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._doors: list[ImapDoor] = []

    @property
    def trouble(self) -> str:
        """What is the matter with the mailboxes; nothing while all is well."""
        return "; ".join(filter(None, (door.trouble for door in self._doors)))

    async def start(self, desk: Services) -> None:
        """Read them all; one that cannot be read now is tried again for as long
        as the desk runs."""
        if not desk.settings.imap:
            return
        from maildesk.ingress.imap.door import ImapDoor
        from maildesk.ingress.imap.reading import Desk
        from maildesk.ingress.imap.records import StoredRecords

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

        def alarm_of_part(name: str, is_well: bool, words: str) -> None:
            subject = (
                f"All of the mailbox {name} works again"
                if is_well
                else f"A part of the mailbox {name} does not work"
            )
            event = "mailbox_whole" if is_well else "mailbox_in_part"
            log.warning(event, mailbox=name, why=words)
            tell_admins(desk, subject, words)

        def spam_statuses() -> list[str]:
            statuses = desk.keeper.current.policy.statuses
            return [name for name, behaviour in statuses.items() if behaviour is Status.SPAM]

        records = StoredRecords(desk.db, desk.blobs, desk.now, spam_statuses)
        behind = Desk(self._intake.accept, self._intake.refuse, records)
        for mailbox in desk.settings.imap:
            token = sign_in.for_mailbox(desk.settings, desk.tokens, mailbox)
            door = ImapDoor(
                mailbox,
                behind,
                alarm=alarm,
                alarm_of_part=alarm_of_part,
                clock=time.monotonic,
                token=token,
            )
            self._doors.append(door)
            thread = threading.Thread(
                target=door.run, args=(self._stop,), name=f"imap-door:{mailbox.name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    # what is not committed is read again
    async def stop(self, grace: float) -> None:  # noqa: ARG002
        """Take no more mail."""
        self._stop.set()
        await asyncio.to_thread(self._join)

    def _join(self) -> None:
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
