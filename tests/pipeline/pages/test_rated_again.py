"""The form of the stars sent again and again: what is one score, and what is another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from maildesk.intake import Intake
from maildesk.pipeline.pages.visitors import Visitor
from maildesk.pipeline.receive import receive
from maildesk.store.desk import tickets
from maildesk.web import stars
from maildesk.web.forms import Once
from tests.pipeline.pages.test_page_scores import HOME, KIM, SCANNER, doubtful, resolved
from tests.pipeline.place import Place

Rates = Callable[..., int]


@pytest.fixture
def rates(both: Place) -> Rates:
    """Kim presses the button of one form, with this star."""
    resolved(both)
    services, form = both.services, Once("0123456789abcdef", False, 30)
    intake = Intake(services.db, services.blobs, services.kick, services.now)

    def press(score: int, comment: str = "", peer: str = HOME) -> int:
        with services.db.read() as conn:
            ticket = tickets.ticket(conn, 1, services.keeper.current.policy)
        assert ticket is not None
        person = ticket.part_of(KIM)
        assert person is not None
        who = Visitor("", 1, person, KIM, ticket, False, date(2099, 1, 1))
        return stars.rated(services, intake, who, score, comment, form, peer)

    return press


def given(place: Place) -> list[int]:
    return [row.detail["score"] for row in place.rows("history", what="scored")]


def test_the_last_choice_counts_where_none_is_filed_yet(both: Place, rates: Rates) -> None:
    five, again = rates(5, "Well."), rates(5, "Well.")
    assert five == again
    four, back = rates(4, "Well."), rates(5, "Well.")
    assert len({five, four, back}) == 3
    receive(both.services)
    assert given(both) == [5, 4, 5]


def test_what_stands_is_not_filed_again(both: Place, rates: Rates) -> None:
    for score in (5, 5, 4, 5, 5):
        rates(score)
        receive(both.services)
    assert given(both) == [5, 4, 5]


def test_the_end_of_a_long_comment_is_a_change_of_it(both: Place, rates: Rates) -> None:
    for end in ("a", "b", "b"):
        rates(5, "x" * 600 + end)
        receive(both.services)
    assert given(both) == [5, 5]
    assert both.row("tickets", 1).comment.endswith("b")


def test_a_doubtful_one_that_is_sent_twice_is_one(both: Place, rates: Rates) -> None:
    rates(5)
    receive(both.services)
    for _ in range(2):
        rates(1, "No.", SCANNER)
        receive(both.services)
    assert doubtful(both) == [("1", "198.51.100.0/24")]
    rates(5)
    receive(both.services)
    assert both.row("tickets", 1).score == 5
