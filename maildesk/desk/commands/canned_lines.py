"""Lines of an answer that stand for a canned reply: `/activation-help`, `#canned activation-help`.

Such a line is one whole: a path (`/etc/hosts`), a sentence and code are text, and so is everything
with a slash where a desk has no canned replies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from maildesk.desk.commands.families.canned import NAME
from maildesk.desk.commands.lone_lines import written
from maildesk.desk.commands.spec import Command
from maildesk.desk.commands.table import name_of

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

_SLASH = re.compile(r"/([^\W_][\w-]{0,63})")
_HASH = re.compile(r"[#＃]([^\W\d][\w-]*)[ \t\u00a0:=]+/?([^\W_][\w-]{0,63})[.!]?")


def canned_line(line: str, policy: Policy) -> str:
    """The shortcut that this line is, known or not; empty where it is text."""
    bare = line.strip()
    if bare[:1] == "/":
        found = _SLASH.fullmatch(bare)
        return found[1] if found and policy.canned else ""
    found = _HASH.fullmatch(bare)
    return found[2] if found and name_of(found[1].lower(), policy) == NAME else ""


def parted(
    text: str, policy: Policy, own: frozenset[str] | None = None
) -> tuple[str, list[Command]]:
    """The text without such lines, and a command for each that says below how many lines it stood.

    `own`: the lines that the agent wrote themselves; None: all of them.
    """
    lines, kept = text.split("\n"), list[str]()
    meant = list(written(text))
    commands = []
    for at, line in enumerate(lines):
        is_code = at >= len(meant) or meant[at] != line or line.startswith(("    ", "\t"))
        shortcut = "" if is_code else canned_line(line, policy)
        if shortcut and (own is None or line.strip() in own):
            commands.append(Command(NAME, shortcut, line.strip(), below=len(kept)))
        else:
            kept.append(line)
    lead = next((n for n, line in enumerate(kept) if line.strip()), 0)
    moved = [Command(c.name, c.value, c.line, max(0, (c.below or 0) - lead)) for c in commands]
    return "\n".join(kept[lead:]), moved
