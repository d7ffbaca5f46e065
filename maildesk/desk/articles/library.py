"""The library of articles: which there are, in which language, which of them the public may read,
and which fit what somebody asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from maildesk.desk.articles.search import Index
from maildesk.mail.html.article import destinations

if TYPE_CHECKING:
    from maildesk.desk.articles.article import Article


@dataclass(frozen=True)
class Library:
    """Every article of the desk, and the pictures that lie beside them."""

    articles: tuple[Article, ...] = ()
    pictures: frozenset[str] = frozenset()  # names below articles/
    in_acknowledgement: int = 3  # how many are named at most
    in_notifications: int = 3

    @cached_property
    def _by_slug(self) -> Mapping[str, Mapping[str, Article]]:
        found: dict[str, dict[str, Article]] = {}
        for one in self.articles:
            found.setdefault(one.slug.lower(), {})[one.language.lower()] = one
        return found

    @cached_property
    def public_pictures(self) -> frozenset[str]:
        """Those that an article shows which is public."""
        shown = (one.words for one in self.articles if one.is_public and "![" in one.words)
        named = (to for words in shown for to in destinations(words) if to.is_picture)
        return self.pictures & {to.written.removeprefix("./") for to in named}

    @cached_property
    def index(self) -> Index:
        """What is looked through, made when somebody first looks."""
        return Index(self.articles)

    def article(
        self, slug: str, languages: Sequence[str], *, public_only: bool = True
    ) -> Article | None:
        """The article of this name, in the first of these languages that it is in; else in another,
        None where there is none that may be read."""
        there = self.versions(slug, public_only=public_only)
        for language in map(str.lower, languages):
            if language in there:
                return there[language]
        return next(iter(there.values()), None)

    def versions(self, slug: str, *, public_only: bool = True) -> Mapping[str, Article]:
        """The article by its languages, in small letters."""
        found = self._by_slug.get(slug.lower(), {})
        return {key: one for key, one in found.items() if one.is_public or not public_only}

    def shelves(self, languages: Sequence[str]) -> list[tuple[str, list[Article]]]:
        """The public articles by category, each once, in the first of these languages that it is
        in; categories in the order of their names, what has none last."""
        found: dict[str, dict[str, Article]] = {}
        for one in self.articles:
            if one.is_public and (shown := self.article(one.slug, languages)) is not None:
                found.setdefault(shown.category, {})[shown.slug.lower()] = shown
        names = sorted(found, key=lambda name: (not name, name.casefold()))
        return [(name, in_order(found[name].values())) for name in names]

    def search(
        self, query: str, languages: Sequence[str], *, most: int = 20, public_only: bool = True
    ) -> list[Article]:
        """What fits these words best, each article once, in the reader's language if it is in
        that."""
        found = self.index.search(query, languages[0] if languages else "", public_only=public_only)
        return self._each_once(found, languages, most, public_only=public_only)

    def begun(self, subject: str, languages: Sequence[str], *, most: int) -> list[Article]:
        """What a subject may name that is still being written, of what is public and in one of
        these languages."""
        found = self.index.begun(subject)
        each = self._each_once(found, languages, len(self.articles), public_only=True)
        known = {one.lower() for one in languages}
        return [one for one in each if one.language.lower() in known][:most]

    def suggested(
        self,
        subject: str,
        text: str,
        languages: Sequence[str],
        *,
        most: int = 3,
        public_only: bool = True,
        in_these_only: bool = False,
    ) -> list[Article]:
        """What may help with a request of this subject and these words; nothing where nothing is
        like it enough. `in_these_only`: not what is in none of these languages."""
        if most < 1 or not self.articles:
            return []
        found = self.index.like(subject, text, public_only=public_only)
        each = self._each_once(found, languages, len(self.articles), public_only=public_only)
        known = {one.lower() for one in languages}
        return [one for one in each if not in_these_only or one.language.lower() in known][:most]

    def _each_once(
        self, found: Iterable[Article], languages: Sequence[str], most: int, *, public_only: bool
    ) -> list[Article]:
        names = dict.fromkeys(one.slug.lower() for one in found)
        shown = (self.article(name, languages, public_only=public_only) for name in names)
        return [one for one in shown if one is not None][:most]


def in_order(articles: Iterable[Article]) -> list[Article]:
    """By their titles, what is asked often first."""
    return sorted(articles, key=lambda one: (not one.is_faq, one.title.casefold(), one.slug))
