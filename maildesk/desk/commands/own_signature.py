"""The signature of an agent that stands below their words without a delimiter.

Outlook puts one below every mail, without the line that others have (RFC 3676, 4.3). The desk's
signature takes its place; and whoever writes `#take` alone, above their signature, has said nothing
to the customer.
"""

from __future__ import annotations

from maildesk.desk.commands.values import folded

_MOST_LINES = 12
_GAPS = 6  # empty lines within it
_LONGEST = 90
_SENTENCE = 7  # words; what is longer and ends in a full stop is said to somebody


def above_signature(text: str, name: str) -> str:
    """The words above the signature of the one who bears this name, where one stands at their end
    in a paragraph of its own; else all of them. What a colon leads up to is said to somebody."""
    lines = text.splitlines()
    for at in range(max(0, len(lines) - _MOST_LINES - _GAPS), len(lines)):
        above = [line for line in lines[:at] if line.strip()]
        is_apart = not above or not lines[at - 1].strip()
        if not is_apart or (above and above[-1].rstrip().endswith((":", "\uff1a"))):
            continue
        if is_signature("\n".join(lines[at:]), name):
            return "\n".join(lines[:at]).rstrip()
    return text


def is_signature(text: str, name: str) -> bool:
    """Whether these words are a signature of the one who bears this name: it stands in their first
    line, and nothing below reads like a sentence or a question."""
    lines = [line.strip(" \t*_|") for line in text.splitlines() if line.strip(" \t*_|-–—")]
    if not lines or len(lines) > _MOST_LINES or not (theirs := folded(name).split()):
        return False
    first = folded(lines[0].replace(",", " ").replace("|", " ")).split()
    if first[: len(theirs)] != theirs:
        return False
    return not any(_says_something(line) for line in lines)


def _says_something(line: str) -> bool:
    if "?" in line or len(line) > _LONGEST:
        return True
    return line[-1] in ".!:" and len(line.split()) > _SENTENCE
