"""Where to begin in a folder, and what of its older messages is still to be taken: a table from
what is stored, what the settings want and what the server says to the position to go on from.

Theory of operation. A position has two parts. Every message above `uid` is new, and is taken. Of
those up to `backlog_to`, the *backlog* says which are wanted (`unread`, those that came `since` a
day, `all`), and how far that was gone through. So old mail never holds up new mail, and a crash
in the midst of either loses nothing.

    a folder that was never read     the backlog that `start` names; with `now` there is none
    `start` was changed since        the backlog that it names now, less what was taken already
    UIDs mean nothing any more       everything there is a backlog to be recognised: what was seen
      (RFC 9051, 2.3.1.1)            is known by Message-ID, INTERNALDATE and size, what is older
                                     than `known_before` was left alone; the rest is new
    a desk from before `start`       goes on where it was
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from maildesk.store.mailbox.mailboxes import Cursor

NOW, UNREAD, ALL = "now", "unread", "all"
RECENT = timedelta(days=2)  # what is older than this was there before, beyond doubt
REMEMBERED = 500  # messages left alone that are remembered one by one, at most
_RECOGNISE = "recognise"


def begun(
    mailbox: str, folder: str, *, uidvalidity: int, highest: int, exists: int, start: str
) -> Cursor:
    """The position in a folder that was never read, up to whose UID `highest` there is mail."""
    fresh = Cursor(mailbox, uidvalidity, highest, folder=folder, start=start)
    if start == NOW or not exists:
        return replace(fresh, left_alone=exists)
    return replace(fresh, backlog=start, backlog_to=highest)


def restarted(position: Cursor, start: str) -> Cursor:
    """The position when the settings say another `start` than it was begun with."""
    if not position.start or position.start == start:
        return replace(position, start=start)
    if start == NOW:  # what of the old ones was not taken yet is left alone from now on
        return replace(position, start=start, backlog="", backlog_uid=0, backlog_to=0)
    return replace(position, start=start, backlog=start, backlog_uid=0, backlog_to=position.uid)


def renumbered(position: Cursor, *, uidvalidity: int, highest: int) -> Cursor:
    """The position when its UIDs mean nothing any more: everything there is to be recognised."""
    unfinished = position.backlog.replace(_RECOGNISE, "").strip()
    backlog = f"{_RECOGNISE} {unfinished}".strip() if highest else ""
    return replace(
        position,
        uidvalidity=uidvalidity,
        uid=highest,
        backlog=backlog,
        backlog_uid=0,
        backlog_to=highest if backlog else 0,
    )


def is_recognising(position: Cursor) -> bool:
    """Whether the backlog is one of messages that may have been seen under other UIDs."""
    return _RECOGNISE in position.backlog.split()


def criteria(position: Cursor) -> list[object]:
    """The SEARCH keys (RFC 9051, 6.4.4) of what the backlog wants of old messages; "ALL" among
    them where it wants any, and none where it wants none."""
    wanted = position.backlog.replace(_RECOGNISE, "").strip()
    if wanted in ("", ALL):
        return ["ALL"] if wanted else []
    if wanted == UNREAD:
        return ["UNSEEN"]
    return ["SINCE", date.fromisoformat(wanted)]


def done(position: Cursor) -> Cursor:
    """The position when nothing of the backlog is left."""
    return replace(position, backlog="", backlog_uid=0, backlog_to=0)


def before(now: datetime, remembered: list[datetime], exists: int) -> datetime:
    """Up to when messages are known to have been there: the younger ones are all remembered."""
    threshold = now - RECENT
    if len(remembered) >= exists or not remembered:
        return threshold
    return max(threshold, min(remembered))


def fingerprint(message_id: str, arrived_at: datetime | None, size: int) -> bytes:
    """What a message is known by when its UID means nothing any more: 16 octets."""
    moment = int(arrived_at.timestamp()) if arrived_at else 0
    return sha256(f"{message_id}\0{moment}\0{size}".encode("utf-8", "replace")).digest()[:16]


def told(position: Cursor) -> str:
    """What of this folder was left alone, in words for the admin; nothing where nothing was."""
    if not position.left_alone or position.start != NOW:
        return ""
    were = "1 message was" if position.left_alone == 1 else f"{position.left_alone} messages were"
    them = "it" if position.left_alone == 1 else "them"
    return f"{were} there before; left alone; `start: unread` or a date takes {them} in"
