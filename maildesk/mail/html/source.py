"""Whether a plain text is really the source of a page: programs send their HTML as text/plain, too.

Only what begins like a page and goes on like one: somebody who asks about HTML writes a
sentence first.
"""

from __future__ import annotations

import re

_LOOKED_AT = 20_000
_BEFORE = re.compile(r"(?:[\s\ufeff]|<!--.{0,2000}?-->|<\?xml[^<>]{0,200}\?>)*", re.DOTALL)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b[^<>]*>", re.IGNORECASE)
_PIECE = re.compile(
    r"<(?:div|table|p|span|font|center|style|meta|title|h[1-6]|ul|ol|br)\b[^<>]*/?>", re.IGNORECASE
)
_CLOSES = re.compile(r"</[a-z][a-z0-9]{0,15}\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")


def is_html_source(text: str) -> bool:
    """Whether these words are tags first and last, with something to read between them."""
    before = _BEFORE.match(text[:_LOOKED_AT])
    begin = before.end() if before else 0
    if text[begin : begin + 1] != "<":
        return False
    looked = text[begin : begin + _LOOKED_AT]
    if not _CLOSES.search(looked):
        return False
    whole = _PAGE.match(looked) is not None
    piece = _PIECE.match(looked) is not None and text.rstrip()[-1:] == ">"
    return (whole or piece) and bool(_TAG.sub("", looked).strip())
