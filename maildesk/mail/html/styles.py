"""CSS as mails have it: in `style`, and in rules of a class, an id or an element. Read in one
pass, whatever it holds; only what tells whether words are seen counts."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ATTRIBUTE = re.compile(
    r"([a-zA-Z-]{1,20})(?:\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_STYLE = re.compile(r"<style(?=[\s>])|</style", re.IGNORECASE)
_DECLARED = re.compile(r"\{([^{}]*)\}")
NOTHING = re.compile(r"(?:0+(?:\.0*)?|\.0+)(?:[a-z%]*)|(?:1|0?\.\d+)(?:px|pt)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([^()]*\)|\b(?:white|black|transparent)\b")
# words about what is behind that name no colour
_NO_COLOUR = frozenset(
    (
        *("none", "inherit", "initial", "unset", "scroll", "repeat", "no-repeat", "top", "left"),
        *("center", "0", "0%", "0px"),
    )
)
_BRACE = re.compile(r"([{}])")
MARGINS = ("margin", "margin-left", "margin-right", "margin-top")
OVERFLOW = ("overflow", "overflow-x", "overflow-y")
ROOM = ("height", "max-height", "width", "max-width")
_COUNT = frozenset(
    (
        *("display", "visibility", "mso-hide", "font-size", "opacity", "position", "left", "top"),
        *("right", "text-indent", "color", "background", "background-color", "clip", "clip-path"),
        *("background-image", "min-height", "min-width", *MARGINS, *OVERFLOW, *ROOM),
    )
)
DOUBT = "?"  # a value that is not known
_SIMPLE = re.compile(r"\s*[.#]?[\w-]+\s*")
_ALWAYS = re.compile(r"\s*@media\s+(?:all|screen|only screen)\s*")
_FARTHEST = 300_000  # characters in which rules are looked for


def attributes_of(written: str) -> dict[str, str]:
    return {
        found[1].lower(): found[2] or found[3] or found[4] or ""
        for found in _ATTRIBUTE.finditer(written)
    }


def declarations(written: str) -> dict[str, str]:
    """What counts of these; of `font`, which says several things, the size."""
    found: dict[str, str] = {}
    for one in _without_notes(written).lower().split(";"):
        name, _, value = (side.strip() for side in one.replace("!important", "").partition(":"))
        if name == "font":
            sizes = (word.partition("/")[0] for word in value.split())
            name, value = "font-size", next(filter(NOTHING.fullmatch, sizes), "medium")
        if value and name in _COUNT:
            found[name] = value.strip()
    return found


def rules_of(html: str, *, sure: bool) -> dict[str, dict[str, str]]:
    """What the page's rules say of `element`, `.class` and `#id`. To be sure, those that hold
    elsewhere, or on some screens only, hide nothing: what they show is shown."""
    found: dict[str, dict[str, str]] = {}
    for sheet in _sheets(html):
        for selectors, written, holds in _blocks(_without_notes(sheet)):
            said = declarations(written)
            for selector in selectors.lower().split(",") if said else ():
                last = (selector.split()[-1:] or [""])[0]
                here = said
                if sure and not (holds and _SIMPLE.fullmatch(selector)):
                    here = dict.fromkeys(said, DOUBT)
                    last = (re.findall(r"[.#]?[\w-]+", last.partition(":")[0])[-1:] or [""])[0]
                known = found.get(last)
                found[last] = here if known is None else known | here
    return found


def _blocks(css: str) -> Iterator[tuple[str, str, bool]]:
    """What stands before braces, and within them, and whether that holds on every screen; linear,
    whatever they are."""
    at = 0
    around: list[bool] = []
    doubts = 0
    for found in _DECLARED.finditer(css):
        before, at = css[at : found.start()], found.end()
        *outer, last = _BRACE.split(before)
        for prelude, brace in zip(outer[::2], outer[1::2], strict=True):
            if brace == "{":
                around.append(_ALWAYS.fullmatch(prelude.lower()) is None)
                doubts += around[-1]
            elif around:
                doubts -= around.pop()
        yield last, found[1], not doubts


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


def tight(value: str) -> str:
    return "".join(value.lower().split())


def ground_of(value: str) -> str:
    """The colour in what is said of what is behind the words; "" for none."""
    value = value.lower()
    if found := _COLOUR.search(value):
        return tight(found[0])
    return "" if all(word in _NO_COLOUR for word in value.split()) else tight(value)
