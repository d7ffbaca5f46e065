"""The one table of commands. A family of them is a module beside this one with `SPECS`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maildesk.desk.commands import attention, fields, moves, people, words
from maildesk.desk.commands.spec import Command, Spec
from maildesk.desk.policy import Policy

_FAMILIES = (moves, people, words, fields, attention)
COMMANDS: Mapping[str, Spec] = {spec.name: spec for family in _FAMILIES for spec in family.SPECS}
ENGLISH: Mapping[str, str] = {
    word: spec.name for spec in COMMANDS.values() for word in spec.words
}  # spelling -> name


def name_of(word: str, policy: Policy) -> str:
    """The command that this word means, in any language the desk has mails in; empty where it means none."""
    return ENGLISH.get(word) or policy.wording.commands.get(word, "")


def spellings(policy: Policy) -> list[str]:
    """Every word that means a command."""
    return list(dict.fromkeys((*ENGLISH, *policy.wording.commands)))


def reach_outside(commands: Iterable[Command]) -> bool:
    """Whether one of these brings somebody in, or writes to the customer in passing."""
    return any(COMMANDS[one.name].reaches_outside(one.value) for one in commands)
