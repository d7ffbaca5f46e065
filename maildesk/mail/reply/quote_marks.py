"""Marks in front of quoted lines that are not ">": bars, and the initials of whom one quotes.

Tables have bars, too, and prompts look like initials, so one line proves nothing: a run of them
does, and for initials a line above it that says who wrote. What is found is rewritten to ">", so
that all else need know one mark only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BARS = "|│┃¦▏▎"
_INITIALS = re.compile(r"([A-Z][A-Za-z]{0,3}|[А-ЯЁ]{1,3})(>{1,9})(?=\s|$)")
_MAY_HAVE = re.compile(r"(?m)^[ \t]*(?:[|│┃¦▏▎]|[A-ZА-ЯЁ][A-Za-zА-ЯЁ]{0,3}>{1,9}(?:\s|$))")
# Programs wait behind them: what stands there was typed by the writer.
_PROMPTS = frozenset({"SQL", "CLI", "PS", "DOS", "FTP", "GDB", "CMD", "MS", "SMB", "REM", "GRUB"})
_SAYS_WHO = re.compile(r"[:：]$|@|\d{1,4}[-/.]\d{1,2}|\d{1,2}:\d\d|\b(?:19|20)\d\d\b")
_ABOVE = 5  # lines in which a quote is introduced


def unmarked(line: str) -> str:
    """The line without its outermost mark, as it stood in the message that is quoted."""
    bare = line.lstrip()
    initials = _INITIALS.match(bare)
    if initials:
        rest = initials[2][1:] + bare[initials.end() :]
        return rest[1:] if rest[:1] == " " else rest
    if bare[:1] in (">", "＞") or (bare[:1] and bare[:1] in _BARS):
        return bare[2:] if bare[1:2] == " " else bare[1:]
    return line


def with_one_mark(text: str, lines: list[str]) -> list[str]:
    """The stripped lines of a text, bars and initials that mark a quote rewritten to ">"."""
    if not any(sign in text for sign in (">", *_BARS)) or not _MAY_HAVE.search(text):
        return lines
    out = list(lines)
    at = 0
    while at < len(lines):
        mark = _mark(lines[at])
        if not mark:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and _mark(lines[end]) == mark:
            end += 1
        if _is_quote(lines, at, end, mark):
            for here in range(at, end):
                out[here] = _rewritten(lines[here], mark)
        at = end
    return out


def _mark(line: str) -> str:
    if line[:1] and line[0] in _BARS:
        return "|"
    initials = _INITIALS.match(line)
    return initials[1] if initials else ""


def _rewritten(line: str, mark: str) -> str:
    return f">{line[1:]}" if mark == "|" else f"{line[len(mark) :]}"


def _is_quote(lines: Sequence[str], start: int, end: int, mark: str) -> bool:
    if mark == "|":
        return end - start > 1 and not _is_table(lines, start, end)
    if mark in _PROMPTS:
        return False
    return end - start > 2 or _introduced(lines, start)


def _is_table(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether bars close the lines, or part them, or a frame stands around them."""
    shown = [line for line in lines[start:end] if line.strip(_BARS + " ")]
    barred = sum(line[-1] in _BARS or any(bar in line[1:] for bar in _BARS) for line in shown)
    above, below = lines[start - 1] if start else "", lines[end] if end < len(lines) else ""
    framed = any(edge[:2] in ("+-", "+=", "--", "==") and "+" in edge for edge in (above, below))
    return framed or (bool(shown) and 2 * barred > len(shown))


def _introduced(lines: Sequence[str], start: int) -> bool:
    """Whether a line above says who wrote, or when."""
    above = [line for line in lines[max(0, start - _ABOVE) : start] if line]
    return bool(above) and bool(_SAYS_WHO.search(above[-1]))
