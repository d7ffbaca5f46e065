"""A command line that stands alone below the first words of an answer: `Hi,` … `#close` … `Ben`.

Only the first lines command. But whoever writes such a line meant it to be done, and would send it
to the customer: the answer is held, and they are asked. What merely has a # in it is text, and goes
through untouched: a word within a sentence, #1, a hashtag that is no command, a heading, code, a
quotation, whatever stands behind the delimiter of a signature (RFC 3676, 4.3).

A line is exactly a command if its word is one and its value is one that this command takes. One
that takes any words (#note …) looks like a sentence that happens to be broken there; it is taken
for a command only in a paragraph of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from maildesk.desk.commands.dictated import meant
from maildesk.desk.commands.spec import Command
from maildesk.desk.commands.table import COMMANDS, name_of, takes
from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

_LINE = re.compile(r"[#＃]([^\W\d][\w-]*)(?:[ \t\u00a0\u202f:：=]+(.*))?$")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_CODE = re.compile(r"(?: {4}|\t)")
_CODE_SIGNS = re.compile(r"[{}<>;|\\]|\(\)|=>|//")
_SHORT = 32  # letters of a line that is a greeting or a name, and no broken sentence
_SIGNATURE = "-- "
LATE = "command_below"  # the problem of such a line


def lone_commands(text: str, policy: Policy, own: frozenset[str] | None = None) -> list[Problem]:
    """A problem for each such line of this text, which begins below the commands.

    `own`: the lines that the agent wrote themselves; None: all of them.
    """
    lines = list(written(text))
    return [
        Problem(LATE, {"line": line.strip(), "word": found.word}, line.strip())
        for at, line in enumerate(lines)
        if (found := _command(line, policy)) is not None
        and (own is None or line.strip() in own)
        and _stands_alone(lines, at, policy, is_sentence=_is_sentence(found))
    ]


def written(text: str) -> Iterator[str]:
    """The lines that may be words of the writer; code in fences is left out, and a signature."""
    fenced = False
    for line in text.splitlines():
        if line == _SIGNATURE or line.rstrip() == "--":
            return
        if _FENCE.match(line):
            fenced = not fenced
            yield "```"
        else:
            yield "```" if fenced else line


def _command(line: str, policy: Policy) -> Command | None:
    """The command that this line is, with a value that it takes; None where it is text."""
    if _CODE.match(line):
        return None
    bare = line.strip()
    found = _LINE.fullmatch(bare)
    name = name_of(found[1].lower(), policy) if found else ""
    if not found or not name:
        return meant(bare, policy) if bare[:1].isalpha() else None  # else a heading
    value = (found[2] or "").strip()
    command = Command(name, value, bare)
    if value and _CODE_SIGNS.search(value):
        return None
    return command if takes(command, policy) else None


def _is_sentence(command: Command) -> bool:
    """Whether it may as well be the end of a sentence that is broken there."""
    return bool(command.value) and COMMANDS[command.name].takes_words


def _stands_alone(lines: Sequence[str], at: int, policy: Policy, *, is_sentence: bool) -> bool:
    """Whether nothing but greetings, names and other commands stands directly above and below."""

    def is_apart(line: str) -> bool:
        bare = line.strip()
        if not bare or _command(line, policy) is not None:
            return True
        return not is_sentence and len(bare) <= _SHORT and bare[0] not in "#＃>|`"

    above = lines[at - 1] if at else ""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return is_apart(above) and is_apart(below)
