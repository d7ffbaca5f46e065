"""Mail of an agent who had logged in to hand it over: what that proves, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.mail.message import Envelope
from maildesk.pipeline.receive import receive
from maildesk.store import spool
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import SUPPORT, Place, mail, words

BEN, ANA, KIM = "ben@desk.example", "ana@desk.example", "kim@customer.example"


def submitted(place: Place, raw: bytes, by: str) -> Any:
    """This came in by the door for log-ins; its spool row, processed."""
    with place.services.db.write() as conn:
        envelope = Envelope(by, (SUPPORT,), f"submission:{by}", "203.0.113.9")
        (row_id,) = spool.accept(conn, place.services.blobs, [(raw, envelope)], place.now)
    receive(place.services)
    return place.row("spool", row_id)


def test_what_they_forward_opens_the_ticket_in_the_customers_name_at_once(both: Place) -> None:
    text = (
        "#take\n\n---------- Forwarded message ---------\nFrom: Kim <kim@customer.example>\n"
        "Date: Fri, 20 Nov 2026 at 09:00\nSubject: Printer\nTo: Ben <ben@desk.example>\n\n"
        "It smokes."
    )
    raw = mail(text, From=f"Ben <{BEN}>", Subject="Fwd: Printer")
    assert submitted(both, raw, BEN).outcome == "opened"
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.assignee) == (KIM, BEN)
    assert both.rows("quarantine") == []


def test_an_answer_that_names_only_the_number_is_sent(both: Place) -> None:
    both.receive(mail("It smokes."))
    raw = mail("Pull the plug.", From=f"Ben <{BEN}>", Subject="Re: [TKT-0001] Printer")
    assert submitted(both, raw, BEN).outcome == "threaded"
    assert "Pull the plug." in words(both.letters(KIM)[-1])
    (said,) = both.rows("history", what="replied")
    assert said.detail["trust"] == "Ben Okafor had logged in to send it"


@pytest.mark.parametrize("author", [f"Ana <{ANA}>", f"Ben <{BEN}>, Ana <{ANA}>"])
def test_it_says_nothing_of_anybody_else(place: Place, author: str) -> None:
    """The door refuses such mail; whatever comes past it is not believed."""
    place.receive(mail("It smokes."))
    raw = mail("#close", From=author, Subject="Re: [TKT-0001] Printer")
    assert submitted(place, raw, BEN).outcome.startswith("held")
    assert place.rows("tickets")[0].status == "open"


def test_who_is_no_agent_any_more_when_it_is_read_is_not_believed(place: Place) -> None:
    place.receive(mail("It smokes."))
    lines = f"address: {BEN}\n    also: [ben@home.example]"
    with_words(place, lines, "address: ben@home.example", "agents.yaml")
    raw = mail("#close", From=f"Ben <{BEN}>", Subject="Re: [TKT-0001] Printer")
    submitted(place, raw, BEN)
    assert place.rows("tickets")[0].status == "open"
    assert len(place.letters(KIM)) == 1
