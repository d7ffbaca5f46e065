"""Style rules into style attributes, once when a template is loaded: mail
clients drop style sheets.

Inlining a finished mail costs more than rendering it, so the source is inlined.
Jinja's tags are masked meanwhile: as comments between elements, which an HTML
parser leaves where they are even inside a table, and as bare words inside a tag.
"""

from __future__ import annotations

import re

import css_inline

_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MASK = re.compile(r"<!--jinja(\d+)ajnij-->|jinja(\d+)ajnij")
_RAW = re.compile(
    r"<(title|textarea|style|script)\b[^>]*>(?:(?!</\1).)*\Z", re.DOTALL | re.IGNORECASE
)
# a tag that stood where an attribute's name belongs
_AS_NAME = re.compile(r'[\s"\']jinja(\d+)ajnij=""')
# of desk.yaml's colour: itself, what can be read on it, and itself as a colour of words
_COLOURS = {
    "var(--accent)": "{{ desk.colour }}",
    "var(--on-accent)": "{{ desk.on_colour }}",
    "var(--accent-ink)": "{{ desk.ink }}",
}


class Uninlinable(ValueError):
    """The HTML cannot be inlined without losing one of its Jinja tags; the message says which."""

    def __init__(self, tag: str, line: int) -> None:
        super().__init__(tag)
        self.tag, self.line = tag, line


def inlined(source: str, css: str) -> str:
    """The template's source with the rules of `css` written into its elements; the variables of
    colours become the desk's own."""
    tags: list[tuple[str, int]] = []
    masked = _mask(source, tags)
    if re.match(r"\s*<(?:!doctype|html)", masked, re.IGNORECASE):
        inliner = css_inline.CSSInliner(
            load_remote_stylesheets=False, keep_at_rules=True, extra_css=css
        )
        html = inliner.inline(masked)
    else:
        html = css_inline.CSSInliner(load_remote_stylesheets=False).inline_fragment(masked, css)
    seen = [int(number) for number in _AS_NAME.findall(html)]

    def restore(match: re.Match[str]) -> str:
        number = int(match[1] or match[2])
        seen.append(number)
        return tags[number][0]

    html = _MASK.sub(restore, html)
    for number, (tag, line) in enumerate(tags):
        if seen.count(number) != 1:
            raise Uninlinable(tag, line)
    for variable, value in _COLOURS.items():
        html = html.replace(variable, value)
    return re.sub(r"\n[ \t]+", "\n", html)


def _mask(source: str, tags: list[tuple[str, int]]) -> str:
    pieces: list[str] = []
    end, inside, before = 0, False, ""
    for match in _JINJA.finditer(source):
        between = source[end : match.start()]
        pieces.append(between)
        before += between
        opened, closed = between.rfind("<"), between.rfind(">")
        if opened != closed:
            inside = opened > closed
        bare = inside or _RAW.search(before[-4000:]) is not None
        pieces.append(f"jinja{len(tags)}ajnij" if bare else f"<!--jinja{len(tags)}ajnij-->")
        tags.append((match[0], source.count("\n", 0, match.start()) + 1))
        end = match.end()
    return "".join(pieces) + source[end:]
