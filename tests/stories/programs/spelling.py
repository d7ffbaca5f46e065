"""How a command's line is written: typed, dictated, put right by a keyboard, in three languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

from ruamel.yaml import YAML

from maildesk.desk.commands.table import COMMANDS
from tests.stories.programs.rows.row import Row
from tests.stories.running_desk import ROOT

Spelling = Callable[[str, Row], str]


def typed(name: str, row: Row) -> str:
    return f"#{COMMANDS[name].words[0]} {row.value}"


def another_word(name: str, row: Row) -> str:
    """The last of its English words."""
    return f"#{COMMANDS[name].words[-1]} {'' if name == 'files' else row.value}"


def dictated(name: str, row: Row) -> str:
    """As a phone writes down what it is told."""
    word = COMMANDS[name].words[0]
    return typed(name, row) if _is_free(name, row.value) else f"hashtag {word} {row.value}"


def diktiert(name: str, row: Row) -> str:
    """The same in German."""
    value, word = row.de or row.value, _word("de", name).replace("_", " ")
    return german(name, row) if _is_free(name, value) else f"Hashtag {word} {value}"


def apart(name: str, row: Row) -> str:
    """With the space that a keyboard puts behind the sign."""
    return typed(name, row).replace("#", "#" if _is_free(name, row.value) else "# ", 1)


def no_break(name: str, row: Row) -> str:
    """With a space there that does not break."""
    return apart(name, row).replace("# ", "#\u00a0", 1)


def wide(name: str, row: Row) -> str:
    """With the sign of Chinese and Japanese keyboards."""
    return typed(name, row).replace("#", "＃", 1)


def german(name: str, row: Row) -> str:
    return f"#{_word('de', name)} {row.de or row.value}"


def decomposed(name: str, row: Row) -> str:
    """In German, its umlauts in two signs each, as macOS has them."""
    return unicodedata.normalize("NFD", german(name, row))


def french(name: str, row: Row) -> str:
    return f"#{_word('fr', name)} {row.fr or row.value}"


def french_colon(name: str, row: Row) -> str:
    """With a colon, as French has it: a no-break space before it."""
    return french(name, row).replace(" ", "\u00a0: ", 1) if row.value else french(name, row)


SPELLINGS: dict[str, Spelling] = {
    "Gmail": typed,
    "Gmail on a phone": dictated,
    "Outlook": german,
    "the new Outlook": french,
    "Outlook in a browser": no_break,
    "Outlook on a phone": apart,
    "Apple Mail": decomposed,
    "an iPhone": diktiert,
    "Thunderbird": french_colon,
    "Thunderbird, below": another_word,
    "Samsung": wide,
}


def _is_free(name: str, value: str) -> bool:
    """Whether any words may stand there: then it is no command when it is dictated."""
    return bool(value) and COMMANDS[name].takes_words


def _word(language: str, name: str) -> str:
    """Its first word there with a letter that English has not, else its first."""
    words = _words(language).get(name) or list(COMMANDS[name].words)
    return next((word for word in words if not word.isascii()), words[0])


@cache
def _words(language: str) -> dict[str, list[str]]:
    file = ROOT / "templates" / "mail" / language / "_words.yaml"
    read = YAML(typ="safe").load(file)["commands"]
    return {name: entry.get("words") or [] for name, entry in read.items()}
