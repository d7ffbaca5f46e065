"""An agent's answer without the notification that it answers.

Agents answer between the lines, and their programs quote the whole notification:
status, assignee, earlier tickets, commands, and links with the agent's own reply
address. None of that is for customers. Of what is quoted only words of the
conversation stay; the notification is known by the words that were sent, for
programs drop markers, wrap lines, and turn a page into text in ways of their own.

Where it is certain which notification is quoted, whatever stands in it and was not
sent is the agent's: many programs cannot open a quote within a table, so the answer
is marked as if it were quoted, or stands below a header block with all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from maildesk.desk.threads.links import SIGNATURE
from maildesk.desk.threads.word_runs import Words, is_marked, key_of, unmarked, without_links
from maildesk.mail.message import Message, Role
from maildesk.mail.reply.header_block import field_of
from maildesk.mail.reply.phrases import folded
from maildesk.mail.reply.phrases_quote import ANSWERS_BELOW
from maildesk.mail.reply.quote import attribution, divider, is_marker, is_rule, may_attribute
from maildesk.mail.reply.signature import is_device_line

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
    shown: bool  # whether it is among the new words, as the mail was cut
    whose: _Whose = _Whose.AGENT
    key: str = ""
    around: tuple[str, str] = ("", "")  # the keys of the lines with words above and below
    by_program: bool = False  # "On … wrote:", a header field, a rule
    answers: bool = False  # the agent's, though it is marked as if it were quoted


@dataclass(frozen=True, slots=True)
class Known:
    """What the words of an answer are compared with."""

    # the texts of the notification (its plain text, its page as text); empty where it is forgotten
    sent: Sequence[str]
    said: Sequence[str]  # the texts of the ticket's public messages
    # the texts of its notes, and of strangers: nothing that customers read
    inside: Sequence[str] = ()
    is_named: bool = False  # whether the answer names this notification


def answer_of(message: Message, known: Known) -> str:
    """The words an agent wrote, and of what stands quoted among them only the conversation's."""
    ours, theirs, inside = Words(known.sent), Words(known.said), Words(known.inside)
    below = bool(ours) and any(phrase in folded(message.reply) for phrase in ANSWERS_BELOW)
    lines = _lines_of(message)
    for (cited, shown), group in groupby(lines, lambda line: (line.cited, line.shown or below)):
        if cited:
            _judge_quoted(
                list(group),
                ours,
                theirs,
                inside,
                certain=known.is_named and bool(ours),
                shown=shown,
            )
    if not (below or any(line.answers for line in lines)):
        lines = [line for line in lines if line.shown]
    if below:  # "see my answers in red": what neither side has said before is one of them
        for line in lines:
            line.whose = (
                _Whose.AGENT
                if line.whose is _Whose.UNKNOWN and _may_be_said(line.text)
                else line.whose
            )
    _judge_tails(lines, ours, theirs)
    _judge_unmarked([line for line in lines if not line.cited], ours, theirs)
    _judge_attributions(lines)
    if all(line.whose not in (_Whose.AGENT, _Whose.CONVERSATION, _Whose.DESK) for line in lines):
        return message.reply
    if ours and not any(_tells(line) for line in lines):
        last = max(
            (
                at
                for at, line in enumerate(lines)
                if line.whose is _Whose.DESK and not line.key.isdigit()
            ),
            default=0,
        )
        return _own_words(lines[:last] if known.is_named else lines)
    return _written(lines) if any(_tells(line) for line in lines) else ""


def _lines_of(message: Message) -> list[_Line]:
    """All lines but signatures and what is forwarded; those that are not shown count as quoted."""
    lines: list[_Line] = []
    for part in message.parts:
        if part.role in (Role.NEW, Role.QUOTE, Role.MARKER):
            cited, shown = part.cited or part.role is not Role.NEW, part.role is Role.NEW
            if part.role is Role.MARKER:  # it belongs to the quote in which it stands
                shown = bool(lines) and lines[-1].cited and lines[-1].shown
            lines += [_Line(line, cited, shown) for line in without_links(part.text).splitlines()]
    _lay(lines)
    bare = [unmarked(line.text) for line in lines]
    for at, text in enumerate(bare):
        lines[at].by_program = lines[at].by_program or bool(text and _introduces(text))
        above = lines[at].cited or any(
            not line.shown or is_marked(line.text) for line in lines[at + 1 : at + 3]
        )
        if text and above and may_attribute(text, True) and (found := attribution(bare, at, True)):
            for line in lines[found.start : found.end]:
                line.by_program = True
    return lines


def _lay(lines: Sequence[_Line]) -> None:
    """Read the words of every line, and which stand above and below."""
    for line in lines:
        line.key = key_of(line.text)
    worded = [line for line in lines if line.key]
    keys = ["", *(line.key for line in worded), ""]
    for at, line in enumerate(worded):
        line.around = (keys[at], keys[at + 2])


def _judge_quoted(
    run: Sequence[_Line], ours: Words, theirs: Words, inside: Words, *, certain: bool, shown: bool
) -> None:
    for line in run:
        if SIGNATURE.search(line.text):
            line.whose = _Whose.DESK
        elif not line.key:
            line.whose = _Whose.UNKNOWN if line.text.strip("> ＞|\t\xa0") else _Whose.NOBODY
        elif theirs.hold(line.key):
            line.whose = _Whose.CONVERSATION
        elif inside.hold(line.key) or _is_ours(line, ours):
            line.whose = _Whose.DESK
        else:
            line.whose = _Whose.UNKNOWN
    marker = next((at for at, line in enumerate(run) if is_marker(unmarked(line.text))), -1)
    for line in run[: marker + 1]:  # what a program shows as a preview stands above our marker
        line.whose = _Whose.DESK
    known = [at for at, line in enumerate(run) if line.whose in (_Whose.DESK, _Whose.CONVERSATION)]
    if known and certain:
        # below it, links may be listed with numbers
        last = max((at for at in known if not run[at].key.isdigit()), default=0)
        _find_answers(run[known[0] :], last - known[0], shown=shown)
    elif ours and not known and shown:
        for line in run:  # nothing of it is known: the agent quotes something else
            line.whose = _Whose.AGENT


