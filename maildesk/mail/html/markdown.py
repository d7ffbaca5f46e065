"""Markdown as letters have it (CommonMark): the same words as plain text and as safe HTML.

The source is an admin's file, values in it are anybody's: `escaped` makes a value stand for itself.
HTML in it is text, a link leads to the web, to a mailbox or a telephone, and a picture is its
words: nothing is fetched when somebody reads the mail. A line that ends of itself ends in the HTML,
too; one that only a margin broke goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from maildesk.mail.html.sanitize import NOTHING, SafeHtml, safe, text_of
from maildesk.mail.wrapping import unwrapped

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:=\"'])")
_URL = re.compile(r"https?://[^\s<>\"']{1,1000}[^\s<>\"'.,;:!?)\]]")
_BLANK = re.compile(r"\n[ \t]*\n\s*")
_MARGIN = "margin:0 0 14px"
_BLOCK = re.compile(r"<(p|ul|ol)>")  # in safe HTML a sign of the text is an entity


@dataclass(frozen=True, slots=True)
class Written:
    """The same words twice; without HTML it is made of the text, where HTML is wanted."""

    text: str
    html: SafeHtml = NOTHING


def markdown(source: str) -> Written:
    """These words as text and as HTML."""
    html = safe(_reader().render(unwrapped(source.strip("\n")))).strip()
    page = SafeHtml(_BLOCK.sub(rf'<\1 style="{_MARGIN}">', html))
    return Written(text_of(html).strip(), page)


def plain(text: str) -> SafeHtml:
    """Words that are no Markdown, as HTML: paragraphs, with their lines, and links for addresses of
    the web."""
    blocks = _BLANK.split(unwrapped(text.strip("\n")).strip())
    made = (_linked_text(one).replace("\n", "<br>\n") for one in blocks if one)
    return SafeHtml("\n".join(f'<p style="{_MARGIN}">{one}</p>' for one in made))


def _linked_text(text: str) -> str:
    pieces, end = [], 0
    for match in _URL.finditer(text):
        url = escape(match[0])
        pieces += [escape(text[end : match.start()]), f'<a href="{url}">{url}</a>']
        end = match.end()
    return "".join((*pieces, escape(text[end:])))


def escaped(value: str) -> str:
    """The value as it stands, in one line: nothing in it is a sign of Markdown."""
    return _SIGNS.sub(r"\\\1", " ".join(value.split()))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True})
    # before escaped signs are joined to the words around them: an address in a value stays text
    reader.core.ruler.after("inline", "addresses", _addresses)
    reader.add_render_rule("image", _words)
    return reader


def _words(_renderer: object, tokens: Sequence[Token], at: int, *_: object) -> str:
    """What stands for a picture."""
    return escape(tokens[at].content)


def _addresses(state: StateCore) -> None:
    """Bare addresses of the web become links."""
    for block in state.tokens:
        if block.type != "inline" or "://" not in block.content:
            continue
        found: list[Token] = []
        depth = 0
        for token in block.children or ():
            depth += token.nesting if token.type.startswith("link_") else 0
            found += _linked(token) if token.type == "text" and not depth else (token,)
        block.children = found


def _linked(token: Token) -> Iterator[Token]:
    end = 0
    for match in _URL.finditer(token.content):
        yield Token("text", "", 0, content=token.content[end : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": match[0]})
        yield Token("text", "", 0, content=match[0])
        yield Token("link_close", "a", -1)
        end = match.end()
    yield Token("text", "", 0, content=token.content[end:])
