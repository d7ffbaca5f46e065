"""The signature that the HTML names and the plain text does not: Thunderbird and Gmail leave out
"-- " where the signature stands above what is quoted.

The words of the marked element are looked for at the end of the new words; where they
stand there, and nowhere else, they are the signature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from maildesk.mail.html.scan import read
from maildesk.mail.message import Part, Role
from maildesk.mail.reply.phrases_html import SIGNED

_MOST_WORDS = 120  # of a signature; a page that is one as a whole is none
_WORD = re.compile(r"[^\W_]+")  # *Ben* and _Ben_ are how plain text shows what is bold
_LINK = re.compile(r"<[^<>\s]{1,500}>|\[[^][\s]{1,500}\]")


def names_signature(html: str) -> bool:
    """Whether a page names any: the cheap look."""
    return any(mark in html for mark in SIGNED)


def without_signature(parts: Sequence[Part], html: str) -> tuple[Part, ...]:
    """The same parts, with the signature that the page names apart from the new words above it."""
    wanted = _marked(html)
    for at, part in enumerate(parts if wanted else ()):
        start = _start(part.text, wanted) if part.role is Role.NEW else None
        if start is not None:
            above = (replace(part, text=part.text[:start]),) if part.text[:start].strip() else ()
            signed = Part(Role.SIGNATURE, part.text[start if above else 0 :])
            return (*parts[:at], *above, signed, *parts[at + 1 :])
    return tuple(parts)


def _marked(html: str) -> list[str]:
    """The words of the first signature that stands above every quote."""
    page = read(html)
    below = min((*(start for start, _ in page.quoted), *page.cuts, *page.ruled, len(page.text)))
    for begin, end in sorted(page.signed):
        words = _words(page.text[begin:end])
        if begin <= below and 0 < len(words) <= _MOST_WORDS:
            return words
    return []


def _words(text: str) -> list[str]:
    return _WORD.findall(_LINK.sub(" ", text))


def _start(text: str, wanted: Sequence[str]) -> int | None:
    """Where in this text the line begins from which on it says just these words."""
    at, said = len(text), list[str]()
    for line in reversed(text.splitlines(keepends=True)):
        at -= len(line)
        said[:0] = _words(line)
        if len(said) >= len(wanted):
            return at if said == list(wanted) else None
    return None
