"""A command line as a phone has it: dictated ("hashtag resolve"), or with the space that a keyboard
puts behind the sign (`# Resolve`).

A heading and a sentence may look the same. So it is a command only where all of the line is one:
its word is exactly a command's, and what stands behind it is a value that this command takes. None
that takes any words (#note …) is given some so, for then every sentence would be one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from maildesk.desk.commands.spec import Command
from maildesk.desk.commands.table import COMMANDS, name_of, takes

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

_QUOTES = "\"'“”„‟«»‹›‘’‚ \u00a0\u202f"
_END = ".!,;" + _QUOTES
_SET_OFF = " :：="  # between the word and its value
_SPACED = re.compile(r"[#＃][\s\u00a0\u202f]+(?=\w)")
_LONGEST = 120
_MOST_WORDS = 3  # of a command: "ne plus suivre"


def meant(line: str, policy: Policy) -> Command | None:
    """The command that this line is in one of these ways; None where it is text."""
    bare = line.strip().lstrip(_QUOTES)
    rest = "" if len(line) > _LONGEST else _behind_the_sign(bare, policy)
    words = rest.rstrip(_END).split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        word = "_".join(words[:count]).lower().strip(_END + _SET_OFF)
        name = name_of(word, policy)
        if name:
            return _command(name, " ".join(words[count:]).lstrip(_SET_OFF), line, policy)
    return None


def _behind_the_sign(bare: str, policy: Policy) -> str:
    """What follows the sign, which was spoken, or has a space behind it; "" where there is none."""
    if found := _SPACED.match(bare):
        return bare[found.end() :]
    lowered = bare.lower().replace("\u00a0", " ")
    for sign in policy.wording.dictated:
        if lowered.startswith(f"{sign} "):
            return bare[len(sign) + 1 :]
    is_quoted = bare[:1] in ("#", "＃") and bare[-1:] in _QUOTES and " " not in bare
    return bare[1:] if is_quoted else ""


def _command(name: str, value: str, line: str, policy: Policy) -> Command | None:
    command = Command(name, value, line)
    if value and COMMANDS[name].takes_words:
        return None
    return command if takes(command, policy) else None
