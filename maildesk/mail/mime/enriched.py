"""text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341, 7.1.3) as plain text: old
Eudora, Pine, Lotus."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>|\n+|[^<\n]+|<")
_UNSHOWN = frozenset({"param", "comment"})
_BREAKS = frozenset({"nl", "np", "paragraph"})  # of richtext
_MANY = 200_000


def text_of(text: str, *, rich: bool = False) -> str:
    """The words, without commands; a single line end is a space, several are one fewer (in
    richtext: spaces all)."""
    out: list[str] = []
    unshown = literal = 0
    for token in _TOKEN.finditer(text[: _MANY * 5]):
        said, closing, name = token[0], token[1], (token[2] or "").lower()
        if name in _UNSHOWN:
            unshown = max(0, unshown - 1) if closing else unshown + 1
        elif name == "nofill":
            literal = max(0, literal - 1) if closing else literal + 1
        elif name:
            out.append("\n" if rich and name in _BREAKS else "<" if rich and name == "lt" else "")
        elif not unshown:
            out.append(
                _line_ends(said, rich)
                if said[0] == "\n" and not literal
                else "<"
                if said == "<<"
                else said
            )
    return "".join(out)


def _line_ends(ends: str, rich: bool) -> str:
    return " " if rich or len(ends) == 1 else ends[1:]
