"""The pages of the help centre as values: shelves of articles, one article, what was found.

Only what is public is ever here. Addresses keep the language that a reader asked for (`?in=de`);
who asked for none gets what their browser likes best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from maildesk.config.articles.files import led_to
from maildesk.desk.articles.words import dashed
from maildesk.mail.html.article import article_page
from maildesk.mail.html.sanitize import NOTHING, SafeHtml
from maildesk.mail.invisible import isolated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maildesk.desk.articles.article import Article
    from maildesk.desk.policy import Policy

BASE = "/articles/"
PICTURE = f"{BASE}picture/"
NO_CATEGORY = "-"
FEW, MANY, MOST_FOUND = 6, 60, 20  # of a shelf on the first page, of a category, found
_MOST_ASKED = 20  # questions that unfold; others stand below them
_LONGEST_ANSWER, _ROOM = 4_000, 24_000  # characters of a question that is answered at once; of all
_LONGEST_QUERY = 200
_FOUND_BY_SUBJECT = 2  # beside the web form
_TABLE = "<table"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their languages, best first, and the one that they asked for by name."""

    languages: tuple[str, ...]
    asked: str = ""

    def path(self, path: str, **more: str) -> str:
        """The address of a page of the help centre, in the language they asked for."""
        query = {key: value for key, value in {**more, "in": self.asked}.items() if value}
        return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a list. `language`: where it is another than the page's; `html`: all of it."""

    title: str
    href: str
    beginning: str
    language: str
    is_faq: bool = False
    html: SafeHtml = NOTHING


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of a category, or the first of them."""

    name: str
    href: str
    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The page in another language."""

    code: str
    href: str


@dataclass(frozen=True, slots=True)
class Centre:
    """The first page, a category, or what was found; `notice`: what there was not."""

    home: str
    asked: str
    query: str = ""
    is_search: bool = False
    shelves: tuple[Shelf, ...] = ()
    shelf: Shelf | None = None
    found: tuple[Entry, ...] = ()
    questions: tuple[Entry, ...] = ()
    before: str = ""
    after: str = ""
    notice: str = ""
    others: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One article."""

    title: str
    language: str
    html: SafeHtml
    home: str
    href: str
    category: str = ""
    shelf: str = ""
    yes: str = ""
    no: str = ""
    canonical: str = ""
    plain: str = ""
    solved: str = ""  # where the form goes that closes the request; and what belongs to it
    once: str = ""
    reference: str = ""
    back: str = ""
    is_over: bool = False  # nothing of it can be closed by its reader
    is_closed: bool = False  # it is
    asks_code: bool = False
    notice: str = ""
    has_table: bool = False  # which may be wider than the page, and is moved sideways by keys
    others: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether an article helped: the form, or thanks for it."""

    title: str
    href: str
    home: str
    action: str = ""
    once: str = ""
    say: str = "yes"
    notice: str = ""
    is_thanks: bool = False


def centre(policy: Policy, reader: Reader, notice: str = "") -> Centre:
    """The first page: every category with its first articles."""
    shelves = policy.articles.shelves(reader.languages)
    made = tuple(_shelf(name, found, reader, FEW) for name, found in shelves)
    home = reader.path(BASE)
    return Centre(home, reader.asked, shelves=made, notice=notice, others=_others(policy, BASE))


def category(policy: Policy, reader: Reader, slug: str, page: int) -> Centre | None:
    """The page of a category, its frequent questions first; None where there is none."""
    shelves = policy.articles.shelves(reader.languages)
    found = next(((name, these) for name, these in shelves if category_slug(name) == slug), None)
    if found is None:
        return None
    name, articles = found
    frequent = [one for one in articles if one.is_faq][:_MOST_ASKED]
    asked = {one.slug for one in frequent}
    rest = [one for one in articles if one.slug not in asked]
    frequent = frequent if page == 0 else []
    these = rest[page * MANY : (page + 1) * MANY]
    if page and not these:
        return None
    path = f"{BASE}{slug}/"
    entries = tuple(_entry(one, reader) for one in these)
    return Centre(
        reader.path(BASE),
        reader.asked,
        shelf=Shelf(name, reader.path(path), entries, len(articles)),
        questions=tuple(_answered(policy, frequent, reader)),
        before=reader.path(path, page=str(page) if page > 1 else "") if page else "",
        after=reader.path(path, page=str(page + 2)) if len(rest) > (page + 1) * MANY else "",
        others=_others(policy, path),
    )


