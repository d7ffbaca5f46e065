"""Articles are found by what people type, and named where a request is like them."""

from __future__ import annotations

import random

import pytest

from maildesk.desk.articles.article import Article
from maildesk.desk.articles.library import Library
from maildesk.desk.articles.words import telling


def article(
    slug: str,
    title: str,
    words: str = "…",
    keywords: str = "",
    language: str = "en",
    **more: bool,
) -> Article:
    file = f"articles/{slug}.{language}.md"
    return Article(slug, file, title, "", language, words, tuple(keywords.split()), **more)


LIBRARY = Library((
    article("password", "How to set a new password", "Open the log-in page.", "log-in locked"),
    article("password", "Ein neues Passwort setzen", "Die Seite öffnen.", "gesperrt", "de"),
    article("password", "Choisir un nouveau mot de passe", "Ouvrez la page.", "connexion", "fr"),
    article("labels", "The printer skips labels", "Hold the feed button.", "blank gap"),
    article("rolls", "Which rolls fit which printer", "Narrow rolls, and wide ones for labels."),
    article("heat", "Überhitzte Drucker abkühlen lassen", "Zu heiß?", "Wärme", "de"),
    article("creases", "Étiquettes froissées", "Le papier.", "pliées", "fr"),
    article("invoices", "Where are my invoices?", "In your account.", "bill receipt"),
    article("refund", "Refund a customer", "Only seniors may.", "refund", is_public=False),
))  # fmt: skip


def found(query: str, language: str = "en") -> list[tuple[str, str]]:
    return [(one.slug, one.language) for one in LIBRARY.search(query, [language])]


def test_what_stands_in_a_title_comes_before_what_stands_in_the_text() -> None:
    assert [slug for slug, _ in found("labels")] == ["labels", "rolls"]


@pytest.mark.parametrize(
    ("query", "slug", "language"),
    [
        ("ueberhitzte drucker", "heat", "de"),
        ("uberhitzter DRUCKER", "heat", "de"),
        ("waerme", "heat", "de"),
        ("heiss", "heat", "de"),
        ("etiquette froissee", "creases", "fr"),
        ("d’étiquettes", "creases", "fr"),
        ("pasword", "password", "en"),
        ("passwrod", "password", "en"),
        ("invoces", "invoices", "en"),
        ("invo", "invoices", "en"),
        ("receipts", "invoices", "en"),
        ("gespert", "password", "de"),
    ],
)
def test_accents_endings_beginnings_and_slips_of_the_key_are_forgiven(
    query: str, slug: str, language: str
) -> None:
    assert found(query, language)[:1] == [(slug, language)]


def test_an_article_is_shown_in_the_readers_language_whichever_words_found_it() -> None:
    assert found("passwort", "fr") == [("password", "fr")]
    assert found("überhitzte", "fr") == [("heat", "de")]  # there is no other


def test_what_nothing_has_finds_nothing() -> None:
    for query in ("", "  ", "xylophone", "<script>alert(1)</script>", "%_'\"", "a" * 10_000, "\0"):
        assert found(query) == [], query


def test_internal_articles_are_found_for_agents_alone() -> None:
    assert found("refund") == []
    assert [one.slug for one in LIBRARY.search("refund", ["en"], public_only=False)] == ["refund"]
    assert LIBRARY.article("refund", ["en"]) is None
    assert all(one.slug != "refund" for _, shelf in LIBRARY.shelves(["en"]) for one in shelf)


@pytest.mark.parametrize(
    ("subject", "text", "slugs"),
    [
        ("Label printer prints blank", "Since yesterday every second one.", ["labels"]),
        ("Hello", "I cannot log in, my password is not accepted.", ["password"]),
        ("Frage", "Mein Passwort geht nicht mehr", ["password"]),
        ("Password", "", ["password"]),
        ("Invoice", "Please send me the one of May.", ["invoices"]),
        ("Delivery", "When does my parcel come?", []),
        ("Our meeting", "Thank you for your time. By the way, the printer was a hit.", []),
        ("Refund", "I want my money back", []),
        ("", "", []),
    ],
)
def test_what_is_like_a_request_is_named_and_nothing_else(
    subject: str, text: str, slugs: list[str]
) -> None:
    assert [one.slug for one in LIBRARY.suggested(subject, text, ["en"])] == slugs


def test_a_customer_may_be_named_only_what_they_can_read() -> None:
    def named(language: str) -> list[str]:
        found = LIBRARY.suggested("Printer", "", [language], in_these_only=True)
        return [one.slug for one in found]

    assert named("en") == ["labels", "rolls"]
    assert named("fr") == []
    assert LIBRARY.suggested("Printer", "", ["en"], most=0) == []


def test_a_thousand_articles_are_told_apart_by_what_few_of_them_have() -> None:
    rng = random.Random(7)
    made = ["".join(rng.choices("abcdefgiklmnoprstu", k=7)) for _ in range(3000)]
    many = tuple(
        article(f"a{n}", " ".join(rng.choices(made, k=5)), " ".join(rng.choices(made, k=80)))
        for n in range(1000)
    )
    library = Library((*many, article("one", "The zygote manual")))
    assert [one.slug for one in library.search("zygotte", ["en"])] == ["one"]
    for one in rng.sample(many, 20):
        assert one.slug in [other.slug for other in library.search(one.title, ["en"])][:1]


def test_words_that_say_nothing_count_only_where_there_is_no_other() -> None:
    assert telling("How do I reset it?") == ["reset"]
    assert telling("how do") == ["how", "do"]
    assert telling("how do", at_least=False) == []
