"""Ratings of the page in the conversation: those that follow each other are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maildesk.desk.pages.told_scores import (
    Rating,
    counted,
    message_id_of,
    rating_by_mail,
    rating_of,
    told,
)

KIM, LEE = "Kim@customer.example", "lee@customer.example"
ID = message_id_of("0123456789abcdef", 3, "0123456789", "desk.example")
Said = tuple[str, str, str]


@dataclass(frozen=True)
class Step:
    """What happened to a ticket."""

    what: str
    detail: dict[str, Any]


def read(one: Said) -> Rating | None:
    message_id, who, text = one
    return rating_of(message_id, who, text)


def folded(*messages: Said) -> list[tuple[str, int]]:
    """Each message that is left, and what it was before."""
    return [(one[2], rating.before if rating else -1) for one, rating in told(messages, read)]


def test_of_ratings_that_follow_each_other_the_last_stands_with_what_it_was() -> None:
    slow, good = (ID, KIM, "2/5\n\nSlow."), (ID, KIM.lower(), "5/5\r\n\r\nMended.\n\nKim")
    assert folded(slow, good) == [(good[2], 2)]
    assert folded(slow, (ID, KIM, "2/5\n\nVery slow.")) == [("2/5\n\nVery slow.", 0)]
    assert folded(slow, good, (ID, KIM, "5/5")) == [("5/5", 2)]
    assert folded(slow, good, (ID, KIM, "2/5")) == [("2/5", 5)]
    ((_, rating),) = told([slow, good], read)
    assert rating == Rating(KIM.lower(), 5, "Mended.\n\nKim", 2)


def test_what_somebody_else_gave_or_what_stands_between_folds_nothing() -> None:
    slow, good, words = (ID, KIM, "2/5"), (ID, KIM, "5/5"), ("a@b.example", KIM, "It jams.")
    assert folded(slow, words, good) == [("2/5", 0), ("It jams.", -1), ("5/5", 0)]
    assert folded(slow, (ID, LEE, "5/5")) == [("2/5", 0), ("5/5", 0)]


def test_by_mail_that_is_one_which_the_history_counts() -> None:
    history = [
        Step("received", {"message": 1}),
        Step("received", {"message": 3}),
        Step("score_doubtful", {"score": "2"}),
        Step("scored", {"score": 5}),
        Step("received", {"message": 5}),
        Step("score_ignored", {"score": "1"}),
        Step("status", {"to": "closed"}),
    ]
    assert counted(history) == {3}
    assert counted([Step("scored", {"score": 5})]) == frozenset()
    assert rating_by_mail("4, thanks", "Survey", KIM) == Rating(KIM.lower(), 4, "thanks")
    assert rating_by_mail("", "3/5", KIM) == Rating(KIM.lower(), 3, "")
    assert rating_by_mail("Hello", "", KIM) is None


def test_a_mail_that_only_looks_like_one_is_none() -> None:
    for message_id, text in (
        ("a.survey@desk.example", "2/5"),
        (f"x{ID}", "2/5"),
        (ID, "2/5 of it is done, and the rest?"[3:]),
        (ID, "6/5"),
        (ID, "Hello\n2/5"),
    ):
        assert rating_of(message_id, KIM, text) is None
