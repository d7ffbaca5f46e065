"""What somebody has written, as it looks in their page: bold, lists, links, tables and the
pictures pasted between the words, without colours and fonts.

The words were cut out of the text before: commands above them, a signature below, the quote. So the
page is cut to the one run of it that says exactly these words, and nothing where there is none, or
more than one, or where it looks as plain words do: then the text stands for itself.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import nh3

from maildesk.mail.html import pasted
from maildesk.mail.html.reply import shown
from maildesk.mail.html.sanitize import NOTHING, SafeHtml, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maildesk.mail.message import Message

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>|&(?:[a-z]{1,8}|#\d{1,7});")
_LED_TO = re.compile(r"<(?:https?|mailto|tel):[^<>\s]*>")  # as text says where a link leads
_NUMBERED = re.compile(r"^[ \t>]*\d{1,3}[.)](?=\s)", re.MULTILINE)
# signs behind the last word, also where what it is marked with ends before them
_WORDLESS = re.compile(r"(?:</(?:a|b|code|del|em|font|i|s|span|strong|sub|sup|u)>|&nbsp;|[^\w<&])*")
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
# What makes a page look otherwise than its words do by themselves
_LOOK = frozenset(
    {"img", "b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "a", "ul", "ol", "li", "table"}
    | {"pre", "code", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dl"}
)
_KEPT = _LOOK | {"p", "br", "div", "thead", "tbody", "tr", "td", "th", "dt", "dd", "hr", "img"}
_CELLS = frozenset({"table", "thead", "tbody", "tr", "td", "th"})
_TABLE = '<table border="1" cellpadding="6" cellspacing="0">'  # its lines stood in its style
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_ATTRIBUTES["img"] = {"src", "alt", "width", "height"}
_SCHEMES = {"https", "http", "mailto", "tel", "cid"}
_FITS = '<img style="max-width:100%;height:auto"'


def as_written(message: Message, text: str) -> SafeHtml:
    """These words of the message as they look in its page, with its pictures as `pasted` says;
    nothing where that is not to be had."""
    if not (text.strip() and message.html):
        return NOTHING
    page = str(shown(message, pasted.addresses(message)).html)
    pictures, text = pasted.wanted(message, text), pasted.without_names(text, message, page)
    words = _words_of(page)
    # the numbers of a list stand in the text alone, unless they were typed
    places = (_run(words, wanted) for wanted in (_plain(_NUMBERED.sub("", text)), _plain(text)))
    found = next((one for one in places if one is not None), None)
    if found is None:
        return NOTHING
    # between the words, and behind them where no signature follows, a small one is no logo
    pictures |= pasted.shown_in(page[slice(*found)])
    if found[1] == words[-1][2]:
        pictures |= pasted.shown_in(page[found[1] :])
    begin, end = pasted.around(page, *_whole_text(page, *found), pictures)
    piece = nh3.clean(
        "".join(_open_at(page, begin, end)) + page[begin:end],
        tags=set(_KEPT),
        attributes={name: set(kept) for name, kept in _ATTRIBUTES.items()},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    piece = pasted.led_to(SafeHtml(piece), {index: str(index) for index in pictures})
    piece = piece.replace("<table>", _TABLE).replace("<img", _FITS)
    if "MsoNormal" in message.html:  # Word's paragraphs are lines, with empty ones between
        piece = piece.replace("<p>", "<div>").replace("</p>", "</div>")
    looks = any(found[2] in _LOOK for found in _TAG.finditer(piece))
    said = pasted.without_names(text_of(piece), message, piece)
    same = _plain(_NUMBERED.sub("", said)) == _plain(_NUMBERED.sub("", text))
    if not (looks and same):
        return NOTHING
    return SafeHtml(piece)


def _plain(text: str) -> list[str]:
    return _WORD.findall(_LED_TO.sub(" ", text))


def _words_of(page: str) -> list[tuple[str, int, int]]:
    """The words of a page, each with its place."""

    def blank(found: re.Match[str]) -> str:
        said = "" if found[2] else unescape(found[0])
        return said.ljust(len(found[0])) if len(said) == 1 else " " * len(found[0])

    spoken = _TAG.sub(blank, page)
    return [(found[0], found.start(), found.end()) for found in _WORD.finditer(spoken)]


def _run(words: Sequence[tuple[str, int, int]], wanted: Sequence[str]) -> tuple[int, int] | None:
    """Where in the page these words stand, if they stand there once."""
    plain = [word for word, _, _ in words]
    if not wanted:
        return None
    first, length = wanted[0], len(wanted)
    places = [
        at
        for at, word in enumerate(plain)
        if word == first and plain[at : at + length] == list(wanted)
    ]
    if len(places) != 1:
        return None
    return words[places[0]][1], words[places[0] + length - 1][2]


def _whole_text(page: str, begin: int, end: int) -> tuple[int, int]:
    """The same with the signs that stand around the words, in the same paragraph."""
    further = _WORDLESS.match(page, end)
    return page.rfind(">", 0, begin) + 1, further.end() if further else end


def _open_at(page: str, at: int, end: int) -> list[str]:
    """The tags of the elements that this place of a clean page stands in; those of a table with
    one cell, which only holds the words in their place, are left out."""
    stack: list[tuple[str, str]] = []
    for found in _TAG.finditer(page, 0, at):
        name = found[2]
        if not name or name in _VOID:
            continue
        if not found[1]:
            stack.append((name, found[0]))
        elif stack and stack[-1][0] == name:
            stack.pop()
    is_held = "</td>" not in page[at:end] and "</th>" not in page[at:end]
    return [tag for name, tag in stack if not (is_held and name in _CELLS)]
