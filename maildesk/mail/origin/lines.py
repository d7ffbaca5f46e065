"""Labelled lines of a text, as forms write them: `E-Mail: lea@post.example`.

A label stands before a colon, an equals sign, a bar or a gap; or alone, with its value on the next
line. Case, and stars or dashes around it, do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MOST = 2_000  # lines looked at
_LONGEST = 1_000  # characters of one line
_AROUND = " \t*_|>•-–#·"
_SIGNS = ":=|\t：│"
# words that are no part of an address, and what stands between a label and its value
_LABEL = re.compile(r"([^@<>/:=|\t：│]{1,40}?)(?:[:=|\t：│]| {3}|->)")
_SCHEMES = frozenset(("mailto", "http", "https"))


def value_of(text: str, labels: Iterable[str]) -> str | None:
    """What stands behind the first of these labels that the text has; None where it has none."""
    lines = [line[:_LONGEST] for line in text.splitlines()[:_MOST]]
    for label in labels:
        wanted = " ".join(label.strip(f"{_AROUND}{_SIGNS}").lower().split())
        for number, line in enumerate(lines):
            if wanted and (found := _behind(line, wanted)) is not None:
                return found or _next(lines, number)
    return None


def labels_of(text: str) -> Iterable[tuple[str, str]]:
    """Every line that has a label before a colon, with what stands behind it."""
    for line in text.splitlines()[:_MOST]:
        label, colon, value = line[:_LONGEST].partition(":")
        if colon and 0 < len(label.strip(_AROUND)) <= 40:
            yield label.strip(_AROUND), value.strip(_AROUND)


def lines_of(text: str) -> list[str]:
    """The lines in which a pattern may be looked for."""
    return [line[:_LONGEST] for line in text.splitlines()[:_MOST]]


def _behind(line: str, wanted: str) -> str | None:
    """The value on this line, where it begins with that label; "" where it is the label alone."""
    bare = line.strip(_AROUND)
    if " ".join(bare.strip(f"{_AROUND}{_SIGNS}?").lower().split()) == wanted:
        return ""
    words = wanted.split(" ")
    at = 0
    for word in words:  # the label's own gaps may be wider than one space
        at += len(bare[at:]) - len(bare[at:].lstrip())
        if not bare[at:].lower().startswith(word):
            return None
        at += len(word)
    rest = bare[at:]
    value = rest.lstrip("*_? ")
    if value[:1] in _SIGNS and value:
        return value[1:].strip(_AROUND)
    if value.startswith("->") or (value and rest.startswith("  ")):
        return value.removeprefix("->").strip(_AROUND)
    return None


def _next(lines: list[str], number: int) -> str:
    """The line below a label that stands alone; "" where that has a label of its own, for then the
    field was left empty."""
    below = (line.strip(_AROUND) for line in lines[number + 1 : number + 4])
    found = next((line for line in below if line), "")
    label = _LABEL.match(found)
    return "" if label and label[1].strip().lower() not in _SCHEMES else found
