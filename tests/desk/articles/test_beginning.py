"""How an article begins, as lists tell it: without mark-up, and what a button is called apart."""

from __future__ import annotations

import pytest

from maildesk.desk.articles.article import Article


def begins(words: str) -> str:
    return Article("slug", "slug.md", "Title", "", "de", words).beginning


def test_the_name_of_a_button_keeps_its_marks() -> None:
    words = "1. Öffnen Sie [die Seite](https://a.example) und wählen Sie *Passwort vergessen?*\n"
    told = 'Öffnen Sie die Seite und wählen Sie "Passwort vergessen?" Dann warten Sie.'
    assert begins(f"{words}2. Dann warten Sie.\n") == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("**Important:** press *Save*.", 'Important: press "Save".'),
        ("* one\n* two *a* b", "one two a b"),
        ("2*3*4 and 5 * 6 * 7", "234 and 5  6  7"),
        (r"a \*star\* b", "a star b"),
    ],
)
def test_other_stars_are_no_names(words: str, told: str) -> None:
    assert begins(words) == " ".join(told.split())


def test_a_name_is_never_cut_in_two() -> None:
    told = begins("Long " * 30 + "press *Forgot the password once more* now.")
    assert told == ("Long " * 30 + "press …")
    assert begins("*" * 3000) == ""
