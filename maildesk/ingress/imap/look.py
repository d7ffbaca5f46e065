"""A look into a mailbox that changes nothing in it: what the door would find when it came for the
first time, and what that costs."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from typing import Any

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import names, refusals, start
from maildesk.ingress.imap.folder import Folder
from maildesk.ingress.imap.login import close, connect, say_goodbye
from maildesk.oauth.sasl import Token

_IN_KB = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss


@dataclass(frozen=True, slots=True)
class Glance:
    """What was found in one folder. `outcome` is "" where all is well, else the name of what is the
    matter, and `words` say it; `seconds` and `octets` (of memory) are those of the first look."""

    folder: str
    outcome: str = ""
    words: str = ""
    messages: int = 0
    wanted: int = 0  # of them, as `start` has it
    is_junk: bool = False
    seconds: float = 0.0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a mailbox: how long the log-in took, whether the server tells of new mail
    by itself (IDLE), and where sent mail goes."""

    name: str
    folders: tuple[Glance, ...]
    outcome: str = ""
    words: str = ""
    seconds: float = 0.0
    idle: bool = False
    sent: str = ""

    @property
    def glances(self) -> tuple[Glance, ...]:
        """What was found in the folders; where nothing could be found, one that says why."""
        return (Glance("", self.outcome, self.words),) if self.outcome else self.folders


def look(mailbox: ImapMailbox, token: Token | None = None) -> Look:
    """Log in, look into each folder that the settings name, and log out."""
    began = time.monotonic()
    try:
        client: Any = connect(mailbox, token)
    except Exception as failure:  # whatever a server, a network or a library can think of
        refusal = refusals.read(failure)
        return Look(mailbox.name, (), refusal.outcome, refusal.words, time.monotonic() - began)
    took = time.monotonic() - began
    try:
        there = names.listed(client.list_folders())
        found = tuple(_glance(client, mailbox, wanted, there) for wanted in mailbox.watched)
        sent = names.folder_with(names.SENT, there)
        return Look(mailbox.name, found, "", "", took, client.has_capability("IDLE"), sent)
    except Exception as failure:
        refusal = refusals.read(failure)
        return Look(mailbox.name, (), refusal.outcome, refusal.words, took)
    finally:
        say_goodbye(client)
        close(client)


def _glance(
    client: Any, mailbox: ImapMailbox, wanted: str, there: tuple[names.Listed, ...]
) -> Glance:
    name = names.resolved(wanted, there)
    if not name:
        words = f"no folder has the attribute {wanted}"
        return Glance(wanted, "folder_missing", words)
    began, before = time.monotonic(), _memory()
    try:
        folder = Folder(client, mailbox, name, examines=True)
        position = start.begun(
            mailbox.name,
            name,
            uidvalidity=folder.uidvalidity,
            highest=folder.highest(),
            exists=folder.exists,
            start=mailbox.start,
        )
        seconds, octets = time.monotonic() - began, _memory() - before
        keys = start.criteria(position)
        count = len(folder.search(keys, 1, position.backlog_to)) if keys else 0
    except Exception as failure:
        refusal = refusals.read(failure)
        return Glance(name, refusal.outcome, refusal.words)
    is_junk = names.is_junk(name, there)
    return Glance(name, "", "", folder.exists, count, is_junk, seconds, octets)


def _memory() -> int:
    """The most octets of memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _IN_KB
