"""What of a page nobody sees: hidden elements, letters of no size, white on white.

Whoever pastes somebody else's words into an answer pastes what they hide, too. It stays text, as
nothing may be lost; what commands has to be seen. CSS is read as mails have it: in `style`, and in
rules of a class, an id or an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from maildesk.mail.html.tokens import tokens, whole_tag

_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})")
_ATTRIBUTE = re.compile(
    r"([a-zA-Z-]{1,20})(?:\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_STYLE = re.compile(r"<style(?=[\s>])|</style", re.IGNORECASE)
_DECLARED = re.compile(r"\{([^{}]*)\}")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_NOTHING = re.compile(r"0(?:\.0+)?(?:[a-z%]*)|(?:1|0?\.\d+)(?:px|pt)")
_AWAY = re.compile(r"-\d{3,}")  # far out of the page
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\)")
_CLEAR = re.compile(r"transparent|rgba\([^)]*,0(?:\.0+)?\)|#[0-9a-f]{6}00")
_MARGINS = ("margin", "margin-left", "margin-right", "margin-top")
_OVERFLOW = ("overflow", "overflow-x", "overflow-y")
_ROOM = ("height", "max-height", "width", "max-width")
_COUNT = frozenset(
    (
        *("display", "visibility", "mso-hide", "font-size", "opacity", "position", "left", "top"),
        *("right", "text-indent", "color", "background", "background-color", "clip", "clip-path"),
        *(*_MARGINS, *_OVERFLOW, *_ROOM),
    )
)
_WHOLE = ("", "auto", "none", "initial", "inherit", "unset")  # nothing of it is cut off
_MOST_DEEP = 200
_FARTHEST = 300_000  # characters in which rules are looked for
_MAY_HIDE = re.compile(
    r"hidden|none|opacity|mso-hide|font|text-indent|absolute|fixed|color|margin|clip|overflow",
    re.IGNORECASE,
)


def without_unseen(html: str) -> str:
    """The page without the words that nobody sees; its elements stay."""
    if not _MAY_HIDE.search(html):
        return html
    rules = _rules(html)
    pieces = tokens(html)
    kept = [pieces[0]]
    stack: list[tuple[str, _Look]] = []
    at = 1
    while at < len(pieces):
        tag = pieces[at]
        if tag.count('"') & 1:
            at, tag = whole_tag(pieces, at)
        found = _TAG.match(tag)
        name = found[1].lower() if found else ""
        if name and tag[1] == "/":
            _close(stack, name)
        elif name and name not in _VOID and not tag.endswith("/>") and len(stack) < _MOST_DEEP:
            above = stack[-1][1] if stack else _Look()
            stack.append((name, above.within(name, _attributes(tag[len(name) + 1 : -1]), rules)))
        kept.append(tag)
        kept.append("" if stack and stack[-1][1].is_unseen else pieces[at + 1])
        at += 2
    return "".join(kept)


def _close(stack: list[tuple[str, _Look]], name: str) -> None:
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth][0] == name:
            del stack[depth:]
            return


class _Look:
    """How the words of an element look: what they have from those around it, and its own."""

    def __init__(self, *, is_hidden: bool = False, colour: str = "", ground: str = "") -> None:
        self._is_hidden, self._colour, self._ground = is_hidden, colour, ground

    @property
    def is_unseen(self) -> bool:
        """Hidden, or written in the colour of what is behind it; white, where nothing is said."""
        if self._is_hidden or _CLEAR.fullmatch(self._colour):
            return True
        if not self._ground or _WHITE.fullmatch(self._ground):
            return bool(_WHITE.fullmatch(self._colour))
        return self._colour == self._ground

    def within(
        self, name: str, attributes: dict[str, str], rules: dict[str, dict[str, str]]
    ) -> _Look:
        """The look of an element in this one."""
        style: dict[str, str] = {}
        names = (name, *(f".{one}" for one in attributes.get("class", "").lower().split()))
        for selector in (*names, f"#{attributes.get('id', '').lower()}"):
            style |= rules.get(selector, {})
        style |= _declarations(attributes.get("style", ""))
        colour = style.get("color") or attributes.get("color", "") or self._colour
        ground = style.get("background-color") or attributes.get("bgcolor", "")
        ground = ground or style.get("background", "").partition("url")[0]
        clear = not ground or bool(_CLEAR.fullmatch(_tight(ground)))
        return _Look(
            is_hidden=self._is_hidden or "hidden" in attributes or _hides(style),
            colour=_tight(colour),
            ground=self._ground if clear else _tight(ground),
        )


def _hides(style: dict[str, str]) -> bool:
    has = {name: _tight(value) for name, value in style.items()}
    is_placed = has.get("position") in ("absolute", "fixed")
    is_clipped = any(has.get(one, "").startswith(("hidden", "clip")) for one in _OVERFLOW)
    return (
        has.get("display") == "none"
        or has.get("visibility") in ("hidden", "collapse")
        or has.get("mso-hide") == "all"
        or any(_NOTHING.fullmatch(has.get(one, "")) for one in ("font-size", "opacity"))
        or (is_placed and any(_AWAY.match(has.get(one, "")) for one in ("left", "top", "right")))
        or bool(_AWAY.match(has.get("text-indent", "")))
        or any(_AWAY.match(word) for one in _MARGINS for word in style.get(one, "").split())
        or (is_placed and has.get("clip", "") not in _WHOLE)
        or has.get("clip-path", "") not in _WHOLE
        or (is_clipped and any(_NOTHING.fullmatch(has.get(one, "")) for one in _ROOM))
    )


def _attributes(written: str) -> dict[str, str]:
    return {
        found[1].lower(): found[2] or found[3] or found[4] or ""
        for found in _ATTRIBUTE.finditer(written)
    }


def _declarations(written: str) -> dict[str, str]:
    """What counts of these; of `font`, which says several things, the size."""
    found: dict[str, str] = {}
    for one in _without_notes(written).lower().split(";"):
        name, _, value = (side.strip() for side in one.replace("!important", "").partition(":"))
        if name == "font":
            sizes = (word.partition("/")[0] for word in value.split())
            name, value = "font-size", next(filter(_NOTHING.fullmatch, sizes), "medium")
        if value and name in _COUNT:
            found[name] = value
    return found


def _rules(html: str) -> dict[str, dict[str, str]]:
    """What the page's rules say of `element`, `.class` and `#id`."""
    found: dict[str, dict[str, str]] = {}
    for sheet in _sheets(html):
        for selectors, written in _blocks(_without_notes(sheet)):
            said = _declarations(written)
            for selector in selectors.lower().split(",") if said else ():
                last = (selector.split()[-1:] or [""])[0]
                known = found.get(last)
                found[last] = said if known is None else known | said
    return found


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """What stands before braces, and within them; linear, whatever they are."""
    at = 0
    for found in _DECLARED.finditer(css):
        before, at = css[at : found.start()], found.end()
        yield before[max(before.rfind("{"), before.rfind("}")) + 1 :], found[1]


def _sheets(html: str) -> Iterator[str]:
    """What stands in the style elements; in one that never ends nothing does."""
    begun = -1
    for found in _STYLE.finditer(html[:_FARTHEST]):
        if found[0][1] != "/":
            begun = found.end() if begun < 0 else begun
        elif begun >= 0:
            yield html[begun : found.start()].partition(">")[2]
            begun = -1


def _without_notes(css: str) -> str:
    first, *rest = css.split("/*")
    return "".join((first, *(one.partition("*/")[2] for one in rest)))


def _tight(value: str) -> str:
    return "".join(value.lower().split())
