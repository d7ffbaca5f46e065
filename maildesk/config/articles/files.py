"""`articles/*.md`: the articles of the help centre, Markdown below a front matter of YAML.

---
title: How to set a new password
category: account
language: de                # else as the file's name has it (reset-password.de.md), else the first
keywords: [log-in, account, locked out]
visible: internal           # else public
faq: yes                    # among those that its category is asked most
slug: reset-password        # else the name of the file; the same article in each language
---
Open [the log-in page](https://desk.example/login) … see [roles](roles.md), ![the page](login.png)

Pictures lie beside them, or in folders below; links name another article's file or slug.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from maildesk.config.articles.section import ArticlesSection
from maildesk.config.kinds import Line, Section, YesNo
from maildesk.config.mistakes import nearest, one_of, shown
from maildesk.config.models import DeskFile
from maildesk.config.replies.front_matter import Parts, header_of, parts_of
from maildesk.config.yaml import Document
from maildesk.desk.articles.article import Article
from maildesk.desk.articles.library import Library
from maildesk.errors import Mistake
from maildesk.mail.html.article import destinations

FOLDER = "articles"
LARGEST = 5 * 1024 * 1024  # octets of a picture
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_SLUG = re.compile(r"[^\W_][\w-]{0,79}")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_OURS = re.compile(r"(?:/articles/|(?:\./)?)([\w-]+?)(?:\.[A-Za-z]{2,3}(?:-[A-Za-z]+)?)?(?:\.md)?")


def _slug(value: str) -> str:
    if value and not _SLUG.fullmatch(value):
        raise ValueError("a name such as reset-password: letters, digits, - and _")
    return value


def _several(value: object) -> object:
    """`a, b` is a list, too."""
    return [one.strip() for one in value.split(",")] if isinstance(value, str) else value


class FrontMatter(Section):
    """What stands between the two lines of dashes."""

    title: Line = ""
    category: Line = ""
    language: Line = ""
    keywords: Annotated[
        list[Line],
        BeforeValidator(_several),
        WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}}),
    ] = Field(default_factory=list)
    visible: Literal["public", "internal"] = "public"
    faq: YesNo = False
    slug: Annotated[str, AfterValidator(_slug)] = ""


@dataclass(frozen=True)
class _Read:
    """A file that was understood, and where its words begin."""

    article: Article
    line: int


def article_files(folder: Path) -> list[Path]:
    """Everything below the folder that is meant as an article or a picture of one."""
    there = folder / FOLDER
    return [
        path
        for path in (sorted(there.rglob("*")) if there.is_dir() else ())
        if path.name[0] not in ".#" and path.name[-1] != "~" and path.is_file()
    ]


def is_picture(path: Path) -> bool:
    """Whether it is one by its name."""
    return path.suffix.lower() in PICTURES


def read_articles(folder: Path, desk: DeskFile | None) -> tuple[Library, list[Mistake]]:
    """Every article, and every mistake in them."""
    found: list[_Read] = []
    pictures: set[str] = set()
    mistakes: list[Mistake] = []
    for path in article_files(folder):
        name = str(path.relative_to(folder))
        if is_picture(path):
            pictures.add(str(path.relative_to(folder / FOLDER)))
            if (size := path.stat().st_size) > LARGEST:
                mistakes.append(Mistake(name, 1, 1, "at most 5 MB", f"{size} bytes"))
        elif path.suffix != ".md" or path.parent != folder / FOLDER:
            expected = f"an article such as {FOLDER}/{path.stem}.md, or a picture ({PICTURES[0]} …)"
            mistakes.append(Mistake(name, 1, 1, expected, shown(name), f"{FOLDER}/{path.stem}.md"))
        else:
            one, wrong = _read(path, name, desk)
            mistakes += wrong
            if one is not None:
                mistakes += _again(one.article, (other.article for other in found))
                found.append(one)
    section = desk.articles if desk is not None else ArticlesSection()
    library = Library(
        tuple(one.article for one in found),
        frozenset(pictures),
        section.in_acknowledgement,
        section.in_notifications,
    )
    if not mistakes:
        mistakes += (wrong for one in found for wrong in _dead(one, library))
    return library, mistakes


def led_to(written: str) -> str | None:
    """The slug that a link leads to; None where it leads anywhere else than to an article."""
    if not written or written[0] == "#" or _ELSEWHERE.match(written):
        return None
    path = written.partition("#")[0].partition("?")[0]
    found = _OURS.fullmatch(path)
    return found[1] if found else path


def _again(one: Article, others: Iterable[Article]) -> list[Mistake]:
    """A slug is there once in a language."""
    key = (one.slug.lower(), one.language.lower())
    for other in others:
        if (other.slug.lower(), other.language.lower()) == key:
            found = f'"{one.slug}" in {one.language} again (first in {other.file})'
            return [Mistake(one.file, 1, 1, "each slug once in a language", found)]
    return []


def _read(path: Path, name: str, desk: DeskFile | None) -> tuple[_Read | None, list[Mistake]]:
    parts, mistakes = parts_of(path, name)
    if parts is None:
        return None, mistakes
    head, mistakes = header_of(FrontMatter, parts)
    if head is None:
        return None, mistakes
    if parts.head is not None:
        mistakes += _unknown(head, parts.head, desk)
    languages = tuple(desk.languages) if desk is not None else ()
    stem, _, tag = path.stem.rpartition(".")
    own = next((one for one in languages if stem and one.lower() == tag.lower()), "")
    slug = head.slug or (stem if own else path.stem)
    mistakes += _lacking(head, parts, slug, name)
    article = Article(
        slug=slug,
        file=name,
        title=head.title.strip(),
        category=head.category,
        language=head.language or own or (languages or ("en",))[0],
        words=parts.words.strip("\n"),
        keywords=tuple(one for one in head.keywords if one.strip()),
        is_public=head.visible == "public",
        is_faq=head.faq,
    )
    begins = parts.line + len(parts.words) - len(parts.words.lstrip("\n"))
    return (None if mistakes else _Read(article, begins)), mistakes


def _lacking(head: FrontMatter, parts: Parts, slug: str, name: str) -> Iterator[Mistake]:
    if not head.title.strip():
        line = parts.head.at_key(("title",))[0] if parts.head is not None else 1
        yield Mistake(name, line, 1, "title: what the article is called", "none")
    if not _SLUG.fullmatch(slug):
        expected = "a slug: in the front matter, or a file name such as reset-password.md"
        yield Mistake(name, 1, 1, expected, shown(slug))
    if not parts.words.strip():
        yield Mistake(name, parts.last_line, 1, "the words of the article", "none")


def _unknown(head: FrontMatter, document: Document, desk: DeskFile | None) -> list[Mistake]:
    """What it names and the desk does not have."""
    found = []
    named = (
        ("category", head.category, desk.categories if desk else (), "a category"),
        ("language", head.language, desk.languages if desk else (), "one of the desk's languages"),
    )
    for key, word, choices, what in named:
        if word and choices and word not in choices:
            at = document.at((key,))
            expected = f"{what} ({one_of(choices)})"
            near = nearest(word, choices)
            found.append(Mistake(document.file, *at, expected, shown(word), near))
    return found


def _dead(one: _Read, library: Library) -> Iterator[Mistake]:
    """Links and pictures that lead nowhere, and those of a public article to an internal one."""
    article = one.article
    for line, written, is_a_picture in destinations(article.words):
        wrong: Mistake | None = None
        if is_a_picture:
            if written.removeprefix("./") not in library.pictures:
                near = nearest(written, sorted(library.pictures))
                expected = f"a picture in {FOLDER}/"
                wrong = Mistake(article.file, line, 1, expected, shown(written), near)
        elif (slug := led_to(written)) is not None:
            versions = library.versions(slug, public_only=article.is_public)
            if not versions:
                is_internal = bool(library.versions(slug, public_only=False))
                expected = "an article that is public" if is_internal else "an article"
                slugs = sorted({other.slug for other in library.articles})
                near = "" if is_internal else nearest(slug, slugs)
                wrong = Mistake(article.file, line, 1, expected, shown(written), near)
        if wrong is not None:
            yield replace(wrong, line=one.line + line - 1)
