"""Priorities by whatever name they are asked for: other desks say critical and medium where this
one says urgent and normal, and agents write their own language's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maildesk.desk.mails.wording import Wording

OTHER_NAMES = {"critical": "urgent", "medium": "normal"}


def spellings(priorities: Iterable[str], wording: Wording | None = None) -> Mapping[str, str]:
    """Every way to write one of these priorities, in small letters, to the desk's own name of it.

    What the desk has named itself stands before any other meaning of the word.
    """
    found = {name.casefold(): name for name in priorities}
    for other, usual in OTHER_NAMES.items():
        for name, meant in ((other, usual), (usual, other)):
            if meant in found:
                found.setdefault(name, found[meant])
    for name, meant in tuple(found.items()):
        for word in wording.called(name) if wording is not None else ():
            found.setdefault(word.casefold(), meant)
    return found


def spelt(written: str, priorities: Iterable[str], wording: Wording | None = None) -> str:
    """The desk's own name of the priority that is written; the word itself where it is none."""
    return spellings(priorities, wording).get(written.strip().casefold(), written)
