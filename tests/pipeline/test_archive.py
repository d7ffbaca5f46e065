"""`#archive`: a ticket that is over leaves the lists, and comes back when it is taken up again."""

from __future__ import annotations

import pytest

from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.store.queries import ticket_queries
from tests.pipeline.place import Place, mail, words
from tests.pipeline.test_readers import BEN, KIM, answered, opened, writes


def listed(place: Place, query: str) -> list[str]:
    """The tickets of this query, as every door asks."""
    policy = place.services.keeper.current.policy
    asked = parse(query, Asker(policy, place.services.now(), None))
    with place.services.db.read() as conn:
        page = ticket_queries.find(conn, asked, EVERYTHING, policy)
        counts = ticket_queries.counts(conn, asked.filter, EVERYTHING, policy)
    assert sum(counts.by_status.values()) == len(page.tickets)
    return [one.reference for one in page.tickets]


def archived(place: Place, first: str = "#close") -> None:
    opened(place)
    answered(place, first)
    place.answer(BEN, "#archive")


def test_it_is_in_no_list_that_does_not_ask_for_it(place: Place) -> None:
    archived(place)
    place.receive(mail("Another jam.", From="lee@x.example"), "lee@x.example")
    for query in ("", "jam", "jams OR jam", "status:closed", "from:kim", "-label:vip"):
        assert "TKT-0001" not in listed(place, query), query
    for query in ("is:archived", "is:archived jams", "ref:1", "-is:archived OR is:archived"):
        assert "TKT-0001" in listed(place, query), query
    assert listed(place, "is:archived status:closed") == ["TKT-0001"]


def test_the_receipt_says_so_and_undo_takes_it_back(place: Place) -> None:
    archived(place)
    told = words(place.letters(BEN)[-1])
    assert "Archived: archived (before: not archived)" in told
    assert [one.detail for one in place.rows("history", what="archived")] == [
        {"from": "", "to": "yes"}
    ]
    place.answer(BEN, "#undo")
    assert not place.row("tickets", 1).archived
    assert listed(place, "jams") == ["TKT-0001"]


def test_unarchive_brings_it_back_once(place: Place) -> None:
    archived(place)
    place.answer(BEN, "#unarchive")
    assert not place.row("tickets", 1).archived
    place.answer(BEN, "#UNARCHIVE")
    assert "it is not archived" in words(place.letters(BEN)[-1])


def test_a_ticket_that_is_not_over_is_not_archived(place: Place) -> None:
    opened(place)
    place.answer(BEN, "#archive")
    assert not place.row("tickets", 1).archived
    assert "cannot be archived" in words(place.letters(BEN)[-1])


def test_closed_and_archived_by_one_mail(place: Place) -> None:
    opened(place)
    answered(place, "#close\n#archive\nBought a new one.")
    row = place.row("tickets", 1)
    assert (row.status, row.archived) == ("closed", True)


def test_a_customers_answer_that_reopens_it_brings_it_back(place: Place) -> None:
    archived(place, "#resolve\nPull it out.")
    writes(place, KIM, "It jams again.")
    row = place.row("tickets", 1)
    assert (row.status, row.archived) == ("in_progress", False)
    assert listed(place, "") == ["TKT-0001"]


def test_thanks_alone_leave_it_where_it_is(place: Place) -> None:
    archived(place, "#resolve\nPull it out.")
    writes(place, KIM, "Thank you!")
    row = place.row("tickets", 1)
    assert (row.status, row.archived) == ("resolved", True)


@pytest.mark.parametrize("line", ["#list archived", "#liste archiviert", "#liste archivés"])
def test_the_view_of_what_is_archived_has_it_in_every_language(place: Place, line: str) -> None:
    archived(place)
    place.receive(mail("Another jam.", From="lee@x.example"), "lee@x.example")
    place.answer(BEN, line)
    told = words(place.letters(BEN)[-1])
    assert "TKT-0001" in told and "TKT-0002" not in told
