"""HTML from strangers: the text a person would read, and a view that is safe to show in a browser.

What is shown fetches nothing from elsewhere, runs nothing and lays out
nothing outside its own frame. Pictures inside the message come through the
map handed in; remote ones are held back behind a `data-src` the page may
bring forward when the reader asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import nh3

from maildesk.mail.html_scan import read
from maildesk.mail.html_tame import tame

_TAGS = {
    "a", "abbr", "address", "article", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt",
    "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_DROPPED = {"script", "style", "title", "template", "noscript", "svg", "math", "textarea", "select", "button", "object", "iframe"}
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
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-right",
    "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "font", "font-family", "font-size",
    "font-style", "font-weight", "height", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top",
    "text-align", "text-decoration", "text-indent", "vertical-align", "white-space", "width",
}  # fmt: skip
_BAD_IN_STYLE = ("url(", "expression", "image(", "\\", "@", "/*", "behavior", "-moz-binding", "image-set", "var(", "attr(")
_LONGEST = 2_000_000
# A remote picture as the filter marks it. The name resolves nowhere (RFC 2606), so one that is missed is not fetched either.
_HELD = re.compile(r'(<img(?: [^<>]*)?) src="https://held\.invalid/')
_SAFE_SOURCES = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def text_of(html: str) -> str:
    """The readable text of a page: lists with their marks, cells apart, links with where they lead, no hidden words."""
    return read(html).text


def safe(html: str, cid: Mapping[str, str] = {}) -> str:
    """A page reduced to what may be shown; `cid` maps the Content-IDs of its attachments to addresses of our own."""
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
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=_STYLES,
        strip_comments=True,
    )
    return _HELD.sub(r'\1 data-src="', cleaned)


def _style(value: str) -> str | None:
    """Styles that fetch or escape are dropped whole; so are those that lay a text over ours."""
    low = value.lower()
    if len(value) > 2000 or any(bad in low for bad in _BAD_IN_STYLE):
        return None
    return value


def _source(value: str, known: Mapping[str, str]) -> str | None:
    """Where a picture comes from: our own copy, a small picture inside the page, or nothing yet."""
    plain = value.strip()
    if plain[:4].lower() == "cid:":
        return known.get(plain[4:].strip("<>").lower())
    low = plain[:30].lower()
    if low.startswith(_SAFE_SOURCES):
        return plain
    return f"https://held.invalid/{plain}" if low.startswith(("http://", "https://", "//")) else None
