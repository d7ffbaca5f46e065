"""`canned/*.md`: canned replies, Markdown below a front matter of YAML.

---
shortcut: activation-help     # else the name of the file
category: licences
language: de                  # else for every customer; activation-help.de.md says it, too
subject: Activating a licence # what lists call it
defaults: {licence_key: the key in your invoice}
---
Dear {{ customer_name }}, …
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from maildesk.config.customers.own_fields import names_of
from maildesk.config.kinds import Line, Section
from maildesk.config.mistakes import nearest, one_of, shown
from maildesk.config.models import DeskFile
from maildesk.config.replies.front_matter import header_of, parts_of
from maildesk.config.replies.snippets import Snippet, Unfilled
from maildesk.config.yaml import Document
from maildesk.desk.mails.wording import Wording
from maildesk.desk.replies.canned import VARIABLES, CannedReply, Lacks, key_of, variable
from maildesk.errors import Mistake
from maildesk.mail.html.markdown import Written, escaped, markdown

FOLDER = "canned"
_SHORTCUT = re.compile(r"[^\W_][\w-]{0,63}")
_LONGEST_BEGINNING = 160
_TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def _shortcut(value: str) -> str:
    if not _SHORTCUT.fullmatch(value):
        raise ValueError("a word such as activation-help: letters, digits, - and _")
    return value


class FrontMatter(Section):
    """What stands between the two lines of dashes."""

    shortcut: Annotated[str, AfterValidator(_shortcut)] = ""
    category: Line = ""
    language: Line = ""
    subject: Line = ""
    defaults: dict[str, Line] = Field(default_factory=dict)


@dataclass(frozen=True)
class _Desk:
    """What of desk.yaml a reply may name; None where it cannot be told."""

    languages: tuple[str, ...] | None
    categories: tuple[str, ...] | None
    fields: tuple[str, ...] | None
    wording: Wording


def canned_files(folder: Path) -> list[Path]:
    """Everything in the folder that is meant as a reply."""
    there = folder / FOLDER
    return [
        path
        for path in (sorted(there.rglob("*")) if there.is_dir() else ())
        if path.is_file() and not path.name.startswith((".", "#")) and path.name[-1] != "~"
    ]


def read_canned(
    folder: Path, desk: DeskFile | None, wording: Wording
) -> tuple[tuple[CannedReply, ...], list[Mistake]]:
    """Every canned reply, and every mistake in them."""
    known = _Desk(None, None, None, wording)
    if desk is not None:
        fields = tuple(map(variable, names_of(desk.custom_fields)))
        known = _Desk(tuple(desk.languages), tuple(desk.categories), fields, wording)
    found: list[CannedReply] = []
    mistakes: list[Mistake] = []
    for path in canned_files(folder):
        name = str(path.relative_to(folder))
        if path.parent != folder / FOLDER or path.suffix != ".md":
            wanted = f"{FOLDER}/{path.stem}.md"
            expected = f"a name such as {wanted}"
            mistakes.append(Mistake(name, 1, 1, expected, shown(name), wanted))
            continue
        one, wrong = _read(path, name, known)
        mistakes += wrong
        if one is not None:
            mistakes += _again(one, found)
            found.append(one)
    return tuple(found), mistakes


def _again(one: CannedReply, others: list[CannedReply]) -> list[Mistake]:
    """A shortcut is there once in a language."""
    key = (key_of(one.shortcut), one.language.lower())
    for other in others:
        if (key_of(other.shortcut), other.language.lower()) == key:
            tongue = one.language or "no language"
            found = f'"{one.shortcut}" in {tongue} again (first in {other.file})'
            return [Mistake(one.file, 1, 1, "each shortcut once in a language", found)]
    return []


def _read(path: Path, name: str, known: _Desk) -> tuple[CannedReply | None, list[Mistake]]:
    parts, mistakes = parts_of(path, name)
    if parts is None:
        return None, mistakes
    head, mistakes = header_of(FrontMatter, parts)
    if head is None:
        return None, mistakes
    if parts.head is not None:
        mistakes += _unknown(head, parts.head, known)
    shortcut, language = _named(path.stem, head, known)
    if not _SHORTCUT.fullmatch(shortcut):
        expected = "a shortcut: in the front matter, or a file name such as activation-help.md"
        mistakes.append(Mistake(name, 1, 1, expected, shown(shortcut)))
    if not parts.words.strip():
        mistakes.append(Mistake(name, parts.last_line, 1, "the words of the reply", "none"))
    variables = dict.fromkeys((*VARIABLES, *(known.fields or ())))
    tongue = known.wording.of(language or (known.languages or ("en",))[0])
    snippet = Snippet(parts.words, name, tongue, variables, parts.line)
    if known.fields is not None:
        mistakes += snippet.mistakes(dict.fromkeys(variables, "sample"))
    mistakes = [replace(one, file=name) for one in mistakes]
    write = partial(_write, snippet, dict(head.defaults))
    made_of = CannedReply(
        shortcut, name, _beginning(parts.words), write, head.category, language, head.subject
    )
    return (None if mistakes else made_of), mistakes


def _named(stem: str, head: FrontMatter, known: _Desk) -> tuple[str, str]:
    """Shortcut and language: as the front matter says, else the name of the file."""
    name, _, tag = stem.rpartition(".")
    own = next((one for one in known.languages or () if name and one.lower() == tag.lower()), "")
    return head.shortcut or (name if own else stem), head.language or own


def _unknown(head: FrontMatter, document: Document, known: _Desk) -> list[Mistake]:
    """What it names and the desk does not have."""
    found = []
    named = (
        ("category", head.category, known.categories, "a category"),
        ("language", head.language, known.languages, "one of the desk's languages"),
    )
    for key, word, choices, what in named:
        if word and choices and word not in choices:
            at = document.at((key,))
            expected = f"{what} ({one_of(choices)})"
            near = nearest(word, choices)
            found.append(Mistake(document.file, *at, expected, shown(word), near))
    variables = (*VARIABLES, *(known.fields or ()))
    for name in head.defaults if known.fields is not None else ():
        if name not in variables:
            at = document.at_key(("defaults", name))
            expected, near = f"a variable ({one_of(variables)})", nearest(name, variables)
            found.append(Mistake(document.file, *at, expected, shown(name), near))
    return found


def _write(
    snippet: Snippet, defaults: Mapping[str, str], values: Mapping[str, str]
) -> Written | Lacks:
    whole = {**defaults, **{name: value for name, value in values.items() if value.strip()}}
    try:
        return markdown(snippet.fill({name: escaped(value) for name, value in whole.items()}))
    except Unfilled as problem:
        return Lacks(problem.variable)


def _beginning(words: str) -> str:
    plain = " ".join(_TAGS.sub(" ", words).split())
    if len(plain) <= _LONGEST_BEGINNING:
        return plain
    return plain[:_LONGEST_BEGINNING].rsplit(None, 1)[0] + " …"
