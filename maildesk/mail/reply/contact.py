"""What a signature says of its writer: the closing with the name, a phone number, their number.

Nothing of it is news, and all of it may be what somebody looks for. What every mail of the same
program or firm has ("-- ", "Sent from my …", legal notices) is left out.
"""

from __future__ import annotations

from functools import lru_cache

from maildesk.mail.message import Role
from maildesk.mail.reply.phrases_signature import LEGAL
from maildesk.mail.reply.segment import segment
from maildesk.mail.reply.signature import is_device_line

_MOST_LINES = 12
_LONGEST_LINE = 120
_NOTICE = 100  # characters: a paragraph with a legal phrase and as long as that is a notice


@lru_cache(32)  # every mail of an act shows the same
def contact_in(signature: str) -> str:
    """The lines of a signature that tell who wrote and how to reach them; "" where there are none.

    At most twelve lines; a mark says that more were left out.
    """
    kept: list[str] = []
    for paragraph in _paragraphs(signature):
        if not _is_notice(paragraph):
            kept += [*([""] if kept else []), *paragraph]
    if len(kept) > _MOST_LINES:
        kept = [*kept[:_MOST_LINES], "[…]"]
    return "\n".join(map(_shortened, kept))


def contact_of(text: str) -> str:
    """The same of a message's whole text, without the quotes in it."""
    parts = segment(text, "").parts
    return contact_in("".join(part.text for part in parts if part.role is Role.SIGNATURE))


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _paragraphs(signature: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in signature.splitlines():
        bare = line.strip()
        if not bare.strip("-–—_=*#~ "):
            found.append([])
        elif not is_device_line(bare):
            found[-1].append(bare)
    return [lines for lines in found if lines]


def _is_notice(lines: list[str]) -> bool:
    text = " ".join(lines).lower()
    phrases = sum(phrase in text for phrase in LEGAL)
    return phrases > 1 or (phrases > 0 and len(text) >= _NOTICE)
