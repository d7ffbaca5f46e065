"""The pages of the help centre as values: a large category has room on its pages."""

from __future__ import annotations

from dataclasses import replace

from maildesk.config.policy import load_policy
from maildesk.desk.articles.article import Article
from maildesk.desk.articles.library import Library
from maildesk.desk.policy import Policy
from maildesk.pipeline.pages import articles as centre
from maildesk.pipeline.pages.articles import Centre, Reader
from tests.stories.running_desk import ROOT

READER = Reader(("en", "de"))


def many(number: int, *, faq: int) -> Policy:
    """A desk with so many articles in one category."""
    made = tuple(
        Article(
            slug=f"a{n:04d}",
            file=f"articles/a{n:04d}.md",
            title=f"Article {n:04d}",
            category="Issues: Café & Küche",
            language="en",
            words="How it is done. " * 100,
            is_faq=n < faq,
        )
        for n in range(number)
    )
    return replace(load_policy(ROOT / "deploy" / "desk"), articles=Library(made))


def page(policy: Policy, number: int) -> Centre:
    found = centre.category(policy, READER, "issues-cafe-kuche", number)
    assert found is not None
    return found


def test_a_category_has_as_many_pages_as_it_needs_and_each_article_once() -> None:
    policy = many(200, faq=50)
    first = page(policy, 0)
    assert len(first.questions) == 20
    assert sum(len(one.html) for one in first.questions) < 25_000
    assert first.questions[0].html and not first.questions[-1].html
    assert first.before == "" and first.after == "/articles/issues-cafe-kuche/?page=2"
    seen, number = [one.href for one in first.questions], 0
    while True:
        shown = page(policy, number)
        assert shown.shelf is not None and shown.shelf.total == 200
        seen += [one.href for one in shown.shelf.entries]
        if not shown.after:
            break
        number += 1
    assert number == 2
    assert page(policy, 2).before == "/articles/issues-cafe-kuche/?page=2"
    assert len(seen) == len(set(seen)) == 200
    assert centre.category(policy, READER, "issues-cafe-kuche", 3) is None


def test_the_first_page_has_a_few_of_each_category() -> None:
    (shelf,) = centre.centre(many(200, faq=0), READER).shelves
    assert (shelf.name, len(shelf.entries), shelf.total) == ("Issues: Café & Küche", 6, 200)
