"""An article of Markdown as a safe page of its own, and where its links and pictures lead.

CommonMark with tables. HTML in it is text; a picture is one that lies beside the article, for
nothing is fetched from elsewhere; whoever renders it says where links lead. Its headings stand
below the article's title, and leave out no level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from maildesk.mail.html.sanitize import SafeHtml, safe

Leads = Callable[[str], str]  # from what is written to where it leads; "": nowhere, its words stay
_TITLE, _LOWEST = 1, 6  # levels: the article's title, which its headings stand below; the last
_FENCE = re.compile(r"`+[^`]*`+")


class Destination(NamedTuple):
    """Where a link or a picture leads, as it is written, and the line that it is on."""

    line: int
    written: str
    is_picture: bool


def article_page(source: str, link: Leads, picture: Leads) -> SafeHtml:
    """The article as HTML."""
    tokens = list(_reader().parse(source))
    own: dict[str, str] = {}
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level = _TITLE
    for token in tokens:
        if token.type == "heading_open":
            below = min(used.index(token.tag) + 1, level - _TITLE + 1)
            level = min(below + _TITLE, _LOWEST)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"
        elif token.type == "inline":
            token.children = list(_led(token.children or [], link, picture, own))
    html = _reader().renderer.render(tokens, _reader().options, {})
    return safe(html, own)


def _led(
    children: list[Token], link: Leads, picture: Leads, own: dict[str, str]
) -> Iterator[Token]:
    dropped: list[bool] = []
    for token in children:
        if token.type == "link_open":
            href = link(unquote(str(token.attrs.get("href", ""))))
            dropped.append(not href)
            token.attrs["href"] = href
            if not href:
                continue
        elif token.type == "link_close":
            if dropped and dropped.pop():
                continue
        elif token.type == "image":
            src = picture(unquote(str(token.attrs.get("src", ""))))
            if not src:
                yield Token("text", "", 0, content=token.content)
                continue
            own[src] = src
            token.attrs["src"] = src
        yield token


@lru_cache(maxsize=4096)
def destinations(source: str) -> tuple[Destination, ...]:
    """Every link and picture of the article, in their order."""
    if "](" not in source and "]:" not in source and "<" not in source:
        return ()
    return tuple(_destinations(source))


def _destinations(source: str) -> Iterator[Destination]:
    rows = source.split("\n")
    for token in _reader().parse(source):
        begin, end = token.map or (0, 0)
        for child in token.children or ():
            is_picture = child.type == "image"
            if not is_picture and child.type != "link_open":
                continue
            written = unquote(str(child.attrs.get("src" if is_picture else "href", "")))
            here = (at for at in range(begin, end) if written in unquote(_FENCE.sub("", rows[at])))
            yield Destination(next(here, begin) + 1, written, is_picture)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
