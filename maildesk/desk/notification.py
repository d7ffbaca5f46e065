"""An agent's answer without the notification that it answers.

Agents answer between the lines, and their programs quote the whole notification:
status, assignee, earlier tickets, commands, and links with the agent's own reply
address. None of that is for customers. Of what is quoted only words of the
conversation stay; the notification is known by the words that were sent, for
programs drop markers, wrap lines, and turn a page into text in ways of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby
from unicodedata import normalize

from maildesk.desk.links import SIGNATURE
from maildesk.mail.message import Message, Role
from maildesk.mail.phrases import folded
from maildesk.mail.phrases_quote import ANSWERS_BELOW
from maildesk.mail.quote import divider, field_of, is_marker, is_rule

_LINK = re.compile(r"(?:mailto|https?|cid):[^\s<>)\]]*", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MARKS = "> ＞|\t\xa0"
_FEWEST = 3  # lines of a notification among unquoted words, before they are taken for one
_TELLING = 5  # words of a line that nobody else writes by chance


class _Whose(Enum):
    AGENT = auto()
    CONVERSATION = auto()
    DESK = auto()
    UNKNOWN = auto()
    NOBODY = auto()  # an empty line


@dataclass(slots=True)
class _Line:
    text: str
    cited: bool
    whose: _Whose = _Whose.AGENT


class _Words:
    """Texts as runs of words: whether a line stands in one of them, however it was wrapped."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self._run = " \n ".join(["", *(_key(text) for text in texts), ""])
        self.lines = {key for text in texts for line in text.splitlines() if (key := _key(line))}

    def __bool__(self) -> bool:
        return bool(self.lines)

    def hold(self, key: str) -> bool:
        return f" {key} " in self._run


def answer_of(message: Message, sent: Sequence[str], said: Sequence[str]) -> str:
    """The words an agent wrote, and of what stands quoted among them only the conversation's.

    `sent` are the texts of the notification (its plain text, its page as text), empty
    where it is not known any more; `said` are the texts of the ticket's public messages.
    """
    ours, theirs = _Words(sent), _Words(said)
    below = bool(ours) and any(phrase in folded(message.reply) for phrase in ANSWERS_BELOW)
    lines = [
        _Line(line, part.cited or part.role is not Role.NEW)
        for part in message.parts
        if part.role is Role.NEW or (below and part.role in (Role.QUOTE, Role.MARKER))
        for line in part.text.splitlines()
    ]
    for cited, run in groupby(lines, lambda line: line.cited):
        if cited:
            _judge_quoted(list(run), ours, theirs)
    if below:  # "see my answers in red": what neither side has said before is one of them
        for line in lines:
            line.whose = _Whose.AGENT if line.whose is _Whose.UNKNOWN and _may_be_said(line.text) else line.whose
    _judge_unmarked([line for line in lines if not line.cited], ours, theirs)
    if all(line.whose not in (_Whose.AGENT, _Whose.CONVERSATION, _Whose.DESK) for line in lines):
        return message.reply
    if not any(line.whose is _Whose.AGENT and line.text.strip() for line in lines):
        return _own_words(lines) if ours else ""
    return _written(lines)


def _judge_quoted(run: Sequence[_Line], ours: _Words, theirs: _Words) -> None:
    for line in run:
        key = _key(line.text)
        if SIGNATURE.search(line.text):
            line.whose = _Whose.DESK
        elif not key:
            line.whose = _Whose.UNKNOWN if _LINK.search(line.text) else _Whose.NOBODY
        elif theirs.hold(key):
            line.whose = _Whose.CONVERSATION
        else:
            line.whose = _Whose.DESK if ours.hold(key) else _Whose.UNKNOWN
    marker = next((at for at, line in enumerate(run) if is_marker(line.text.strip(_MARKS))), -1)
    for line in run[: marker + 1]:  # what a program shows as a preview stands above our marker
        line.whose = _Whose.DESK
    if not ours or any(line.whose in (_Whose.DESK, _Whose.CONVERSATION) for line in run):
        return
    for line in run:  # nothing of it is known: the agent quotes something else
        line.whose = _Whose.AGENT


def _judge_unmarked(lines: Sequence[_Line], ours: _Words, theirs: _Words) -> None:
    """Where a program quotes without any mark, and nothing says where the notification begins."""
    known = [at for at, line in enumerate(lines) if (key := _key(line.text)) in ours.lines and not theirs.hold(key)]
    if len(known) < _FEWEST or not any(len(_key(lines[at].text).split()) >= _TELLING for at in known):
        return
    first = known[0]
    while first and (_introduces(lines[first - 1].text) or theirs.hold(_key(lines[first - 1].text))):
        first -= 1
    for line in lines[first : known[-1] + 1]:
        key = _key(line.text)
        if SIGNATURE.search(line.text) or _introduces(line.text):
            line.whose = _Whose.DESK if line.text.strip() else _Whose.NOBODY
        elif key and theirs.hold(key):
            line.whose = _Whose.CONVERSATION
        elif key in ours.lines or (len(key.split()) >= _FEWEST and ours.hold(key)):
            line.whose = _Whose.DESK


def _introduces(text: str) -> bool:
    """Whether this may be a line between an answer and the notification: a header field, a rule, our marker, or none."""
    bare = text.strip(_MARKS)
    return not bare or bool(field_of(bare)[0] or divider(bare) or is_rule(bare) or is_marker(bare))


def _own_words(lines: Sequence[_Line]) -> str:
    """All of it looked quoted: what neither side has said before is the agent's."""
    return "\n".join(line.text for line in lines if line.whose is _Whose.UNKNOWN and _may_be_said(line.text)).strip()


def _may_be_said(text: str) -> bool:
    """Whether a person may have written this line: no program's "On … wrote:", and no header field."""
    return not _introduces(text) and "@" not in text and text.rstrip()[-1:] not in (":", "：")


def _written(lines: Sequence[_Line]) -> str:
    """What is left, with the conversation's words marked as quoted and no gaps where something was taken out."""
    written: list[str] = []
    for line in lines:
        if line.whose is _Whose.CONVERSATION:
            if written and written[-1] and not written[-1].startswith(">"):
                written.append("")
            written.append(f"> {line.text.strip(_MARKS).rstrip()}")
        elif line.whose is _Whose.AGENT and line.text.strip():
            if written and written[-1].startswith(">") and not line.cited:
                written.append("")
            written.append(line.text.rstrip())
        elif line.whose in (_Whose.AGENT, _Whose.NOBODY) and written and written[-1]:
            written.append("")
    return "\n".join(written).strip()


def _key(text: str) -> str:
    """The words alone, in lower case: no marks, no links, no wrapping."""
    return " ".join(_WORD.findall(normalize("NFKC", _LINK.sub(" ", text)).casefold()))
