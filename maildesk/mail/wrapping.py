"""Lines that only a margin broke: plain text as a writer meant it.

Programs break plain text at 65 to 78 columns; shown on a page, each of these breaks stands in the
midst of a sentence. What was broken so is told by its width: the next word had no room left. Lines
with an end of their own keep it: lists, addresses, columns, code, labels, quotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NARROWEST, _WIDEST = 60, 80  # columns; RFC 5322, 2.1.1 asks for 78, RFC 3676 for 72
_FEWEST = 2  # broken lines that tell of a margin; one alone has to go on in small letters
_QUOTED_OR_CODE = frozenset(" \t>|$#%@/\\{}<")  # what begins a line that stays as it is
_CODE_ENDS = frozenset("{};\\")
_COLUMNS = re.compile(r"[^.!?:;\s] {2,}\S")
_SIGNS_ALONE = re.compile(r"\W*$")
# A point of a list, or a label before a value: it begins a line.
_BEGINS = re.compile(
    r"(?:[-*+•·–—‣▪]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)])\s|[^\W\d_][\w /.-]{0,24}:(?:\s|$)"
)


def unwrapped(text: str) -> str:
    """The text with every break that a margin made turned into a space; lines end with \\n."""
    lines = text.split("\n")
    margin = _margin(lines)
    if len(lines) < 2 or not (margin or " \n" in text):
        return text
    return _joined(text, lines, margin)


def reflowed(text: str) -> str:
    """The text with those breaks turned into a space that say themselves that they are none
    (RFC 3676, 4.1): it goes on as plain text, and every reader breaks it anew."""
    return _joined(text, text.split("\n"), 0) if " \n" in text else text


def _joined(text: str, lines: Sequence[str], margin: int) -> str:
    broken = _broken(lines, margin)
    if not broken:
        return text
    joined = [lines[0]]
    for at, line in enumerate(lines[1:]):
        if at in broken:
            joined[-1] = f"{joined[-1].rstrip()} {line}"
        else:
            joined.append(line)
    return "\n".join(joined)


def _margin(lines: Iterable[str]) -> int:
    """The column that the longest line of running text reaches; 0 where no program broke them."""
    longest = 0
    for line in lines:
        length = len(line.rstrip())
        if length > longest and " " in line.strip() and not line.startswith(">"):
            longest = length
    return longest if _NARROWEST <= longest <= _WIDEST else 0


def _broken(lines: Sequence[str], margin: int) -> set[int]:
    """The lines, by place, whose end a margin made."""
    flowed, forced, surely = set[int](), set[int](), set[int]()
    for at in range(len(lines) - 1):
        line, following = lines[at], lines[at + 1]
        if not line.strip() or not following.strip():
            continue
        is_flowed = _is_flowed(line)
        if not is_flowed and not (margin and _had_no_room(line.rstrip(), following, margin)):
            continue
        if _is_fixed(line) or _is_fixed(following) or _BEGINS.match(following):
            continue
        if is_flowed:
            flowed.add(at)
        else:
            forced.add(at)
            if following[0].islower():
                surely.add(at)
    return flowed | (forced if len(forced) >= _FEWEST else surely)


def _had_no_room(line: str, following: str, margin: int) -> bool:
    """Whether the next word would have stood beyond the margin; a colon may end a line anywhere."""
    beyond = len(line) + 1 + len(following.split(None, 1)[0]) > margin
    return beyond and (not line.endswith(":") or following[0].islower())


def _is_fixed(line: str) -> bool:
    """Whether it is indented, quoted, code, in columns, a row of a table, or signs alone: its ends
    are its own."""
    if line[0] in _QUOTED_OR_CODE or line.rstrip()[-1] in _CODE_ENDS:
        return True
    if "\t" in line or line.count("|") > 1 or ("  " in line and _COLUMNS.search(line)):
        return True
    return _SIGNS_ALONE.match(line) is not None


def _is_flowed(line: str) -> bool:
    """Whether it says itself that it goes on: a blank at the end of a long line (RFC 3676, 4.1)."""
    return line.endswith(" ") and not line.endswith("  ") and len(line) >= _NARROWEST
