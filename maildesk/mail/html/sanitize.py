"""HTML from strangers: the text a person would read, and a view that is safe to show in a browser.

What is shown fetches nothing from elsewhere, runs nothing and lays out
nothing outside its own frame. Pictures inside the message come through the
map handed in; remote ones are held back behind a `data-src` the page may
bring forward when the reader asks, or `without_remote` leaves them out.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from html import unescape

import nh3

from maildesk.mail.html.balance import tame
from maildesk.mail.html.emoji import is_emoji
from maildesk.mail.html.scan import read

_TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby",
    "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_DROPPED = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "svg",
    "math",
    "textarea",
    "select",
    "button",
    "object",
    "iframe",
}
_EVERYWHERE = {"align", "dir", "lang", "style", "title", "valign"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href"},
    "blockquote": {"type"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "del": {"datetime"},
    "font": {"color", "face", "size"},
    "hr": {"size", "width"},
    "img": {"alt", "height", "src", "width"},
    "ins": {"datetime"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "nowrap", "rowspan", "width"},
    "th": {"bgcolor", "colspan", "height", "nowrap", "rowspan", "scope", "width"},
    "time": {"datetime"},
    "tr": {"bgcolor", "height"},
    "ul": {"type"},
}
_STYLES = {
    "background", "background-color", "border", "border-bottom", "border-collapse", "border-color",
    "border-left", "border-right", "border-spacing", "border-style", "border-top", "border-width",
    "color", "direction", "display", "font", "font-family", "font-size", "font-style",
    "font-weight", "height", "line-height", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-width", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "text-align", "text-decoration", "text-indent",
    "vertical-align", "white-space", "width",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
# what the cleaned page may have
_WRITTEN = {**_ATTRIBUTES, "a": {"href", "rel"}, "img": {*_ATTRIBUTES["img"], "data-src"}}
_BAD_IN_STYLE = (
    "url(",
    "expression",
    "image(",
    "\\",
    "@",
    "/*",
    "behavior",
    "-moz-binding",
    "image-set",
    "var(",
    "attr(",
)
_LONGEST = 2_000_000
_EMBEDDED = 40_000_000  # octets of pictures written into one page
# A remote picture as the filter marks it. The name resolves nowhere (RFC 2606), so one that is
# missed is not fetched either.
_HELD = re.compile(r'(<img(?: [^<>]*)?) src="https://held\.invalid/')
_PICTURE = re.compile(r"<img[^<>]*>")  # the filter writes < and > in a value as entities
_OWN = re.compile(r' src="cid:([^"<>]*)"')
_ALT = re.compile(r' alt="([^"]{1,200})"')
_NEGATIVE = re.compile(r"-\s*[\d.]")
# of the functions in a style only colours are needed
_CALL = re.compile(r"(?<!rgb)(?<!rgba)(?<!hsl)(?<!hsla)\(")
_SAFE_SOURCES = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


class SafeHtml(str):
    """HTML that may stand in a page as it is. Only this module makes it; what is joined to it or
    cut from it is text again."""

    __slots__ = ()

    def __html__(self) -> SafeHtml:
        """What an escaping template asks for."""
        return self


NOTHING = SafeHtml()


def text_of(html: str) -> str:
    """The readable text of a page: lists with their marks, cells apart, links with where they lead,
    no hidden words."""
    return read(html).text


def safe(html: str, cid: Mapping[str, str] = {}) -> SafeHtml:
    """A page reduced to what may be shown; `cid` maps the Content-IDs of its attachments to
    addresses of our own."""
    known = {key.strip("<>").lower(): value for key, value in cid.items()}

    def keep(_element: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return _style(value)
        if attribute == "src":
            return _source(value, known)
        if attribute == "href":
            return None if value.lstrip()[:5].lower().startswith(("data:", "cid:")) else value
        return value

    cleaned = nh3.clean(
        tame(html[:_LONGEST].replace("\0", ""), _TAGS, _ATTRIBUTES),
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=_STYLES,
        strip_comments=True,
    )
    return SafeHtml(_HELD.sub(r'\1 data-src="', cleaned))


def without_remote(page: SafeHtml, *, named: bool = True) -> tuple[SafeHtml, int]:
    """The page with the words that stand for them in place of pictures that are not there, and how
    many of those are remote; these may go without a word."""
    held = 0

    def words(found: re.Match[str]) -> str:
        nonlocal held
        tag = found[0]
        if ' src="' in tag:
            return tag
        alt = _ALT.search(tag)
        if alt and is_emoji(unescape(alt[1]).strip()):
            return alt[1].strip()
        is_remote = ' data-src="' in tag
        held += is_remote
        if is_remote and not named:
            return ""
        return f"[{alt[1]}]" if alt and alt[1].strip() else ""

    return SafeHtml(_PICTURE.sub(words, page)), held


def names_of_pictures(html: str) -> frozenset[str]:
    """What the pictures of a page are called."""
    return frozenset(unescape(found[1]).strip() for found in _ALT.finditer(html))


def embedded(page: SafeHtml, pictures: Mapping[str, tuple[str, bytes]]) -> SafeHtml:
    """The page with its `cid:` pictures written into it, by Content-ID: their type and their
    octets. What is no picture goes.

    So does what finds no room: a page may show one picture a thousand times.
    """
    room = _EMBEDDED

    def inside(found: re.Match[str]) -> str:
        nonlocal room
        content_type, octets = pictures.get(unescape(found[1]), ("", b""))
        if f"data:{content_type}" not in _SAFE_SOURCES or len(octets) > room:
            return ""
        room -= len(octets)
        return f' src="data:{content_type};base64,{b64encode(octets).decode("ascii")}"'

    return SafeHtml(_PICTURE.sub(lambda picture: _OWN.sub(inside, picture[0]), page))


def until(page: SafeHtml, at: int) -> SafeHtml:
    """The page up to this place in its words; elements that hold nothing yet fall away, the others
    are closed."""
    while at > 0:
        if page[at - 1].isspace():
            at -= 1
        elif page.endswith("&nbsp;", 0, at):
            at -= len("&nbsp;")
        elif page[at - 1] == ">" and not page.startswith(
            ("</", "<img"), start := page.rfind("<", 0, at)
        ):
            at = start
        else:
            break
    return SafeHtml(
        nh3.clean(page[:at], tags=_TAGS, attributes=_WRITTEN, url_schemes=_SCHEMES, link_rel=None)
    )


def _style(value: str) -> str | None:
    """Styles that fetch or escape are dropped whole; so are those that lay a text over ours."""
    low = value.lower()
    if len(value) > 2000 or any(bad in low for bad in _BAD_IN_STYLE) or _CALL.search(low):
        return None
    declarations = value.split(";")
    kept = [one for one in declarations if not _leads_astray(one)]
    return value if len(kept) == len(declarations) else ";".join(kept)


def _leads_astray(declaration: str) -> bool:
    """What hides a text may stay; other ways of display, and margins that pull a text out of its
    frame, may not."""
    name, _, value = declaration.lower().partition(":")
    name = name.strip()
    if name == "display":
        return not value.lstrip().startswith("none")
    return name.startswith(("margin", "text-indent")) and _NEGATIVE.search(value) is not None


def _source(value: str, known: Mapping[str, str]) -> str | None:
    """Where a picture comes from: our own copy, a small picture inside the page, or nothing yet."""
    plain = value.strip()
    if plain[:4].lower() == "cid:":
        return known.get(plain[4:].strip("<>").lower())
    if (own := known.get(plain.lower())) is not None:  # by its Content-Location, or its file's name
        return own
    low = plain[:30].lower()
    if low.startswith(_SAFE_SOURCES):
        return plain
    return (
        f"https://held.invalid/{plain}" if low.startswith(("http://", "https://", "//")) else None
    )
