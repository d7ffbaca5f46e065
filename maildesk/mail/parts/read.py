"""Which parts of a message are no text, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from maildesk.mail.message import Attachment
from maildesk.mail.mime import tree
from maildesk.mail.parts import calendar, cards, sealed
from maildesk.mail.parts.items import Card, Item, Languages, Piece, Sealed, Voice, Wordless

_MOST = 5  # parts of one sort that are told
CALENDARS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory", "application/vcard"})
_NAMED = {"ics": CALENDARS, "vcs": CALENDARS, "vcf": CARDS}
_UNTYPED = frozenset({"application/octet-stream", "text/plain"})
_DURATION = re.compile(
    r"(?<!\d)(?:(\d{1,2})\s?(?:m|min)\s?)?(\d{1,4})\s?(?:s|sec|sek)(?![a-z])|(\d{1,2}):("
    r"\d{2})(?!\d)",
    re.IGNORECASE,
)


def items_of(
    root: tree.Entity, leaves: list[tree.Entity], text: str, files: Iterable[Attachment]
) -> tuple[Item, ...]:
    """What the parts say that are no text, in their order; where nothing is written at all, what is
    there instead."""
    found: dict[Item, None] = {}
    for leaf in leaves[:200]:
        item = _item(leaf)
        if item is not None and sum(isinstance(one, type(item)) for one in found) < _MOST:
            found[item] = None
    if sealed.INLINE in text:
        found[sealed.by_key(text.encode("utf-8", "replace")) or Sealed("pgp")] = None
    if root.content_type == "multipart/multilingual":
        found[_languages(root)] = None
    if not found and not text.strip() and (wordless := _wordless(files)):
        found[wordless] = None
    return tuple(found)


def _item(leaf: tree.Entity) -> Item | None:
    kind = leaf.content_type
    if kind in _UNTYPED and leaf.filename:
        named = _NAMED.get(leaf.filename.rpartition(".")[2].lower())
        kind = next(iter(named)) if named else kind
    if kind in CALENDARS:
        return calendar.appointment(
            leaf.text(calendar.READ)[0], leaf.parameters.get("method", "").lower()
        )
    if kind in CARDS:
        found: Card | None = cards.card(leaf.content())
        return found
    if kind == "message/partial":
        return Piece(*(_number(leaf.parameters.get(name, "")) for name in ("number", "total")))
    if kind.startswith("audio/"):
        return Voice(_seconds(leaf))
    if kind == "application/octet-stream" and leaf.depth:
        octets = leaf.content(sealed.READ)
        if octets.lstrip().startswith(sealed.INLINE.encode()):
            return sealed.by_key(octets)
    return sealed.by_certificate(leaf)


def _seconds(leaf: tree.Entity) -> int:
    """How long a recording is: Content-Duration (RFC 3803), else what its name says."""
    said = leaf.header("content-duration").strip()
    if said.isdigit() and len(said) < 7:
        return int(said)
    named = _DURATION.search(leaf.filename)
    if named is None:
        return 0
    minutes, seconds = (named[1], named[2]) if named[2] else (named[3], named[4])
    return int(minutes or 0) * 60 + int(seconds)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _languages(root: tree.Entity) -> Languages:
    """RFC 8255: each translation names its language, the original says that it is one."""
    named = [
        child.header("content-language").decode("ascii", "replace").strip().lower()
        for child in root.children
        if child.content_type in ("message/rfc822", "message/global")
    ]
    shown = tree.original_of(root)
    language = shown.header("content-language") if shown is not None else b""
    return Languages(
        language.decode("ascii", "replace").strip().lower(),
        tuple(dict.fromkeys(name for name in named if name and name != "zxx")),
    )


def _wordless(files: Iterable[Attachment]) -> Wordless | None:
    pictures = documents = others = 0
    for file in files:
        if file.content_type.startswith("image/"):
            pictures += 1
        elif file.content_type == "application/pdf":
            documents += 1
        elif not file.content_type.startswith("message/"):
            others += 1
    return Wordless(pictures, documents, others) if pictures + documents + others else None
