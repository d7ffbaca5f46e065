"""An article of the help centre, in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_NO_SENTENCE = re.compile(r"^[ \t]*(?:[|#>]|```|!\[|---|===)[^\n]*(?:\n|\Z)", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-+*]|\d+\.)[ \t]", re.MULTILINE)
_MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[`*\[\]\\]+")
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
        plain = " ".join(_MARKS.sub("", _BULLET.sub(" ", sentences)).split())
        if len(plain) <= _BEGINNING:
            return plain
        return plain[:_BEGINNING].rsplit(None, 1)[0] + " …"
