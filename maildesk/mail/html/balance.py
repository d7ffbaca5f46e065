"""HTML made plain before it is cleaned: every tag closed, none nested too deep.

A tree builder that follows the standard takes quadratic time and memory for
tags nested or crossed by the thousand (measured: 54 s for half a megabyte of
<div>), and nothing can stop it half-way. So a page with many tags is written
anew from its tokens first; the costs that are left grow with its length.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from maildesk.mail.html.tokens import tokens

_FEW = 800
_DEEPEST = 100
_VOID = frozenset(("br", "hr", "img", "wbr", "col"))
_CLOSES_ITSELF = frozenset(("p", "li", "td", "th", "tr", "dd", "dt"))
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])")
_ATTRIBUTE = re.compile(r"""([a-zA-Z]{1,20})\s{0,4}=\s{0,4}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def tame(html: str, tags: Collection[str], attributes: Mapping[str, Collection[str]]) -> str:
    """The page as it is when it has few tags; otherwise its words and these
    tags, properly nested."""
    if html.count("<") <= _FEW:
        return html
    pieces = tokens(html)
    out = [pieces[0].replace("<", "&lt;")]
    stack: list[str] = []
    for at in range(1, len(pieces), 2):
        match = _NAME.match(pieces[at], 1)
        name = match.group(1).lower() if match else ""
        if match and name in tags:
            if pieces[at][1] == "/":
                _close(name, stack, out)
            else:
                kept = {*attributes.get("*", ()), *attributes.get(name, ())}
                _open(name, pieces[at][match.end() : -1], kept, stack, out)
        out.append(pieces[at + 1].replace("<", "&lt;"))
    out.extend(f"</{name}>" for name in reversed(stack))
    return "".join(out)


def _open(name: str, written: str, kept: Collection[str], stack: list[str], out: list[str]) -> None:
    if name in _CLOSES_ITSELF and stack and stack[-1] == name:
        out.append(f"</{stack.pop()}>")
    if name not in _VOID:
        if len(stack) >= _DEEPEST:
            return
        stack.append(name)
    out.append(f"<{name}")
    for found in _ATTRIBUTE.finditer(written):
        attribute = found.group(1).lower()
        if attribute in kept:
            value = found.group(2) or found.group(3) or found.group(4) or ""
            out.append(f' {attribute}="{value.replace(chr(34), "&quot;")}"')
    out.append(">")


def _close(name: str, stack: list[str], out: list[str]) -> None:
    """Close this element and all that were left open inside it; an end without a
    beginning is dropped."""
    if name in _VOID or name not in stack:
        return
    while True:
        last = stack.pop()
        out.append(f"</{last}>")
        if last == name:
            return
