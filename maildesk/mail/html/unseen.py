"""What of a page nobody sees: hidden elements, letters of no size, white on white.

Whoever pastes somebody else's words into an answer pastes what they hide, too. `without_hidden` is
the page whose words are read: it leaves out what is surely hidden, for no word may be lost that a
reader sees. `without_unseen` is for commands, which have to be seen beyond doubt: where a rule, a
picture behind the words or Outlook alone may hide them, they are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html import unescape

from maildesk.mail.html.styles import (
    DOUBT,
    MARGINS,
    NOTHING,
    OVERFLOW,
    ROOM,
    attributes_of,
    declarations,
    ground_of,
    rules_of,
    tight,
)
from maildesk.mail.html.tokens import tokens, whole_tag

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_SHOWN = frozenset(("img", "li", "br", "hr"))  # say something without a word in them
# elements that end where another begins (HTML, 13.1.2.4), and what keeps that from them
_ENDED = {
    **dict.fromkeys(("li",), (("li",), ("ul", "ol"))),
    **dict.fromkeys(("dd", "dt"), (("dd", "dt"), ("dl",))),
    **dict.fromkeys(("td", "th"), (("td", "th"), ("tr", "table"))),
    **dict.fromkeys(("tr",), (("tr",), ("table",))),
    **dict.fromkeys(
        (
            *("p", "div", "ul", "ol", "dl", "table", "pre", "blockquote", "h1", "h2", "h3", "h4"),
            *("h5", "h6", "hr", "address", "article", "aside", "center", "section", "header"),
            *("footer", "main", "nav", "form", "figure", "fieldset", "details"),
        ),
        (("p",), ("td", "th", "table", "button", "object")),
    ),
}
_SIZE = re.compile(r"[\d.]+(?:px|pt|pc|in|cm|mm|rem|vw|vh)|(?:xx?-)?(?:small|large)|medium|\?")
_AWAY = re.compile(r"-\d{3,}")  # far out of the page
_SURELY_AWAY = re.compile(r"-(?:\d{4,}|\d{3,}(?:\.\d+)?r?em)")
_CLIP = re.compile(r"rect\((?:[01](?:px)?,?)+\)")
_CLIP_PATH = re.compile(r"(?:inset\((?:50|100)%.*|circle\(0.*)\)?")
_WHITE = re.compile(
    r"white|#fff(?:f|fff(?:ff)?)?|rgba?\((?:255,255,255(?:,1)?|255255255)\)|hsla?\([\d.]+,[\d.]+%,100%\)"
)
_BLACK = re.compile(r"black|#000(?:000)?|rgba?\(0,0,0(?:,1)?\)")
_CLEAR = re.compile(r"transparent|rgba\([^)]*,0(?:\.0+)?\)|#[0-9a-f]{6}00")
_PICTURE = re.compile(r"url|gradient|image|var\(")  # behind the words: of some colour
_LEAST = {"height": "min-height", "max-height": "min-height", "width": "min-width"}
_LEAST |= {"max-width": "min-width"}
_NO_ROOM = ("0", "0px", "auto", "none")
_WHOLE = ("", "auto", "none", "initial", "inherit", "unset")  # nothing of it is cut off
_WORDS_PAGE = re.compile(r"\bMsoNormal\b|\bWordSection1\b")
_KNOWN = 2_000  # different tags whose looks are kept
_DEEP = 60  # elements among which one is looked for that another ends
_MAY_HIDE = re.compile(
    r"hidden|none|opacity|mso-hide|font|text-indent|absolute|fixed|color|margin|clip|overflow",
    re.IGNORECASE,
)
# what may be a command is left to whoever reads those: they ask about it
_COMMAND = re.compile(r"[#＃]\w|^\s*/\w")


def without_unseen(html: str) -> str:
    """The page without the words of which it is not sure that somebody sees them; its elements
    stay."""
    return "".join(_Reading(html, sure=False).run()) if _MAY_HIDE.search(html) else html


def without_hidden(html: str) -> str:
    """The page without the words and pictures that surely nobody sees, but for what may be a
    command: about that its reader asks."""
    return "".join(seen_tokens(html)) if _MAY_HIDE.search(html) else html


def seen_tokens(html: str) -> list[str]:
    """The same as text, tag, text, tag … text."""
    return _Reading(html, sure=True).run() if _MAY_HIDE.search(html) else tokens(html)


@dataclass(frozen=True, slots=True)
class _Look:
    """How the words of an element look: what they have from those around it, and its own."""

    is_gone: bool = False  # nothing inside brings it back
    is_display: bool = False  # and that by `display`, as mail programs themselves do
    is_tiny: bool = False
    is_invisible: bool = False
    colour: str = ""
    ground: str = ""

    @property
    def is_unseen(self) -> bool:
        """Hidden, or written in the colour of what is behind it; white, where nothing is said."""
        if self.is_gone or self.is_tiny or self.is_invisible or _CLEAR.fullmatch(self.colour):
            return True
        if not self.ground or _WHITE.fullmatch(self.ground):
            return bool(_WHITE.fullmatch(self.colour))
        if _BLACK.fullmatch(self.ground):
            return bool(_BLACK.fullmatch(self.colour))
        return self.colour == self.ground != DOUBT


_NO_LOOK = _Look()


@dataclass(slots=True)
class _Reading:
    """One pass over a page."""

    html: str
    sure: bool
    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    is_words: bool = False  # written with Word, whose own way to hide is meant
    stack: list[tuple[str, _Look]] = field(default_factory=list)
    open: Counter[str] = field(default_factory=Counter)
    known: dict[str, dict[str, str]] = field(default_factory=dict)  # by a tag's name and attributes

    def run(self) -> list[str]:
        self.rules = rules_of(self.html, sure=self.sure)
        self.is_words = _WORDS_PAGE.search(self.html) is not None
        pieces = tokens(self.html)
        kept = [pieces[0]]
        at = 1
        while at < len(pieces):
            tag = pieces[at]
            if tag.count('"') & 1:
                at, tag = whole_tag(pieces, at)
            look = self._after(tag)
            words = pieces[at + 1]
            if self.sure and self._is_unshown(tag, look):
                tag = ""
            if look.is_unseen and not words.isspace():  # the space between words that are seen
                words = words if self._stays(words, look) else ""
            kept += (tag, words)
            at += 2
        return kept

    def _is_unshown(self, tag: str, look: _Look) -> bool:
        """Whether this tag says something by itself, and nobody sees it."""
        found = _TAG.match(tag)
        name = found[1].lower() if found else ""
        if name == "img":
            look = self._within(look, name, tag)
        return name in _SHOWN and look.is_unseen

    def _stays(self, words: str, look: _Look) -> bool:
        """Whether hidden words are read nonetheless: what may be a command, unless programs hide
        it."""
        return self.sure and not look.is_display and _COMMAND.search(unescape(words)) is not None

    def _after(self, tag: str) -> _Look:
        """How words look behind this tag."""
        found = _TAG.match(tag)
        name = found[1].lower() if found else ""
        if name and tag[1] == "/":
            self._close(name)
        elif name:
            if name in _ENDED:
                self._end(*_ENDED[name])
            if name not in _VOID and not tag.endswith("/>"):
                self.stack.append((name, self._within(self._here(), name, tag)))
                self.open[name] += 1
        return self._here()

    def _here(self) -> _Look:
        return self.stack[-1][1] if self.stack else _NO_LOOK

    def _close(self, name: str) -> None:
        while self.open[name]:
            last = self.stack.pop()[0]
            self.open[last] -= 1
            if last == name:
                return

    def _end(self, ended: tuple[str, ...], kept: tuple[str, ...]) -> None:
        """One of these elements ends, unless one of those stands between."""
        if not any(self.open[name] for name in ended):
            return
        for name, _ in self.stack[: -_DEEP - 1 : -1]:
            if name in ended:
                self._close(name)
            if name in (*ended, *kept):
                return

    def _within(self, above: _Look, name: str, tag: str) -> _Look:
        """The look of an element in that one."""
        written = tag[len(name) + 1 : -1]
        style = self.known.get(name + written)
        if style is None:
            style = self._style(name, written)
            if len(self.known) < _KNOWN:
                self.known[name + written] = style
        # without a doctype a table begins anew (HTML, 15.3.10)
        is_new = self.sure and name == "table" and (above.is_tiny or above.colour != "")
        if not style and not is_new:
            return above
        colour, ground = style.get("color", ""), style.get("background", "")
        size = tight(style.get("font-size", ""))
        is_tiny = above.is_tiny and not is_new
        if size:
            is_tiny = bool(NOTHING.fullmatch(size)) or (is_tiny and not _SIZE.fullmatch(size))
        visibility = style.get("visibility", "")
        is_clear = not ground or bool(_CLEAR.fullmatch(ground))
        is_display = style.get("display") == "none" or (
            "hidden" in style and "display" not in style
        )
        is_invisible = visibility in ("hidden", "collapse") if visibility else above.is_invisible
        return replace(
            above,
            is_gone=above.is_gone or is_display or self._hides(style),
            is_display=above.is_display or style.get("display") == "none",
            is_tiny=is_tiny,
            is_invisible=is_invisible,
            colour=colour or ("" if is_new else above.colour),
            ground=above.ground if is_clear else ground,
        )

    def _style(self, name: str, written: str) -> dict[str, str]:
        """What counts of what is said of an element: its rules, its attributes, its `style`."""
        if not written.strip() and name not in self.rules:
            return {}
        attributes = attributes_of(written)
        said: dict[str, str] = {}
        names = (name, *(f".{one}" for one in attributes.get("class", "").lower().split()))
        for selector in (*names, f"#{attributes.get('id', '').lower()}"):
            said |= self.rules.get(selector, {})
        said |= declarations(attributes.get("style", ""))
        if "color" not in said and attributes.get("color"):
            said["color"] = attributes["color"]
        if name == "body" and "color" not in said and attributes.get("text"):
            said["color"] = attributes["text"]
        if name == "font" and "size" in attributes and "font-size" not in said:
            said["font-size"] = "medium"
        if "hidden" in attributes:
            said["hidden"] = "hidden"
        ground = said.pop("background-color", "") or attributes.get("bgcolor", "")
        behind = said.pop("background", "")
        image = f"{behind} {said.pop('background-image', '')}".strip()
        if self.sure and (_PICTURE.search(image) or "background" in attributes):
            ground = DOUBT
        ground = ground_of(ground or behind.partition("url")[0])
        said |= {"background": ground} if ground else {}
        colour = tight(said.pop("color", ""))
        if name == "a" and "href" in attributes:
            colour = colour or "link"  # a link has a colour of its own
        return said if colour in ("", *_WHOLE) else {**said, "color": colour}

    def _hides(self, style: dict[str, str]) -> bool:
        """Whether nothing in this element is seen, whatever is said of its words."""
        has = {name: tight(value) for name, value in style.items()}
        away = _SURELY_AWAY if self.sure else _AWAY
        is_placed = has.get("position") in ("absolute", "fixed")
        is_clipped = any(has.get(one, "").startswith(("hidden", "clip")) for one in OVERFLOW)
        room = [one for one in ROOM if not self.sure or has.get(_LEAST[one], "0") in _NO_ROOM]
        clip, path = has.get("clip", ""), has.get("clip-path", "")
        is_cut = path not in _WHOLE and (not self.sure or bool(_CLIP_PATH.fullmatch(path)))
        if is_placed and clip not in _WHOLE:
            is_cut = is_cut or not self.sure or bool(_CLIP.fullmatch(clip))
        return (
            (has.get("mso-hide") == "all" and (self.is_words or not self.sure))
            or bool(NOTHING.fullmatch(has.get("opacity", "")))
            or (is_placed and any(away.match(has.get(one, "")) for one in ("left", "top", "right")))
            or bool(away.match(has.get("text-indent", "")))
            or any(away.match(word) for one in MARGINS for word in style.get(one, "").split())
            or is_cut
            or (is_clipped and any(NOTHING.fullmatch(has.get(one, "")) for one in room))
        )
