"""Scores of the page of the stars, as the desk files them: the person's own counts, a program's is
kept beside it."""

from __future__ import annotations

import itertools
from typing import Any

from maildesk.mail.message import Envelope
from maildesk.pipeline.classification.page_score import DOOR, OPEN_FOR
from maildesk.pipeline.receive import receive
from maildesk.store import records, spool
from maildesk.store.desk import tickets
from maildesk.store.secrets import proved_networks
from maildesk.views import tickets as views
from tests.pipeline.place import Place, mail
from tests.pipeline.test_who_speaks import score, surveyed

KIM, BEN = "kim@customer.example", "ben@desk.example"
HOME, PHONE, SCANNER = "203.0.113.77", "192.0.2.5", "198.51.100.9"
_numbers = itertools.count()


def rates(
    place: Place, stars: str, words: str, peer: str, *, open_for: int = 30, via: str = DOOR
) -> Any:
    """A score, as the page spools it."""
    raw = mail(
        words,
        From=KIM,
        To=stars,
        Subject="Rating",
        Message_ID=f"<p{next(_numbers)}.survey@desk.example>",
        **{OPEN_FOR: str(open_for)},
    )
    with place.services.db.write() as conn:
        envelope = Envelope(KIM, (stars,), via, peer)
        (row_id,) = spool.accept(conn, place.services.blobs, [(raw, envelope)], place.now)
    receive(place.services)
    return place.row("spool", row_id)


def resolved(place: Place) -> str:
    """The address of the stars, a quarter of an hour after they were mailed."""
    stars = surveyed(place)
    place.later(900)
    return stars


def doubtful(place: Place) -> list[tuple[str, str]]:
    found = place.rows("history", what="score_doubtful")
    return [(str(row.detail["score"]), row.detail["network"]) for row in found]


def test_the_persons_score_stands_whoever_presses_after_them(both: Place) -> None:
    stars = resolved(both)
    assert rates(both, stars, "5/5\n\nQuick.", HOME).outcome == "threaded"
    both.later(3)
    rates(both, stars, "1/5", SCANNER, open_for=0)
    row = both.row("tickets", 1)
    assert (row.score, row.comment, row.status) == (5, "Quick.", "resolved")
    assert doubtful(both) == [("1", "198.51.100.0/24")]
    assert [one.reply for one in both.rows("messages", direction="in")][1:] == ["5/5\n\nQuick."]
    assert both.rows("outbox", purpose="survey_thanks") == []


def test_a_program_that_was_first_gives_way(both: Place) -> None:
    stars = resolved(both)
    rates(both, stars, "1/5", SCANNER, open_for=1)
    assert both.row("tickets", 1).score == 1
    both.later(20)
    rates(both, stars, "4/5", HOME)
    assert both.row("tickets", 1).score == 4
    assert doubtful(both) == [("1", "198.51.100.0/24")]


def test_a_network_with_a_code_is_believed_before_any_other(both: Place) -> None:
    stars = resolved(both)
    rates(both, stars, "1/5", SCANNER)
    with both.services.db.write() as conn:
        proved_networks.remember(conn, KIM, "203.0.113.0/24", both.now)
        proved_networks.remember(conn, KIM, "203.0.113.0/24", both.now)
        proved_networks.remember(conn, "lee@customer.example", "192.0.2.0/24", both.now)
    rates(both, stars, "3/5", PHONE)
    rates(both, stars, "5/5", HOME, open_for=1)
    assert both.row("tickets", 1).score == 5
    assert doubtful(both) == [("3", "192.0.2.0/24"), ("1", "198.51.100.0/24")]
    with both.services.db.read() as conn:
        later = both.now.replace(year=both.now.year + 1)
        assert proved_networks.of(conn, KIM, later) == frozenset()


def test_it_is_changed_for_a_day_from_anywhere_after_an_hour(place: Place) -> None:
    stars = resolved(place)
    for words, peer, seconds in (("2/5", HOME, 0), ("3/5", HOME, 30), ("4/5", PHONE, 3700)):
        place.later(seconds)
        rates(place, stars, words, peer)
    assert (place.row("tickets", 1).score, doubtful(place)) == (4, [])
    place.later(24 * 3600)
    rates(place, stars, "1/5", HOME)
    assert place.row("tickets", 1).score == 4
    assert [row.detail for row in place.rows("history", what="score_ignored")] == [{"score": "1"}]


def test_who_is_doubted_is_believed_by_mail(place: Place) -> None:
    stars = resolved(place)
    rates(place, stars, "1/5", SCANNER)
    rates(place, stars, "5/5", HOME)
    assert doubtful(place) == [("5", "203.0.113.0/24")]
    score(place, stars, "5")
    assert place.row("tickets", 1).score == 5
    assert len(place.rows("outbox", purpose="survey_thanks")) == 1


def test_only_a_page_of_ours_says_that_it_is_one(place: Place) -> None:
    stars = resolved(place)
    rates(place, stars, "5/5", HOME, via="smtp")
    rates(place, stars, "1/5", SCANNER, via="smtp")
    assert (place.row("tickets", 1).score, doubtful(place)) == (1, [])  # corrected once, by mail
    assert "network" not in place.rows("history", what="scored")[0].detail


def test_all_words_of_a_page_are_the_persons(place: Place) -> None:
    stars = resolved(place)
    rates(place, stars, "4/5\n\n5 days is long.\n\nOn Monday Ben wrote:\n> soon\n-- \nKim", HOME)
    said = "5 days is long.\n\nOn Monday Ben wrote:\n> soon\n-- \nKim"
    assert place.row("tickets", 1).comment == said


def test_agents_see_a_doubtful_score_apart(place: Place) -> None:
    stars = resolved(place)
    rates(place, stars, "5/5", HOME)
    before = len(place.letters(BEN))
    rates(place, stars, "2/5\n\nNobody called me.", SCANNER)
    (told,) = place.letters(BEN)[before:]
    text = told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "gave 2 of 5 stars" in text
    assert "may be a program that looks at mail, and is not counted" in text
    assert "Nobody called me." in text
    place.answer(BEN, "#show\n#history")
    shown = place.letters(BEN)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Rating          5 of 5" in shown
    assert "Doubtful        2 of 5, not counted" in shown
    assert "rating doubtful, not counted: 2 of 5; Nobody called me.; 198.51.100.0/24" in shown
    policy = place.services.keeper.current.policy
    with place.services.db.read() as conn:
        ticket = tickets.ticket(conn, 1, policy)
        assert ticket is not None
        found = views.ticket(ticket, (), records.history(conn, 1), ())
    assert found["satisfaction"] == {"score": 5, "comment": ""}
    assert [(one["score"], one["comment"], one["network"]) for one in found["doubtful_scores"]] == [
        (2, "Nobody called me.", "198.51.100.0/24")
    ]
