"""A canned reply above a customer's mail that an agent passes on to the desk."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail, told, words
from tests.pipeline.test_canned_replies import shelf
from tests.pipeline.test_questions import asks, proving

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"
PASSED_ON = """{above}

---------- Forwarded message ---------
From: Kim Novak <kim@customer.example>
Date: Fri, 20 Nov 2026 at 09:00
Subject: Where is my key?
To: <ben@desk.example>

Where is my key?
"""
__all__ = ["proving"]


@pytest.mark.parametrize("above", ("#reply\n/key", "#reply\nGood morning,\n\n/key"))
def test_with_reply_it_goes_to_the_customer(proving: Place, above: str) -> None:
    shelf(proving, key="Hello {{ customer_first_name }}, in the drawer.\n")
    asks(proving, BEN, PASSED_ON.format(above=above), Subject="Fwd: Where is my key?")
    assert [row.requester_address for row in proving.rows("tickets")] == [KIM]
    assert "Hello Kim, in the drawer." in words(proving.letters(KIM)[-1])


def test_without_it_is_a_note_as_all_words_above_are(proving: Place) -> None:
    shelf(proving, key="Hello {{ customer_first_name }}, in the drawer.\n")
    asks(proving, BEN, PASSED_ON.format(above="/key"), Subject="Fwd: Where is my key?")
    assert all("in the drawer" not in words(one) for one in proving.letters(KIM))
    assert "Hello Kim, in the drawer." in words(told(proving, CARLA, "agent_new")[-1])


def test_about_no_ticket_it_is_still_asked_about(proving: Place) -> None:
    shelf(proving, key="Hello {{ customer_first_name }}, in the drawer.\n")
    proving.receive(mail())
    asks(proving, BEN, "#canned key")
    assert "is about a ticket" in words(proving.letters(BEN)[-1])
