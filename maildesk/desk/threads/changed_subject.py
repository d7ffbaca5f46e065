"""Words in a changed subject: "Re: STOP - paper came, cancel the order" says something, also where
nothing else is written.

A subject says something new if it is none that the ticket has or had; what a server puts before it
in brackets, and what a program cuts off, does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from maildesk.desk.threads.reference import without_reference
from maildesk.desk.threads.word_runs import key_of
from maildesk.mail.message import Message, Part, Role

_TAGS = re.compile(r"^(?:\s*(?:\[[^\][]{1,30}\]|\*{2,5}[^*]{1,30}\*{2,5}))+")
_CUT = 25  # characters of a subject of which a program may have left out the rest


def new_words(subject: str, known: Iterable[str], reference_format: str) -> str:
    """What this subject says that none of these subjects does, as it was written; "" nothing."""
    bare = without_reference(reference_format, subject)
    for _ in range(3):  # a server's mark may stand before the prefix, and another behind it
        bare = without_reference(reference_format, _TAGS.sub("", bare))
    key = key_of(bare)
    if not key:
        return ""
    for one in known:
        had = key_of(without_reference(reference_format, one))
        if f" {key} " in f" {had} " or (len(key) >= _CUT and had.startswith(key)):
            return ""
    return bare


def with_words(message: Message, line: str) -> Message:
    """The message with this line above what is written in it, in text and page."""
    above = f"{line}\n\n"
    text = f"{above}{message.text}" if message.text.strip() else line
    parts = (Part(Role.NEW, above if message.text.strip() else line), *message.parts)
    html = f"<p>{escape(line)}</p>\n{message.html}" if message.html else ""
    if not message.text.strip():
        parts = parts[:1]
    reply = f"{above}{message.reply}".strip()
    return replace(message, text=text, parts=parts, html=html, reply=reply)
