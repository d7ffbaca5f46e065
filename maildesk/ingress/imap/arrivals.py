"""What newly comes into a mailbox, in whichever folder: looked for, waited for, taken away again.

For who has sent a mail to this mailbox and wants to know whether it arrives. Nothing is marked,
and only what the caller names is removed. The desk may read the same mailbox meanwhile, and move a
message from one folder to another between two looks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import names
from maildesk.ingress.imap.folder import Folder
from maildesk.ingress.imap.login import Client, close, connect, say_goodbye
from maildesk.oauth.sasl import Token

_NEWEST = 50  # messages of a folder that are looked at at once
_TRASH = "\\Trash"
_GMAIL = "X-GM-EXT-1"  # there \Deleted takes a label off, and the message stays


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that came: where it lies, and the first of its octets."""

    folder: str
    uid: int
    octets: bytes
    is_junk: bool
    is_sent: bool  # it lies in the folder for sent mail, where the provider put it


class Arrivals:
    """A connection to one mailbox. Whatever a server, a network or a library can think of is
    raised; after `open` it goes on where it was."""

    def __init__(self, mailbox: ImapMailbox, token: Token | None = None) -> None:
        self.mailbox, self._token = mailbox, token
        self._client: Client | None = None
        self._main: Folder | None = None
        self._there: tuple[names.Listed, ...] = ()
        self._behind: dict[str, tuple[int, int]] = {}  # folder -> UIDVALIDITY, the highest UID seen

    def open(self) -> None:
        """Log in (again). The first time, what is there is left out from then on."""
        self.close()
        self._client = connect(self.mailbox, self._token)
        self._there = names.listed(self._folders())
        if not self._behind:
            for name in self._wanted():
                if folder := self._selected(name):
                    self._behind[name] = (folder.uidvalidity, folder.highest())

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    def look(self, is_wanted: Callable[[bytes], bool]) -> list[Arrived]:
        """What has come since the last look and is wanted. The folder that is waited at is looked
        at last, and stays selected."""
        self._there = names.listed(self._folders())
        junk, sent = (names.folder_with(one, self._there) for one in (names.JUNK, names.SENT))
        found, behind_now = [], dict(self._behind)
        for name in self._wanted():
            folder = self._selected(name)
            if folder is None:
                continue
            uidvalidity, behind = self._behind.get(name, (folder.uidvalidity, 0))
            behind = behind if uidvalidity == folder.uidvalidity else 0
            new = [uid for uid in folder.newest(_NEWEST) if uid > behind]
            for uid in new:
                octets = folder.beginning(uid)
                if is_wanted(octets):
                    found.append(Arrived(name, uid, octets, name == junk, name == sent))
            behind_now[name] = (folder.uidvalidity, max((behind, *new)))
            self._main = folder
        self._behind = behind_now  # not before: what a lost connection found is found again
        return found

    def wait(self, stop: threading.Event, seconds: float) -> None:
        """Return when something may have come, after so many seconds at the latest."""
        if self._main is None:
            stop.wait(seconds)
        else:
            self._main.wait(stop, seconds)

    def remove(self, one: Arrived) -> bool:
        """Take it away for good; False where the server lets nobody. One that is gone already is no
        matter."""
        client: Any = self._client
        self._main = None  # another folder is selected now
        try:
            client.select_folder(one.folder)
            if not client.search(["UID", str(one.uid)]):
                return True
            trash = names.resolved(_TRASH, self._there)
            has_uidplus = client.has_capability("UIDPLUS")
            is_gmail = client.has_capability(_GMAIL)
            can_move = trash and trash != one.folder and client.has_capability("MOVE")
            if can_move and (is_gmail or not has_uidplus):
                client.move([one.uid], trash)
                return True
            client.add_flags([one.uid], ["\\Deleted", "\\Seen"], silent=True)
            if has_uidplus:  # a plain EXPUNGE would take other people's deleted mail with it
                client.uid_expunge([one.uid])
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return False
        return True

    def close(self) -> None:
        """Say good-bye, and hang up."""
        client, self._client, self._main = self._client, None, None
        if client is not None:
            say_goodbye(client)
            close(client)

    def _folders(self) -> Any:
        client: Any = self._client
        return client.list_folders()

    def _wanted(self) -> list[str]:
        """The folders to look into: where mail is read, where the server puts spam, where the desk
        may move it, and where copies of sent mail lie. The one to wait at is the last."""
        box, there = self.mailbox, self._there
        first, *others = [names.resolved(one, there) for one in box.watched]
        moved = [box.move_to.taken, *box.kinds_moved.values()] if box.after == "move" else []
        special = [names.folder_with(one, there) for one in (names.JUNK, names.SENT)]
        return [*dict.fromkeys(n for n in (*others, *moved, *special) if n and n != first), first]

    def _selected(self, name: str) -> Folder | None:
        """The folder, looked at without a change; None where there is none (yet)."""
        if not name:
            return None
        try:
            return Folder(self._client, self.mailbox, name, examines=True)
        except IMAPClientAbortError:
            raise
        except IMAPClientError:
            return None
