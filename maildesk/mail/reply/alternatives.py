"""Whether the two dresses of one letter, its plain text and its HTML, really say the same (RFC
2046, 5.1.4).

They should, and nearly always do; then the plain text is read. Where a program
puts "your reader cannot show this" or another letter altogether into one of
them, reading only one would lose what the other says.
"""

from __future__ import annotations

import re

from maildesk.mail.html.scan import Page, read

_WORD = re.compile(r"\w{3,}")
_LOOKED_AT = 240  # characters at the beginning whose words are looked for first
_SAMPLE = 40
_KNOWN_BY = 8  # letters by which a word is known; languages without spaces write very long ones
_SHARED = 0.2
_READ = 200_000


def other_words(text: str, html: str) -> Page | None:
    """The page, where it and the text have next to no words in common; None for
    an ordinary pair."""
    first = _sample(text[:_LOOKED_AT], 12)
    if first and 2 * sum(word in html for word in first) >= len(first):
        return None  # the cheap look, enough for nearly every letter
    page = read(html)
    theirs = _sample(page.text, _SAMPLE)
    if (
        len(theirs) < 3
        or _share(theirs, text) >= _SHARED
        or _share(_sample(text, _SAMPLE), page.text) >= _SHARED
    ):
        return None
    return page


def says_else(text: str, known: str) -> bool:
    """Whether a text has a word that the `known` one lacks: leaving it out would lose something."""
    words = known[:_READ].lower().split()
    return not set(text[:_READ].lower().split()) <= set(words)


def is_wordless(text: str) -> bool:
    """Whether a text is nothing but addresses of pages and signs:
    "https://view.example/letter/7"."""
    return not any(
        map(
            str.isalnum,
            "".join(piece for piece in text.split() if "://" not in piece and "@" not in piece),
        )
    )


def _sample(text: str, most: int) -> list[str]:
    """Up to this many words, from all over the text."""
    words = [word[:_KNOWN_BY] for word in _WORD.findall(text[:100_000])]
    return words[:: max(1, len(words) // most)][:most]


def _share(words: list[str], text: str) -> float:
    """How many of these words the text has."""
    folded = "".join(text[:200_000].lower().split())
    return sum(word.lower() in folded for word in words) / len(words) if words else 0.0
