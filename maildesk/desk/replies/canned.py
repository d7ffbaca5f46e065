"""Canned replies as values: words that many answers need, each with a shortcut, a category and a
language.

Which one is meant is decided by the shortcut and the customer's language; `write` fills it in. A
variable that has no value stops the answer: nobody is to read "Dear ,".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from maildesk.mail.html.markdown import Written

# What every reply may name; the desk's own fields come to these.
VARIABLES = (
    *("customer_name", "customer_first_name", "ticket_id", "ticket_subject"),
    *("agent_name", "agent_first_name", "desk_name"),
)
_NO_WORD = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Lacks:
    """It cannot be written: this variable has no value; an empty one: it fails otherwise."""

    variable: str


Write = Callable[[Mapping[str, str]], Written | Lacks]


@dataclass(frozen=True, slots=True)
class CannedReply:
    """One file of `canned/`. Without a language it is for every customer."""

    shortcut: str
    file: str
    beginning: str  # of its words, as a list shows them
    write: Write
    category: str = ""
    language: str = ""
    subject: str = ""  # what it is about, as lists say it


@dataclass(frozen=True, slots=True)
class Shelf:
    """All canned replies of one shortcut, as a list shows them."""

    shortcut: str
    shown: CannedReply  # in the reader's language, if there is one
    languages: tuple[str, ...]


def variable(field: str) -> str:
    """How a field of the desk's own is written as a variable."""
    return _NO_WORD.sub("_", field)


def key_of(shortcut: str) -> str:
    """A shortcut for comparison: in any case, with or without accents."""
    plain = unicodedata.normalize("NFKD", shortcut.casefold().replace("_", "-"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def shortcuts(replies: Iterable[CannedReply]) -> list[str]:
    """Each shortcut once, as it is written."""
    return list({key_of(one.shortcut): one.shortcut for one in replies}.values())


def chosen(
    replies: Iterable[CannedReply], shortcut: str, languages: Sequence[str]
) -> CannedReply | None:
    """The reply of this shortcut in the first of these languages that there is one in (`de` does
    for `de-AT`); one for everybody comes before another language than the first."""
    named = {
        one.language.lower(): one for one in replies if key_of(one.shortcut) == key_of(shortcut)
    }
    tags = [tag.lower().replace("_", "-") for tag in languages if tag]
    wanted = [code for tag in tags for code in (tag, tag.partition("-")[0])]
    order = [*wanted[:2], "", *wanted[2:], *named]
    return next((named[code] for code in order if code in named), None)


def shelves(
    replies: Sequence[CannedReply], languages: Sequence[str], category: str = ""
) -> list[Shelf]:
    """Every shortcut once, those of this category first, then by category and name."""
    found = []
    for shortcut in shortcuts(replies):
        one = chosen(replies, shortcut, languages)
        assert one is not None
        own = [r.language for r in replies if key_of(r.shortcut) == key_of(shortcut) and r.language]
        found.append(Shelf(one.shortcut, one, tuple(own)))
    return sorted(found, key=lambda shelf: _order(shelf.shown, category))


def _order(one: CannedReply, category: str) -> tuple[bool, str, str]:
    return (not category or one.category != category, one.category, key_of(one.shortcut))
