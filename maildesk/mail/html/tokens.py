"""HTML as a row of words and tags, comments and scripts left out; linear in its length
whatever it holds."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"(<[a-zA-Z/!?][^<>]*>)")
_UNREAD = re.compile(
    r"<(?:(!--)|(style|script|title|template|svg|noembed|noframes|iframe|object|select)(?=[\s>/]))",
    re.IGNORECASE,
)


def tokens(html: str) -> list[str]:
    """The page as text, tag, text, tag … text, without comments, styles and scripts."""
    return _TOKEN.split(_without_unread(html))


def _without_unread(html: str) -> str:
    """The page without comments, styles and scripts. One that never ends swallows nothing, and is
    looked for only once."""
    kept, at = [], 0
    missing: set[str] = set()
    for found in _UNREAD.finditer(html):
        start = found.start()
        name = (found.group(2) or "").lower()
        if start < at or name in missing:
            continue
        ending = html.find("-->", start + 2) if not name else _end_of(html, name, found.end())
        if ending < 0:
            missing.add(name)
            continue
        kept.append(html[at:start])
        at = html.find(">", ending) + 1 or len(html)
    return "".join((*kept, html[at:]))


def _end_of(html: str, name: str, at: int) -> int:
    ending = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
    return ending.start() if ending else -1


def whole_tag(pieces: list[str], at: int) -> tuple[int, str]:
    """A tag with a > inside a quoted value was split there: put it together again, if its quote
    ends soon."""
    tag = pieces[at]
    for further in range(at + 1, min(at + 9, len(pieces))):
        tag += pieces[further]
        if tag.count('"') % 2 == 0:
            if further % 2:
                return further, tag
            close = pieces[further].find(">")
            if close >= 0:
                whole = tag[: len(tag) - len(pieces[further]) + close + 1]
                pieces[further] = pieces[further][close + 1 :]
                return further - 1, whole
            break
    return at, pieces[at]
