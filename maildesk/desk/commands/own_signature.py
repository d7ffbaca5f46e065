"""The signature of an agent that stands below their words without a delimiter.

Outlook puts one below every mail, without the line that others have (RFC 3676, 4.3). The desk's
signature takes its place; and whoever writes `#take` alone, above their signature, has said nothing
to the customer.
"""

from __future__ import annotations

import re

from maildesk.desk.commands.values import folded

_MOST_LINES = 12
_GAPS = 6  # empty lines within it
_LONGEST = 90
# words: what is longer and ends in a full stop is said to somebody; below other words sooner than
# by itself, where it would be all that the customer is told
_SENTENCE, _ALONE = 2, 7
_APART = tuple(",|/(-–—·•:;")  # between a name and what somebody is
_REMARK = re.compile(r"(?:p\.? ?s\b|n\.? ?b\b|\d{1,2}[.)] )", re.IGNORECASE)
_SHORTENED = frozenset({
    "ag", "ave", "bsc", "bv", "co", "corp", "dept", "dipl", "gmbh", "inc", "ing", "jr", "kg", "llc",
    "ltd", "msc", "mbh", "no", "nv", "phd", "plc", "pty", "rd", "sa", "sarl", "sr", "srl", "st",
})  # fmt: skip


def above_signature(text: str, name: str) -> str:
    """The words above the signature of the one who bears this name, where one stands at their end
    in a paragraph of its own; else all of them. What a colon leads up to is said to somebody."""
    lines = text.splitlines()
    for at in range(max(0, len(lines) - _MOST_LINES - _GAPS), len(lines)):
        above = [line for line in lines[:at] if line.strip()]
        is_apart = not above or not lines[at - 1].strip()
        if not is_apart or (above and above[-1].rstrip().endswith((":", "\uff1a"))):
            continue
        if is_signature("\n".join(lines[at:]), name, below_words=bool(above)):
            return "\n".join(lines[:at]).rstrip()
    return text


def is_signature(text: str, name: str, *, below_words: bool = False) -> bool:
    """Whether these words are a signature of the one who bears this name: it stands in their first
    line, by itself or with what they are, and nothing below reads like a sentence, a question, a
    postscript or a list."""
    lines = [line.strip(" \t*_|") for line in text.splitlines() if line.strip(" \t*_|-–—")]
    if not lines or len(lines) > _MOST_LINES or not (theirs := folded(name).split()):
        return False
    if not _is_name(lines[0], theirs):
        return False
    most = _SENTENCE if below_words else _ALONE
    return not any(_says_something(line, most) for line in lines)


def _is_name(line: str, theirs: list[str]) -> bool:
    """Whether this line is the name and perhaps a title; no "Ben Okafor will ring you"."""
    spaced = re.sub(r"([,|])", r" \1 ", line)
    words = [word for word in spaced.split() if folded(word)]
    if [folded(word) for word in words[: len(theirs)]] != theirs:
        return False
    rest = spaced.split()[len(theirs) :]
    return not rest or rest[0].startswith(_APART) or not any(word[0].islower() for word in rest)


def _says_something(line: str, most: int) -> bool:
    if "?" in line or len(line) > _LONGEST or _REMARK.match(line):
        return True
    words = line.split()
    last = words[-1].rstrip(".").lower()
    if words[-1].endswith(".") and (last in _SHORTENED or "." in last):
        most = max(most, _ALONE)  # Example GmbH & Co. KG.
    return line[-1] in ".!:" and len(words) > most
