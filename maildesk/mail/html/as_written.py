"""What somebody has written, as it looks in their page: bold, lists, links, tables and the
pictures pasted between the words, without colours and fonts.

The words were cut out of the text before: commands above them, a signature below, the quote. So the
page is cut to the one run of it that says exactly these words, and nothing where there is none, or
more than one, or where it looks as plain words do: then the text stands for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nh3

from maildesk.mail.html import pasted
from maildesk.mail.html.alike import Words, leads_of, place_of, words_of
from maildesk.mail.html.reply import LONGEST_PAGE, shown, whole
from maildesk.mail.html.sanitize import NOTHING, SafeHtml, names_of_pictures
from maildesk.mail.message import Role

if TYPE_CHECKING:
    from maildesk.mail.message import Message

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>|&(?:[a-z]{1,8}|#\d{1,7});")
# signs behind the last word, also where what it is marked with ends before them
_WORDLESS = re.compile(
    r"(?:</(?:a|b|code|del|em|font|i|s|span|strong|sub|sup|u)>|&(?:nbsp|gt|lt|amp|quot);|[^\w<&])*"
)
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
# What makes a page look otherwise than its words do by themselves
_LOOK = frozenset(
    {"img", "b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "a", "ul", "ol", "li", "table"}
    | {"pre", "code", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "dl"}
)
_KEPT = _LOOK | {"p", "br", "div", "thead", "tbody", "tr", "td", "th", "dt", "dd", "hr", "img"}
_CELLS = frozenset({"table", "thead", "tbody", "tr", "td", "th"})
_TABLE = '<table border="1" cellpadding="6" cellspacing="0">'  # its lines stood in its style
_NOWHERE = re.compile(r'<a(?: rel="[^"]*")?>(.*?)</a>', re.DOTALL)  # a link that may not lead there
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_ATTRIBUTES |= {"img": {"src", "alt", "width", "height"}, "ol": {"start", "type"}}
_SCHEMES = {"https", "http", "mailto", "tel", "cid"}
_FITS = '<img style="max-width:100%;height:auto"'


def as_written(message: Message, text: str) -> SafeHtml:
    """These words of the message as they look in its page, with its pictures as `pasted` says;
    nothing where that is not to be had."""
    if not (text.strip() and message.html):
        return NOTHING
    page, left_out = _page(message)
    pictures, text = pasted.wanted(message, text), pasted.without_names(text, message, page)
    words, leads = words_of(page), leads_of(page)
    found = place_of(text, words, leads, left_out)
    if found is None:
        return NOTHING
    begin, end = words[found[0]][1], words[found[1]][2]
    # between the words, and behind them where no signature follows, a small one is no logo
    pictures |= pasted.shown_in(page[begin:end])
    if found[1] == len(words) - 1:
        pictures |= pasted.shown_in(page[end:])
    begin, end = pasted.around(page, *_whole_text(page, begin, end), pictures)
    piece = nh3.clean(
        "".join(_open_at(page, begin, end)) + page[begin:end],
        tags=set(_KEPT),
        attributes={name: set(kept) for name, kept in _ATTRIBUTES.items()},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    piece = pasted.led_to(SafeHtml(piece), {index: str(index) for index in pictures})
    piece = _NOWHERE.sub(r"\1", piece.replace("<table>", _TABLE).replace("<img", _FITS))
    if "MsoNormal" in message.html:  # Word's paragraphs are lines, with empty ones between
        piece = piece.replace("<p>", "<div>").replace("</p>", "</div>")
    looks = any(found[2] in _LOOK for found in _TAG.finditer(piece))
    words = words_of(piece)
    same = place_of(text, words, leads, left_out)
    # the number of the first item may have been typed before it
    if not (looks and same and same[1] == len(words) - 1 and _is_own(words[: same[0]], text)):
        return NOTHING
    return SafeHtml(piece)


def _is_own(before: Words, text: str) -> bool:
    """Whether the text, too, begins with these words."""
    return not before or _WORD.findall(text)[: len(before)] == [word for word, _, _ in before]


def _page(message: Message) -> tuple[str, frozenset[str]]:
    """The page that the words stand in, and the names of the pictures from elsewhere, which are
    left out."""
    own = pasted.addresses(message)
    page = shown(message, own, elsewhere=False).html
    if not page and _is_in_one(message) and len(message.html) <= LONGEST_PAGE:
        page = whole(message, own, elsewhere=False).html
    return str(page), names_of_pictures(message.html)


def _is_in_one(message: Message) -> bool:
    """Whether all new words stand together, above the quote or below it."""
    roles = [part.role for part in message.parts if part.text.strip()]
    if Role.NEW not in roles:
        return False
    last = len(roles) - roles[::-1].index(Role.NEW)
    return all(role is Role.NEW for role in roles[roles.index(Role.NEW) : last])


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
