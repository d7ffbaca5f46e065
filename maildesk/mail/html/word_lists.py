"""The lists of Word, which are paragraphs with a sign before their words, as the lists they are.

Word marks an item in the style of its paragraph (`mso-list:l0 level2 lfo1`) and the sign for
programs without lists (`mso-list:Ignore`). An item without such a sign stays a paragraph. One pass,
linear in the length of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from maildesk.mail.html.tokens import tokens, whole_tag

_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})")
_LISTED = re.compile(r"mso-list:\s{0,3}(l\d{1,4})\s{1,3}level(\d)\s{1,3}lfo\d")
_IGNORED = re.compile(r"mso-list:\s{0,3}Ignore", re.IGNORECASE)
_NUMBER = re.compile(r"\(?(?:(\d{1,4})|([a-z])|([A-Z])|[ivxIVX]{2,6})[.)]?")
_INLINE = frozenset(("a", "b", "i", "u", "s", "em", "strong", "span", "font", "sub", "sup", "o"))
_LONGEST = 2_000  # pieces of one item


def with_lists(html: str) -> str:
    """The page with real lists."""
    return "".join(_Lists(tokens(html)).run()) if "mso-list:" in html else html


@dataclass(frozen=True, slots=True)
class _Item:
    """A paragraph that is an item."""

    group: str
    level: int
    sign: str
    inside: list[str]


@dataclass(slots=True)
class _Lists:
    """One pass over the pieces of a page."""

    pieces: list[str]
    out: list[str] = field(default_factory=list)
    open: list[tuple[int, str, str]] = field(default_factory=list)  # level, its list, ul or ol

    def run(self) -> list[str]:
        self.out.append(self.pieces[0])
        at = 1
        while at < len(self.pieces):
            tag = self.pieces[at]
            if tag.count('"') & 1:
                at, tag = whole_tag(self.pieces, at)
            found = _LISTED.search(tag) if tag[:2].lower() == "<p" else None
            end = self._end_of(at) if found else 0
            item = self._item(found, at, end) if found and end else None
            if item is not None:
                self._begin(item)
                self.out += item.inside
                at = end
                if self.pieces[at + 1].strip():
                    self._close_to(0)
            else:
                if self.open and self._ends_lists(tag, self.pieces[at + 1]):
                    self._close_to(0)
                self.out.append(tag)
            self.out.append(self.pieces[at + 1])
            at += 2
        self._close_to(0)
        return self.out

    def _end_of(self, at: int) -> int:
        """The end tag of the paragraph that begins here; 0 for one that does not end."""
        for further in range(at + 2, min(len(self.pieces), at + _LONGEST), 2):
            name = _NAME.match(self.pieces[further])
            if name and name[1].lower() == "p":
                return further if self.pieces[further][1] == "/" else 0
        return 0

    def _item(self, found: re.Match[str], at: int, end: int) -> _Item | None:
        """The paragraph without its sign; None where it has none."""
        sign, inside, depth = "", [self.pieces[at + 1]], 0
        for further in range(at + 2, end, 2):
            tag, words = self.pieces[further], self.pieces[further + 1]
            is_span = tag[:5].lower() == "<span"
            if depth:
                depth += is_span - (tag[:6].lower() == "</span")
                sign += words if depth else ""
                inside += ("", words if not depth else "")
            elif not sign and is_span and _IGNORED.search(tag):
                depth, sign = 1, words
                inside += ("", "")
            else:
                inside += (tag, words)
        sign = "".join(unescape(sign).split())
        return _Item(found[1], int(found[2]), sign, inside) if sign and not depth else None

    def _begin(self, item: _Item) -> None:
        number = _NUMBER.fullmatch(item.sign)
        is_bullet = number is None or item.sign in ("o", "v")  # Word's signs of a letter
        kind = "ul" if is_bullet else "ol"
        while self.open and self.open[-1][0] > item.level:
            self._close_to(len(self.open) - 1)
        here = self.open[-1] if self.open else (0, "", "")
        if here[0] == item.level and here[1:] != (item.group, kind):
            self._close_to(len(self.open) - 1)
            here = self.open[-1] if self.open else (0, "", "")
        if here[0] == item.level:
            self.out.append("</li><li>")
            return
        self.open.append((item.level, item.group, kind))
        self.out.append(f"<{kind}{_counted(number) if number and not is_bullet else ''}><li>")

    def _close_to(self, depth: int) -> None:
        while len(self.open) > depth:
            self.out.append(f"</li></{self.open.pop()[2]}>")

    def _ends_lists(self, tag: str, words: str) -> bool:
        """Whether what comes now is no part of an item."""
        name = _NAME.match(tag)
        return bool(words.strip()) or (name is not None and name[1].lower() not in _INLINE)


def _counted(number: re.Match[str]) -> str:
    """With what a list counts, and from where."""
    if number[1]:
        return "" if number[1] in ("0", "1") else f' start="{int(number[1])}"'
    letter = number[2] or number[3] or number[0].strip("().")[0]
    is_roman = not (number[2] or number[3]) or letter in "iI"
    kind = "i" if is_roman else "a"
    return f' type="{kind.upper() if letter.isupper() else kind}"'
