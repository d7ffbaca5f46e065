"""The table as it is shown to people: how a command is written in a language, its
value, what it does."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from maildesk.desk.commands.table import COMMANDS
from maildesk.desk.mails.wording import Language
from maildesk.desk.policy import Policy


@dataclass(frozen=True, slots=True)
class Shown:
    """One command in one language; `also` are its other spellings, the English ones among them."""

    name: str
    word: str
    argument: str
    does: str
    also: tuple[str, ...]


def spelling(name: str, language: Language) -> str:
    """How this command is written in a language, without the sign; in English where it says
    nothing of it."""
    own = language.commands.get(name)
    return own.words[0] if own and own.words else COMMANDS[name].words[0]


def shown(language: str, policy: Policy, names: Container[str] = COMMANDS) -> list[Shown]:
    """Those of these names, in the table's order. What a language says nothing of
    is said in English."""
    own = policy.wording.of(language).commands
    found = []
    for spec in (spec for name, spec in COMMANDS.items() if name in names):
        words = own.get(spec.name)
        spellings = dict.fromkeys((*(words.words if words else ()), *spec.words))
        first, *also = spellings
        argument = (words.argument if words else "") or spec.argument
        does = (words.help if words else "") or spec.does
        found.append(Shown(spec.name, first, argument, does, tuple(also)))
    return found
