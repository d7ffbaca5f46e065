"""What was opened beside a form: found by the form and the article, and gone once it was sent."""

from __future__ import annotations

from datetime import UTC, datetime

from maildesk.store.db import Database
from maildesk.store.desk import article_votes
from maildesk.store.desk.article_votes import Said

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def test_a_form_that_is_sent_takes_back_what_was_opened_beside_it(db: Database) -> None:
    with db.write() as conn:
        for form, slug in (("a1", "Paper"), ("a1", "toner"), ("a2", "paper"), ("A1", "paper")):
            article_votes.opened(conn, form, slug, "en", NOW)
    many = [f"other-{n}" for n in range(1200)]
    with db.read() as conn:
        assert article_votes.opened_beside(conn, "a3", ["paper", *many]) == []
        found = article_votes.opened_beside(conn, "a1", [*many, "paper", "Toner"])
    assert sorted(found) == ["a1.paper", "a1.toner"]
    with db.write() as conn:
        article_votes.was_sent(conn, found)
    with db.read() as conn:
        counts = article_votes.counts(conn)
    assert counts == {("paper", "en"): {Said.SPARED: 2}}
