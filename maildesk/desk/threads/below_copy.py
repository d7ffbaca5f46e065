"""A customer's words below a copy of our mail that nothing marks as quoted.

Some programs put the whole of our letter into the answer with nothing but a header block above it;
who then writes at its end would be read by nobody. What was sent is known, so what stands below its
last line is not ours. Closing lines that a gateway adds are no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maildesk.desk.threads.word_runs import Words, key_of
from maildesk.mail.message import Message, Part, Role
from maildesk.mail.reply.segment import reply_of, segment
from maildesk.mail.reply.signature import legal_start

_FEWEST = 3  # lines of ours, before it is taken for a copy
_LONGEST = 50_000  # characters of a quote that are looked through


def may_hold_words(message: Message) -> bool:
    """A cheap look: whether a quote of this message ends in a line that bears no mark."""
    last = _quote(message)[1].rstrip().rpartition("\n")[2]
    return bool(last) and not last.lstrip().startswith((">", "|", "＞"))


def with_words_below(message: Message, sent: Sequence[str]) -> Message:
    """The message with what stands below a copy of one of these texts told as new; as it is, where
    nothing does."""
    start, quote = _quote(message)
    ours = Words(sent)
    lines = quote.splitlines(keepends=True)
    known = [at for at, line in enumerate(lines) if (key := key_of(line)) and ours.hold(key)]
    if len(known) < _FEWEST:
        return message
    copy, below = "".join(lines[: known[-1] + 1]), "".join(lines[known[-1] + 1 :])
    words = reply_of(segment(_without_notices(below), "", answers=False).parts)
    if not key_of(words):
        return message
    parts = (*message.parts[:start], Part(Role.QUOTE, copy), Part(Role.NEW, below))
    return replace(message, parts=parts, reply=f"{message.reply}\n\n{words}".strip())


def _without_notices(below: str) -> str:
    """The text without the legal notices that a gateway puts at its end."""
    lines = below.splitlines(keepends=True)
    above = ["…", ""]  # a notice stands below something
    bare = [*above, *(line.strip() for line in lines)]
    return "".join(lines[: max(0, legal_start(bare, 0, len(bare)) - len(above))])


def _quote(message: Message) -> tuple[int, str]:
    """The quote at the end of the message, with our marker in it: where its parts begin, and its
    text; "" where there is none, or none of a length that can be looked through."""
    start = len(message.parts)
    while start and _is_quoted(message.parts[start - 1]):
        start -= 1
    text = "".join(part.text for part in message.parts[start:])
    return start, text if len(text) <= _LONGEST else ""


def _is_quoted(part: Part) -> bool:
    return part.role in (Role.QUOTE, Role.MARKER) and not part.cited
