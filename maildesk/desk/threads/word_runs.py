"""Texts as runs of words: whether a line stands in one of them, whatever a mail program made of it.

Programs mark and wrap lines, print links behind their words or below the letter, join
cells and buttons that stood side by side, and put letters they cannot write into others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from maildesk.desk.threads.links import SIGNATURE

_LINK = re.compile(
    (
        r"(?:mailto|https?|cid):[^\s<>)\]]*|\[\d{1,3}\]|\[(?:image|inline "
        r"image|bild|cid)\b[^\]]{0,200}\]"
    ),
    re.IGNORECASE,
)
_WRAPPED = re.compile(
    r"<mailto:[^<>\n]{0,1500}(?:\n[>＞| \t]*[^<>\n]{0,1500}){0,3}>", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
# "> ", "| ", and "AB> " of those who quote with initials
_MARK = re.compile(r"(?:[ \t\xa0]*(?:[>＞|]|[A-Z]{1,3}>))+[ \t\xa0]?")
_SPACE = " \t\xa0"
_LONG = 12  # letters that stand one behind another by no chance
_MOSTLY = 0.8


class Words:
    """These texts, to be asked for lines."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        keys = [key_of(text) for text in texts]
        self._run = " \n ".join(["", *keys, ""])
        self._letters = "\n".join(map(_letters, keys))
        self.lines = {key for text in texts for line in text.splitlines() if (key := key_of(line))}

    def __bool__(self) -> bool:
        return bool(self.lines)

    def hold(self, key: str) -> bool:
        """Whether these words (see `key_of`) stand one behind another in one of the texts, or their
        letters do."""
        if self.run(key):
            return True
        letters = _letters(key)
        return (
            len(letters) >= max(_LONG, _MOSTLY * len(key.replace(" ", "")))
            and letters in self._letters
        )

    def run(self, key: str) -> bool:
        """Whether these words stand so in one of the texts."""
        return f" {key} " in self._run


def key_of(text: str) -> str:
    """The words alone, in lower case: no marks, no links, no wrapping."""
    text = "\n".join(
        _MARK.sub("", line, count=1) if _MARK.match(line) else line for line in text.splitlines()
    )
    return " ".join(_WORD.findall(normalize("NFKC", _LINK.sub(" ", text)).casefold()))


def unmarked(line: str) -> str:
    """The line without the marks of a quote."""
    found = _MARK.match(line)
    return (line[found.end() :] if found else line).strip(_SPACE)


def is_marked(line: str) -> bool:
    """Whether the line bears the mark of a quote."""
    return _MARK.match(line) is not None


def without_links(text: str) -> str:
    """The text without links to signed addresses, which a program may have wrapped."""
    return _WRAPPED.sub(_unless_signed, text) if "mailto:" in text.lower() else text


def _unless_signed(link: re.Match[str]) -> str:
    whole = re.sub(r"\s*\n[>＞| \t]*", "", link[0])
    return "" if SIGNATURE.search(whole) else link[0]


def _letters(key: str) -> str:
    """What is left where everything else may have become something else: the letters
    and digits of ASCII."""
    return "".join(c for c in key if c.isascii() and c.isalnum())