def _find_answers(run: Sequence[_Line], last: int, *, shown: bool) -> None:
    """What stands in this quote and was not sent. Below its last known line servers and
    programs put words, too: they count where all is quoted, and the agent was found to
    have written in it."""
    found = [
        at
        for at, line in enumerate(run)
        if line.whose is _Whose.UNKNOWN and not line.by_program and line.key
    ]
    between = [at for at in found if at < last]
    for at in between if shown else found if between else ():
        run[at].whose, run[at].answers, run[at].cited = _Whose.AGENT, True, False
        run[at].text = unmarked(run[at].text)


def _is_ours(line: _Line, ours: Words) -> bool:
    """Whether this line was sent. One or two words ("No.") count as a line of their own, or with
    their neighbours."""
    key, (above, below) = line.key, line.around
    if not ours.hold(key) or key in ours.lines or len(key.split()) >= _FEWEST:
        return ours.hold(key)
    return bool(above and ours.run(f"{above} {key}")) or bool(below and ours.run(f"{key} {below}"))


def _judge_tails(lines: Sequence[_Line], ours: Words, theirs: Words) -> None:
    """Lines that a program wrapped after it had marked them: what is left over bears no mark."""
    above, whose = "", _Whose.NOBODY
    for line in lines:
        if line.cited:
            above, whose = (line.key, line.whose) if line.key else (above, whose)
        elif line.key and not line.answers and whose in (_Whose.DESK, _Whose.CONVERSATION):
            joined = f"{above} {line.key}" if above else line.key
            if (theirs if whose is _Whose.CONVERSATION else ours).run(joined):
                line.whose, above = whose, joined
            else:
                above, whose = "", _Whose.NOBODY


def _judge_unmarked(lines: Sequence[_Line], ours: Words, theirs: Words) -> None:
    """Where a program quotes without any mark, and nothing says where the notification begins."""
    keys = [line.key for line in lines]
    known = [at for at, key in enumerate(keys) if key in ours.lines and not theirs.hold(key)]
    if len(known) < _FEWEST or not any(len(keys[at].split()) >= _TELLING for at in known):
        return
    first = known[0]
    while first and (
        lines[first - 1].by_program
        or not unmarked(lines[first - 1].text)
        or theirs.hold(keys[first - 1])
    ):
        first -= 1
    for at in range(first, known[-1] + 1):
        line, key = lines[at], keys[at]
        if SIGNATURE.search(line.text) or line.by_program or not unmarked(line.text):
            line.whose = _Whose.DESK if unmarked(line.text) else _Whose.NOBODY
        elif key and theirs.hold(key):
            line.whose = _Whose.CONVERSATION
        elif key in ours.lines or (len(key.split()) >= _FEWEST and ours.hold(key)):
            line.whose = _Whose.DESK


def _judge_attributions(lines: Sequence[_Line]) -> None:
    """A program's "On … wrote:" goes with the notification below it."""
    below = _Whose.NOBODY
    for line in reversed(lines):
        if line.by_program and line.whose is _Whose.AGENT and below is _Whose.DESK:
            line.whose = _Whose.DESK
        elif unmarked(line.text):
            below = line.whose


def _introduces(text: str) -> bool:
    """Whether this may be a line between an answer and the notification: a header field, a rule,
    our marker, or none."""
    bare = unmarked(text)
    return not bare or bool(field_of(bare)[0] or divider(bare) or is_rule(bare) or is_marker(bare))


def _tells(line: _Line) -> bool:
    """Whether these are words of the agent's, and no program's "Sent from my phone"."""
    words = unmarked(line.text)
    return (
        line.whose is _Whose.AGENT
        and bool(words)
        and not line.by_program
        and not is_device_line(words)
    )


def _own_words(lines: Sequence[_Line]) -> str:
    """All of it looked quoted: what neither side has said before is the agent's."""
    said = (
        line.text
        for line in lines
        if line.whose is _Whose.UNKNOWN and not line.by_program and _may_be_said(line.text)
    )
    return "\n".join(said).strip()


def _may_be_said(text: str) -> bool:
    """Whether a person may have written this line: no program's "On … wrote:",
    and no header field."""
    return not _introduces(text) and "@" not in text and text.rstrip()[-1:] not in (":", "：")


def _written(lines: Sequence[_Line]) -> str:
    """What is left, with the conversation's words marked as quoted and no gaps where something was
    taken out."""
    written: list[str] = []
    for line in lines:
        if line.whose is _Whose.CONVERSATION:
            if written and written[-1] and not written[-1].startswith(">"):
                written.append("")
            written.append(f"> {unmarked(line.text)}")
        elif line.whose is _Whose.AGENT and line.text.strip():
            if written and written[-1].startswith(">") and not line.cited:
                written.append("")
            written.append(_ended(line.text))
        elif line.whose in (_Whose.AGENT, _Whose.NOBODY) and written and written[-1]:
            written.append("")
    return "\n".join(written).strip()


def _ended(text: str) -> str:
    """The line without blanks at its end, but for the one that says that it goes on (RFC 3676)."""
    bare = text.rstrip()
    return f"{bare} " if text == f"{bare} " else bare
