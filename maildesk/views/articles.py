"""The help articles with what readers said of them, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from maildesk.desk.articles.article import Article
from maildesk.store.desk.article_votes import Said
from maildesk.views.plain import Json, listed

Counts = Mapping[tuple[str, str], Mapping[Said, int]]


def by_name(articles: Iterable[Article]) -> list[Article]:
    """In the order in which they are listed."""
    return sorted(articles, key=lambda one: (one.slug.lower(), one.language.lower()))


def article_list(articles: Sequence[Article], counts: Counts) -> Json:
    """Each article in each language."""
    return listed("articles", [_article(one, counts) for one in articles])


def _article(one: Article, counts: Counts) -> Json:
    said = counts.get((one.slug.lower(), one.language), {})
    return {
        "slug": one.slug,
        "language": one.language,
        "title": one.title,
        "category": one.category,
        "public": one.is_public,
        "faq": one.is_faq,
        **{what.value: said.get(what, 0) for what in Said},
        "file": one.file,
    }