def is_category(policy: Policy, slug: str) -> bool:
    """Whether a category with something to read is called so."""
    public = (one.category for one in policy.articles.articles if one.is_public)
    return any(category_slug(name) == slug for name in dict.fromkeys(public))


def found(policy: Policy, reader: Reader, query: str) -> Centre:
    """What fits these words."""
    asked = " ".join(query[:_LONGEST_QUERY].split())
    articles = policy.articles.search(asked, reader.languages, most=MOST_FOUND)
    entries = tuple(_entry(one, reader) for one in articles)
    shown = isolated(asked)
    return Centre(reader.path(BASE), reader.asked, query=shown, is_search=True, found=entries)


def page_of(policy: Policy, reader: Reader, article: Article, public_url: str) -> ArticlePage:
    """The page of an article."""
    path = article_path(article)
    html = html_of(policy, reader, article)
    versions = policy.articles.versions(article.slug)
    others = tuple(
        Choice(one, f"{public_url}{path}?in={one}")
        for one in policy.languages
        if one.lower() in versions and len(versions) > 1
    )
    shelf = reader.path(f"{BASE}{category_slug(article.category)}/") if article.category else ""
    return ArticlePage(
        title=isolated(article.title),
        language=article.language,
        html=html,
        has_table=_TABLE in html,
        home=reader.path(BASE),
        href=reader.path(path),
        category=article.category,
        shelf=shelf,
        yes=reader.path(f"{path}/helpful", say="yes"),
        no=reader.path(f"{path}/helpful", say="no"),
        canonical=f"{public_url}{path}?in={article.language}",
        plain=f"{public_url}{path}",
        others=others,
    )


def html_of(policy: Policy, reader: Reader, article: Article) -> SafeHtml:
    """The words of an article, its links within the help centre led to its pages."""
    library = policy.articles

    def link(written: str) -> str:
        slug = led_to(written)
        if slug is None:
            return written
        to = library.article(slug, reader.languages)
        return reader.path(article_path(to)) if to is not None else ""

    def picture(written: str) -> str:
        name = written.removeprefix("./")
        return PICTURE + quote(name) if name in library.public_pictures else ""

    return article_page(article.words, link, picture)


def article_path(article: Article) -> str:
    """Where an article is, in the language of whoever looks."""
    return BASE + quote(article.slug)


def category_slug(name: str) -> str:
    """A category as it stands in an address."""
    return dashed(name) or NO_CATEGORY


def _shelf(name: str, articles: list[Article], reader: Reader, most: int) -> Shelf:
    href = reader.path(f"{BASE}{category_slug(name)}/")
    entries = tuple(_entry(one, reader) for one in articles[:most])
    return Shelf(name, href, entries, len(articles))


def _answered(policy: Policy, articles: Iterable[Article], reader: Reader) -> Iterable[Entry]:
    """Questions with their answers, as far as there is room for them."""
    room = _ROOM
    for one in articles:
        html = (
            html_of(policy, reader, one)
            if len(one.words) <= min(_LONGEST_ANSWER, room)
            else NOTHING
        )
        is_short = len(html) <= min(_LONGEST_ANSWER, room) and _TABLE not in html
        room -= len(html) if is_short else 0
        yield _entry(one, reader, html if is_short else NOTHING)


def suggested(policy: Policy, reader: Reader, subject: str, text: str) -> tuple[Entry, ...]:
    """What may help with such a request, of what is public and in their language: what is like it,
    else what its subject may be on the way to. A mail names the former alone; here somebody is
    still writing, and slips of the key are not mended yet."""
    library, languages = policy.articles, reader.languages
    found = library.suggested(subject, text, languages, in_these_only=True)
    found = found or library.begun(subject, languages, most=_FOUND_BY_SUBJECT)
    return tuple(_entry(one, reader) for one in found)


def _entry(one: Article, reader: Reader, html: SafeHtml = NOTHING) -> Entry:
    other = one.language if one.language.lower() != reader.languages[0].lower() else ""
    href = reader.path(article_path(one))
    title, beginning = isolated(one.title), isolated(one.beginning)
    return Entry(title, href, beginning, other, one.is_faq, html)


def _others(policy: Policy, path: str) -> tuple[Choice, ...]:
    """The same page in each language in which there is something to read."""
    there = {one.language.lower() for one in policy.articles.articles if one.is_public}
    codes = [one for one in policy.languages if one.lower() in there]
    return tuple(Choice(one, f"{path}?in={one}") for one in codes) if len(codes) > 1 else ()
