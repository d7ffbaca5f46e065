"""Pictures that somebody pasted between their words: where they stand in a clean page, and how the
text of the same mail names them.

In a page they are `<img src="cid:INDEX">`, by their index among the message's parts. A picture of
few octets that the text does not name is taken for a signature's logo.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from maildesk.mail.html.sanitize import SafeHtml
from maildesk.mail.mime.attachments import is_logo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maildesk.mail.message import Attachment, Message

_PICTURE = re.compile(r"<img\b[^<>]*>")
_OWN = re.compile(r'\bsrc="cid:(\d{1,9})"')
_ALT = re.compile(r'\balt="([^"]*)"')
# [image: a.png] of Gmail, [cid:a.png@01DC.5F00] or the picture's own words of Outlook
_NAMED = re.compile(r"\[(?:image:|cid:)?([^\[\]]{1,400})\]")


def own(message: Message) -> dict[str, Attachment]:
    """The pictures that the message's page shows of itself, by Content-ID."""
    return {file.content_id: file for file in message.attachments if file.inline}


def addresses(message: Message) -> dict[str, str]:
    """Where a clean page leads to for each of them."""
    return {name: f"cid:{file.index}" for name, file in own(message).items()}


def shown_in(page: str) -> frozenset[int]:
    """The indexes of those that this clean page shows."""
    return frozenset(int(found[1]) for found in _OWN.finditer(page))


def led_to(page: SafeHtml, names: Mapping[int, str]) -> SafeHtml:
    """The page with these Content-IDs instead of the indexes; the others are left out."""

    def put(found: re.Match[str]) -> str:
        index = _OWN.search(found[0])
        if index is None or int(index[1]) not in names:
            return ""
        return _OWN.sub(f'src="cid:{names[int(index[1])]}"', found[0])

    return SafeHtml(_PICTURE.sub(put, page))


def wanted(message: Message, text: str) -> frozenset[int]:
    """Those that belong to these words of the message: which the text names, or which are too large
    for a logo."""
    named = {_bare(found[1]) for found in _NAMED.finditer(text)}
    return frozenset(
        file.index
        for file in own(message).values()
        if not is_logo(file) or named & {file.filename, file.content_id}
    )


def without_names(text: str, message: Message, page: str) -> str:
    """The text without what stands in it for the pictures of the page."""
    known = {one for file in own(message).values() for one in (file.filename, file.content_id)}
    known |= {
        _bare(unescape(alt[1]))
        for found in _PICTURE.finditer(page)
        if _OWN.search(found[0]) and (alt := _ALT.search(found[0]))
    }

    def put(found: re.Match[str]) -> str:
        return " " if _bare(found[1]) in known else found[0]

    return _NAMED.sub(put, text)


def around(page: str, begin: int, end: int, indexes: frozenset[int]) -> tuple[int, int]:
    """This piece of a page, and the pictures of these indexes right before and behind it, as far as
    no word stands between."""
    before = after = None
    for found in _PICTURE.finditer(page):
        index = _OWN.search(found[0])
        if index is None or int(index[1]) not in indexes:
            continue
        if found.end() <= begin and before is None and _is_wordless(page[found.start() : begin]):
            before = found.start()
        if found.start() >= end and _is_wordless(page[end : found.end()]):
            after = found.end()
    return (begin if before is None else before), (end if after is None else after)


def _is_wordless(piece: str) -> bool:
    return not re.search(r"\w", unescape(re.sub(r"<[^<>]*>?", " ", piece)))


def _bare(words: str) -> str:
    return " ".join(words.split())
