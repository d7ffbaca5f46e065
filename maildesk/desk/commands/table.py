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
GERMAN: Mapping[str, str] = {
    **dict.fromkeys(("erledigt", "gelöst"), "resolve"),
    **dict.fromkeys(("schließen", "schliessen"), "close"),
    "warten": "wait", "übernehmen": "take", "notiz": "note", "antwort": "reply", "zuweisen": "assign",
    "priorität": "priority", "kategorie": "category", "typ": "type", "zeit": "spent", "betreff": "subject",
    **dict.fromkeys(("einlassen", "zulassen"), "letin"),
    **dict.fromkeys(("fernhalten", "aussperren"), "keepout"),
    "eskalieren": "escalate", "erneuern": "renew",
    **dict.fromkeys(("schick", "schicke", "schicken", "sende", "senden", "dateien", "anhänge"), "files"),
}  # fmt: skip


def name_of(word: str, policy: Policy) -> str:
    """The command that this word means, in any language the desk has mails in; empty where it means none."""
    return ENGLISH.get(word) or GERMAN.get(word) or policy.spellings.get(word, "")


def spellings(policy: Policy) -> list[str]:
    """Every word that means a command."""
    return [*ENGLISH, *GERMAN, *policy.spellings]


def reach_outside(commands: Iterable[Command]) -> bool:
    """Whether one of these brings somebody in, or writes to the customer in passing."""
    return any(COMMANDS[one.name].reaches_outside(one.value) for one in commands)
