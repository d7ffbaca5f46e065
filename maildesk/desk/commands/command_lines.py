"""Commands as an agent's mail has them: `#word value` lines at its top, and nowhere else.

An attached file, or a second text part that follows an empty one, may be somebody
else's words that the agent passes on: they command nothing (RFC 2183, 2.2).

They are stripped before anyone sees the text, and they are all or nothing: one
that is unknown or cannot be done holds the whole mail and asks, with the nearest
right word. `#stop`, `--` or the first line of ordinary text ends them; one that
stands alone below that is asked about, too (`lone_lines`). What each of them does
stands in the table, `desk.commands.table`.

One kind of line may stand anywhere, for the place is what it says: that of a canned reply.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maildesk.desk.commands.canned_lines import canned_line, parted
from maildesk.desk.commands.dictated import meant
from maildesk.desk.commands.families.canned import NAME as CANNED
from maildesk.desk.commands.families.moves import STATUS
from maildesk.desk.commands.families.questions import WHO
from maildesk.desk.commands.lone_lines import lone_commands
from maildesk.desk.commands.own_signature import above_signature
from maildesk.desk.commands.spec import Command
from maildesk.desk.commands.table import COMMANDS, meanings, name_of, unknown
from maildesk.desk.commands.values import named, without_links
from maildesk.desk.problem import Problem

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent, Policy


@dataclass(frozen=True, slots=True)
class CommandLines:
    """What stood at the top of a mail, and the text that is left."""

    commands: tuple[Command, ...]
    text: str
    problems: tuple[Problem, ...] = ()


# Whatever begins so at the top is meant as a command: better asked about than
# mailed to the customer.
_LINE = re.compile(r"[#＃](\s?)([^\W\d][\w-]*)(.*)$")
_SET_OFF = " \t\u00a0\u202f:：=,.;!"  # between the word and its value; French has a space before :
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"


def read(
    text: str, policy: Policy, opening: str | None = None, *, writer: Agent | None = None
) -> CommandLines:
    """Take the commands off the top of this text.

    `opening` are the new words of the body's first part: a command of the text that does not stand
    at the same place there is asked about (None: all of the text may command). `writer`: whose
    signature below the commands is no text, and who is asked in their language.
    """
    commands: list[Command] = []
    problems: list[Problem] = []
    lines = text.splitlines()
    own = [
        line for one in (text if opening is None else opening).splitlines() if (line := _bare(one))
    ]
    at = number = 0
    language = writer.language if writer else policy.default_language
    is_stopped = False
    while at < len(lines):
        line = _bare(lines[at])
        if is_stopped := line.lower() in ("#stop", "--"):
            at += 1
            break
        found = _LINE.match(line)
        name = name_of(found.group(2).lower(), policy) if found else ""
        slash = canned_line(line, policy) if line[:1] == "/" else ""
        if line and not slash and (dictated := meant(line, policy)) is not None:
            if own[number : number + 1] == [line]:
                commands.append(dictated)
            else:
                problems.append(Problem("command_elsewhere", line=line))
            at += 1
            number += 1
            continue
        if line and not slash and (not found or (found.group(1) and not name)):
            break  # ordinary text, or a heading
        if found or slash:
            is_own = own[number : number + 1] == [line]
            one = _command(found, name, line, policy, is_own=is_own, slash=slash, language=language)
            if isinstance(one, Problem):
                problems.append(one)
            else:
                commands.append(one)
        at += 1
        number += bool(line)
    rest = "\n".join(lines[at:])
    if not is_stopped:
        theirs = None if opening is None else frozenset(own)
        rest, within = parted(rest.strip(), policy, theirs)
        commands += within
        problems += lone_commands(rest, policy, theirs)
        if rest.strip() == "/" and policy.canned:  # whose name was not written
            problems.append(Problem("canned_unnamed", line="/"))
    rest = rest.strip()
    if commands and writer:
        rest = above_signature(rest, writer.name)
    return CommandLines(tuple(commands), rest, tuple(problems))


def _command(
    found: re.Match[str] | None,
    name: str,
    line: str,
    policy: Policy,
    *,
    is_own: bool,
    slash: str,
    language: str,
) -> Command | Problem:
    """The command of this line, or what is to be asked about it; `slash`: the canned reply that it
    is."""
    if not is_own:
        return Problem("command_elsewhere", line=line)
    if found is None:
        return Command(CANNED, slash, line)
    space, word = found.group(1), found.group(2).lower()
    if space:
        return Problem("heading_or_command", {"word": word}, line)
    value = without_links(found.group(3)).lstrip(_SET_OFF).strip()
    if not name or not COMMANDS[name].takes_value:
        name, value = _of_two_words(word, value, policy) or (name, value)
    if not name:
        if not found.group(3).strip(_SET_OFF) and (
            status := named(word, list(policy.statuses), policy)
        ):
            return Command(STATUS, status, line)
        names = meanings(word, policy)
        if len(names) != 1:
            return unknown(word, policy, language, line)
        (name,) = names
    if name == "customer" and value.endswith("?"):
        return Command(WHO, value.rstrip("? \u00a0"), line)
    return Command(name, value, line)


def _of_two_words(word: str, value: str, policy: Policy) -> tuple[str, str] | None:
    """The command and its value where its word was written as two: `#quiet hours 20:00-7:00`,
    `#kein Spam`. None where it is one that takes a value, for the second word may be that."""
    second, _, rest = value.partition(" ")
    name = name_of(f"{word}_{second.strip(':=.,;!')}".lower(), policy) if second else ""
    return (name, rest.lstrip(_SET_OFF).strip()) if name else None


def _bare(line: str) -> str:
    return unicodedata.normalize("NFC", line).strip().strip(_INVISIBLE).strip()
