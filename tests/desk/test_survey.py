"""Scores and thank-yous, and what is neither: a customer's trouble is never filed as
satisfaction."""

from __future__ import annotations

import pytest

from maildesk.desk.survey import is_only_thanks, read_score


@pytest.mark.parametrize(
    ("reply", "score", "comment"),
    [
        ("4", 4, ""),
        ("4, thanks", 4, "thanks"),
        ("5 - perfect!", 5, "perfect!"),
        (" (3) ", 3, ""),
        ("5\n\nThank you very much", 5, "Thank you very much"),
        ("5 thanks", 5, "thanks"),
        ("4/5", 4, ""),
        ("4 / 5 but slow", 4, "but slow"),
        ("2 out of 5. Nobody called.", 2, "Nobody called."),
        ("3 von 5", 3, ""),
        ("5 stars!", 5, ""),
        ("1 star: never again", 1, "never again"),
        ("5 Sterne, danke", 5, "danke"),
        ("4 étoiles", 4, ""),
        ("★★★★☆", 4, ""),
        ("⭐⭐⭐ fine", 3, "fine"),
        ("⭐️⭐️⭐️⭐️", 4, ""),
        ("🌟🌟", 2, ""),
        ("> 5", 5, ""),
        ("1 - still broken", 1, "still broken"),
        ("5 - thanks, quick", 5, "thanks, quick"),
        ("5 – schnell und freundlich", 5, "schnell und freundlich"),
        ("4, aber es hat gedauert", 4, "aber es hat gedauert"),
        ("5: très rapide, merci", 5, "très rapide, merci"),
        ("4 - mais un peu lent", 4, "mais un peu lent"),
        ("5!\nSo quick.", 5, "So quick."),
        ("2\n\nIch musste dreimal anrufen.", 2, "Ich musste dreimal anrufen."),
        ("3.\nPas mal.", 3, "Pas mal."),
    ],
)
def test_a_score_is_read_with_and_without_the_surveys_address(
    reply: str, score: int, comment: str
) -> None:
    assert read_score(reply) == (score, comment)
    assert read_score(reply, survey=True) == (score, comment)


@pytest.mark.parametrize(
    ("reply", "score", "comment"),
    [
        ("5 servers are up again", 5, "servers are up again"),
        ("2. Nobody called me.", 2, "Nobody called me."),
    ],
)
def test_the_surveys_address_believes_any_leading_digit(
    reply: str, score: int, comment: str
) -> None:
    assert read_score(reply, survey=True) == (score, comment)
    assert read_score(reply) is None


@pytest.mark.parametrize(
    "reply",
    [
        "5 servers are still down",
        "1. The printer still fails\n2. So does the scanner",
        "1) it fails\n2) it smokes",
        "2, 3 and 4 are still broken",
        "1.12.2026 was the day it broke",
        "3-4 days is too long",
        "4.5 is the version that fails",
        "5:30 tomorrow suits me",
        "5x I tried",
        "5 of my devices still fail",
        "5 meiner Geräte gehen noch nicht",
        "5 de mes appareils ne marchent pas",
        "3 of 5 devices still fail",
        "3 von 5 Geräten gehen nicht",
        "3 sur 5 appareils sont en panne",
        "1 - the printer fails\n2 - the scanner fails",
        "1\nThe printer fails.\n2\nThe scanner fails.".replace("\n2\n", "\n2. "),
        "5,- Euro fehlen auf der Rechnung",
        "3-fach geprüft, geht nicht",
        "2 - 3 times a day it stops",
        "4 quick questions",
        "",
        "thanks",
    ],
)
def test_an_ordinary_answer_is_no_score(reply: str) -> None:
    assert read_score(reply) is None


@pytest.mark.parametrize(
    "reply", ["10/10", "0/5", "6", "0", "5/10", "-3", "12", "4.5", "45 minutes", "★", "nine"]
)
def test_what_is_not_one_to_five_is_no_score_even_for_a_survey(reply: str) -> None:
    found = read_score(reply, survey=True)
    assert found is None or (reply == "★" and found == (1, ""))


def test_the_subject_of_a_star_counts_where_the_body_says_nothing() -> None:
    assert read_score("", "Re: 5/5 [TKT-0007]", survey=True) == (5, "")
    assert read_score("Great help", "4 of 5", survey=True) == (4, "Great help")
    assert read_score("3", "5/5", survey=True) == (3, "")


def test_a_comment_is_kept_to_a_length_a_person_reads() -> None:
    found = read_score("4/5 " + "x" * 100_000)
    assert found is not None
    assert len(found[1]) == 4000


@pytest.mark.parametrize(
    "reply",
    [
        "Thanks!",
        "thank you very much",
        "Danke schön",
        "Vielen Dank für die schnelle Hilfe!",
        "ok",
        "Works, thanks :)",
        "Merci beaucoup",
        "Perfect.",
    ],
)
def test_a_thank_you_is_one(reply: str) -> None:
    assert is_only_thanks(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Help!",
        "support",
        "it is now",
        "Thanks, but it still fails",
        "Thanks. Is it solved?",
        "not solved",
        "Danke, aber nein",
        "thanks " * 11,
        "Thank you for calling me tomorrow",
        "👍",
    ],
)
def test_a_thank_you_with_anything_else_is_not_only_that(reply: str) -> None:
    assert not is_only_thanks(reply)
