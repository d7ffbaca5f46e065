"""An article of the help centre, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_NO_SENTENCE = re.compile(r"^[ \t]*(?:[|#>]|```|!\[|---|===)[^\n]*(?:\n|\Z)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-+*]|\d+\.)[ \t]", re.MULTILINE)
_MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[`*\[\]\\]+")
# what a button or a field is called stands so, with a capital; without a mark it would run into
# its sentence
_NAMED = re.compile(r"(?<![\w*\\])\*(?![\s*])([^*\n]{1,80})(?<![\s\\])\*(?![\w*])")
_QUOTE = '"'  # of every language
_SPACES = re.compile(r"[ \t\r\n\f\v]+")  # one that does not break stays
_BEGINNING = 160


@dataclass(frozen=True)
class Article:
    """One article in one language. Those of one `slug` are the same article."""

    slug: str
    file: str  # articles/reset-password.de.md
    title: str
    category: str
    language: str
    words: str  # Markdown
    keywords: tuple[str, ...] = ()
    is_public: bool = True
    is_faq: bool = False  # among the questions that its category is asked most

    @cached_property
    def beginning(self) -> str:
        """How it begins, in one line, for lists."""
        sentences = _NO_SENTENCE.sub("", self.words[: 10 * _BEGINNING])
        sentences = _NAMED.sub(_named, sentences)
        plain = _SPACES.sub(" ", _MARKS.sub("", _BULLET.sub(" ", sentences))).strip()
        if len(plain) <= _BEGINNING:
            return plain
        cut = plain[:_BEGINNING].rsplit(" ", 1)[0]
        if cut.count(_QUOTE) % 2:
            cut = cut[: cut.rindex(_QUOTE)].rstrip()
        return f"{cut} …"


def _named(found: re.Match[str]) -> str:
    return f"{_QUOTE}{found[1]}{_QUOTE}" if found[1][0].isupper() else found[1]
