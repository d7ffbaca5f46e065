"""What stands below an agent's commands and is nothing but their signature.

Outlook puts one below every mail, without the delimiter that others have (RFC 3676, 4.3). Whoever
writes `#take` alone has said nothing to the customer, and their signature is no answer.
"""

from __future__ import annotations

from maildesk.desk.commands.values import folded

_MOST_LINES = 12
_LONGEST = 90
_SENTENCE = 7  # words; what is longer and ends in a full stop is said to somebody


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
