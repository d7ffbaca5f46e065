"""Where a page says the words of a text, letter for letter, as mail programs write them in either.

What the text has by itself may be there or not: the number or the sign of an item, the address of
a link behind its words, the name of a picture that the page leaves out. All else has to be there,
in one piece, once.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

_WORD = re.compile(r"[^\W_]+")
_SILENT = re.compile(r"(</?[a-z][a-z0-9]*)[^<>]*>|&(?:[a-z]{1,8}|#\d{1,7});")
_OWN = re.compile(
    r"^[ \t>]*(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)](?=\s)"  # 1. a) iv.
    r"|^[ \t>]*o(?=[ \t]+\S)"  # Word's sign of the second level
    r"|<(?P<led>[a-z][a-z0-9+.-]{1,15}:[^<>\s]*)>"
    r"|<(?P<box>[^<>\s]{2,300})>"  # of a mailbox or a telephone, as Gmail writes it
    r"|\[(?:image: ?)?(?P<picture>[^][]{1,200})\]",
    re.MULTILINE,
)
_LEADS = re.compile(r'href="(?:mailto|tel):([^"?]*)')
_WIDEST = 2_000  # places that are followed at a time
_MOST = 400  # pieces of a text that may be there or not

Words = list[tuple[str, int, int]]


def words_of(page: str) -> Words:
    """The words of a clean page, each with its place."""

    def blank(found: re.Match[str]) -> str:
        said = "" if found[1] else unescape(found[0])
        return said.ljust(len(found[0])) if len(said) == 1 else " " * len(found[0])

    spoken = _SILENT.sub(blank, page)
    return [(found[0], found.start(), found.end()) for found in _WORD.finditer(spoken)]


def leads_of(page: str) -> frozenset[str]:
    """The mailboxes and telephones that links of a clean page lead to."""
    return frozenset(unescape(one).lower() for one in _LEADS.findall(page))


def place_of(
    text: str, words: Words, leads: Collection[str], left_out: Collection[str]
) -> tuple[int, int] | None:
    """From which to which word of the page (the first and the last) the text stands there, if it
    does once; `left_out` are the names of pictures that the page leaves out."""
    pieces = _pieces(text, leads, left_out)
    if not any(needed for _, needed in pieces) or len(pieces) > 2 * _MOST:
        return None
    letters = "".join(word for word, _, _ in words)
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for number, (word, _, _) in enumerate(words):
        begins[at] = number
        at += len(word)
        ends[at] = number
    found: dict[int, int] = {}  # where it begins: where it ends, farthest
    reached = {(at, at) for at in _starts(letters, pieces, begins)}
    for piece, needed in pieces:
        further = {
            (first, last + len(piece)) for first, last in reached if letters.startswith(piece, last)
        }
        reached = further if needed else reached | further
        if len(reached) > _WIDEST:
            return None
    for first, last in reached:
        if last in ends:
            found[first] = max(found.get(first, 0), last)
    return _once(found, begins, ends)


def _once(
    found: dict[int, int], begins: dict[int, int], ends: dict[int, int]
) -> tuple[int, int] | None:
    """The only place; one that begins later and ends there, too, is the same."""
    if len(set(found.values())) != 1:
        return None
    first = max(found)
    return begins[first], ends[found[first]]


def _starts(letters: str, pieces: list[tuple[str, bool]], begins: Collection[int]) -> list[int]:
    """Where one of the pieces that may come first begins."""
    firsts: list[str] = []
    for piece, needed in pieces:
        firsts.append(piece)
        if needed:
            break
    return [at for at in begins if any(letters.startswith(one, at) for one in firsts)]


def _pieces(text: str, leads: Collection[str], left_out: Collection[str]) -> list[tuple[str, bool]]:
    """The letters of a text, piece by piece, and whether they have to be there."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for found in _OWN.finditer(text):
        box, picture = found["box"], found["picture"]
        if (box and box.lower() not in leads) or (picture and not _is_out(picture, left_out)):
            continue
        pieces += ((_letters(text[end : found.start()]), True), (_letters(found[0]), False))
        end = found.end()
    pieces.append((_letters(text[end:]), True))
    return [(piece, needed) for piece, needed in pieces if piece]


def _is_out(picture: str, left_out: Collection[str]) -> bool:
    return picture.strip() in left_out or picture.startswith(("http://", "https://"))


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text))
