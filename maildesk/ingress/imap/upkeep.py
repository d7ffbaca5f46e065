"""What the door does in the mailbox beside taking mail: copies of what agents answered are put into
the folder for sent mail, and messages are moved once it is known what became of them.

Both are durable rows that say what is still to be done. A copy is looked for by its Message-ID
before it is put there, so that a crash between the two neither loses nor doubles it. A mailbox that
will not (it is full, the folder is gone) is no reason to take no more mail: it is said, and tried
again with growing delay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from maildesk.config.settings import ImapMailbox
from maildesk.ingress.imap import names, refusals
from maildesk.ingress.imap.records import Records
from maildesk.log import log
from maildesk.store.mailbox.mailboxes import Copy, Settled

DELAYS = (60.0, 300.0, 900.0, 3600.0)  # seconds after so many failures
# APPEND refused for what the mail is, not for what the mailbox is now
_NEVER = ("[TOOBIG]", "[LIMIT] message", "message too large")
_SHORTEST_ID = 4


class _Part:
    """Copies, or moves: when they may be tried again, and what is the matter with them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._failures = 0
        self.not_before = 0.0
        self.trouble = ""

    def went(self) -> None:
        """All is well."""
        self._failures, self.not_before, self.trouble = 0, 0.0, ""

    def failed(self, refusal: refusals.Refusal, now: float) -> None:
        """The mailbox will not."""
        delay = DELAYS[min(self._failures, len(DELAYS) - 1)]
        self._failures += 1
        self.not_before = now + max(delay, refusal.wait)
        self.trouble = f"{refusal.outcome}: {self._name} wait: {refusal.words}"


class Upkeep:
    """The upkeep of one mailbox, over all connections."""

    def __init__(self, mailbox: ImapMailbox, records: Records, clock: Callable[[], float]) -> None:
        self._mailbox, self._records, self._clock = mailbox, records, clock
        self._made = ""  # the folder for sent mail that we made
        self._copying, self._moving = _Part("copies of answers"), _Part("moves")

    @property
    def trouble(self) -> str:
        """What does not work, in words for the admin."""
        return "; ".join(filter(None, (self._copying.trouble, self._moving.trouble)))

    def run(self, client: Any, folders: Callable[[], Sequence[names.Listed]]) -> bool:
        """Do what is due; whether another folder may be selected now. An error that ends the
        connection is raised."""
        done = False
        if self._mailbox.sent and self._clock() >= self._copying.not_before:
            copies = self._records.copies_wanted(self._mailbox.name)
            done |= self._tried(self._copying, copies, lambda: self._keep(client, folders, copies))
        kinds = tuple(self._mailbox.kinds_moved)
        if kinds and self._clock() >= self._moving.not_before:
            fates = self._records.settled(self._mailbox.name, kinds)
            done |= self._tried(self._moving, fates, lambda: self._move(client, fates))
        return done

    def _tried(self, part: _Part, rows: Sequence[object], do: Callable[[], None]) -> bool:
        """Whether anything was to be done. A full mailbox takes no copy and moves all the same, so
        neither keeps the other from anything."""
        if not rows:
            part.went()
            return False
        try:
            do()
        except IMAPClientAbortError:
            raise
        except IMAPClientError as failure:
            refusal = refusals.read(failure)
            part.failed(refusal, self._clock())
            log.warning(
                "upkeep_deferred",
                mailbox=self._mailbox.name,
                outcome=refusal.outcome,
                reason=refusal.words,
            )
        else:
            part.went()
        return True

    # -- copies of answers ------------------------------------------------------

    def _keep(
        self, client: Any, folders: Callable[[], Sequence[names.Listed]], copies: Sequence[Copy]
    ) -> None:
        folder = names.folder_with(names.SENT, folders()) or self._made
        if not folder:  # those that were listed are of before it was made
            folder = self._made = _made(client)
        client.select_folder(folder)
        for copy in copies:
            self._keep_one(client, folder, copy)

    def _keep_one(self, client: Any, folder: str, copy: Copy) -> None:
        if _found(client, copy.message_id):
            self._records.copy_done(copy, "kept")
            return
        raw = self._records.octets_of(copy)
        try:
            client.append(folder, raw, ("\\Seen",), copy.sent_at)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as failure:
            if not any(words.lower() in str(failure).lower() for words in _NEVER):
                raise
            self._records.copy_done(copy, "refused", str(failure))
            log.warning("copy_refused", mailbox=self._mailbox.name, reason=str(failure)[:200])
            return
        self._records.copy_done(copy, "kept")
        log.info("copied", mailbox=self._mailbox.name, folder=folder, outbox=copy.outbox_id)

    # -- messages whose fate is known -------------------------------------------

    def _move(self, client: Any, fates: Sequence[Settled]) -> None:
        groups: dict[tuple[str, str], list[Settled]] = defaultdict(list)
        for one in fates:
            groups[one.lies_in, one.kind].append(one)
        for (lies_in, kind), group in groups.items():
            where = self._mailbox.kinds_moved[kind]
            if where != lies_in:
                if not client.folder_exists(where):
                    client.create_folder(where)
                answer = client.select_folder(lies_in)
                _move_away(client, _uids(client, group, int(answer[b"UIDVALIDITY"])), where)
            self._records.moved([one.id for one in group], kind, where)
            log.info("moved", mailbox=self._mailbox.name, kind=kind, to=where, messages=len(group))


def _uids(client: Any, group: Sequence[Settled], uidvalidity: int) -> list[int]:
    """Where these messages are in the selected folder: by UID where they were taken from it, else
    by Message-ID. Somebody may have taken one away."""
    found: list[int] = []
    for one in group:
        if one.lies_in == one.folder and one.uidvalidity == uidvalidity:
            found.append(one.uid)
        else:
            found += _found(client, one.message_id)[-1:]
    return sorted(set(found))


def _move_away(client: Any, uids: list[int], where: str) -> None:
    if not uids:
        return
    if client.has_capability("MOVE"):  # RFC 6851
        client.move(uids, where)
        return
    client.copy(uids, where)
    client.add_flags(uids, ["\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _found(client: Any, message_id: str) -> list[int]:
    """Messages of the selected folder with this Message-ID (RFC 9051, 6.4.4: a part of it would
    do)."""
    if len(message_id) < _SHORTEST_ID:
        return []
    client.noop()
    return sorted(client.search(["HEADER", "Message-ID", message_id]))


def _made(client: Any) -> str:
    """A folder for sent mail where there is none, with its attribute where the server can give it
    (RFC 6154, 3)."""
    name = "Sent"
    if client.folder_exists(name):
        return name
    if client.has_capability("CREATE-SPECIAL-USE"):
        client.create_special_folder(name, names.SENT)
    else:
        client.create_folder(name)
    client.subscribe_folder(name)
    return name
