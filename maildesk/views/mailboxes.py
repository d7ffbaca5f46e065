"""Mailboxes for programs: how far each folder is read, and what a look into it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from maildesk.views.plain import Json, listed

if TYPE_CHECKING:
    from maildesk.store.mailbox.mailboxes import Cursor


class Glance(Protocol):
    """What was found in a folder, or why nothing could be."""

    @property
    def folder(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def messages(self) -> int: ...
    @property
    def wanted(self) -> int: ...
    @property
    def is_junk(self) -> bool: ...
    @property
    def seconds(self) -> float: ...
    @property
    def octets(self) -> int: ...


def mailbox_list(positions: Sequence[Cursor], glances: Iterable[tuple[str, Glance]] = ()) -> Json:
    """How far each folder is read; `glances`, by mailbox, are what was found in them just now."""
    found = {(mailbox, one.folder): one for mailbox, one in glances}
    stored = {(one.mailbox, one.folder): one for one in positions}
    places = dict.fromkeys((*stored, *found))
    return listed(
        "mailboxes", [_folder(*place, stored.get(place), found.get(place)) for place in places]
    )


def _folder(mailbox: str, folder: str, at: Cursor | None, seen: Glance | None) -> Json:
    return {
        "mailbox": mailbox,
        "folder": folder or None,
        "start": (at.start or None) if at else None,
        "uidvalidity": at.uidvalidity if at else None,
        "uid": at.uid if at else None,
        "backlog": (at.backlog or None) if at else None,
        "left_alone": at.left_alone if at else None,
        "look": _look(seen) if seen else None,
    }


def _look(one: Glance) -> Json:
    return {
        "outcome": one.outcome or None,
        "words": one.words or None,
        "messages": one.messages,
        "wanted": one.wanted,
        "spam": one.is_junk,
        "seconds": round(one.seconds, 3),
        "octets": one.octets,
    }
