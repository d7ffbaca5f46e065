"""How much of a text has room in a mail."""

from __future__ import annotations

# characters of a text once it is HTML; a letter may hold two such texts, and Gmail cuts
# off at half of one
ROOM = 200_000
_ALWAYS_FITS = 2_000
_MARK = "\n[…]"
# What stands for itself in a text and grows in HTML: by how much. A blank line begins a paragraph,
# perhaps a quoted one.
_GROWTH = (
    *(("&", 4), ("<", 3), (">", 3), ('"', 4), ("'", 4), ("\n", 4), ("://", 40)),
    *(("\n\n", 95), (" \n", 95), ("\t\n", 95)),
)


def fits(text: str) -> bool:
    """Whether all of this text can stand in a mail."""
    return len(text) < _ALWAYS_FITS or _size(text) <= ROOM


def fitting(text: str) -> str:
    """The text; of one that is more than a mail may have, the beginning and a mark that something
    is left out."""
    if fits(text):
        return text
    low, high = 0, min(len(text), ROOM)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(text[:middle]) <= ROOM else (low, middle - 1)
    return text[:low].rstrip() + _MARK


def _size(text: str) -> int:
    """How long it is as HTML, at most; an address stands there twice."""
    grown = len(text) + sum(more * text.count(sign) for sign, more in _GROWTH)
    return 2 * grown if "://" in text else grown
