"""Tickets are merged by mail on the running desk, as agents and customers see it: in one process,
and in several on PostgreSQL and Redis."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from tests.stories.clients import tapped, taps
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, BEN = "support@desk.example", "ben@desk.example"
KIM, LEE = "kim@customer.example", "lee@elsewhere.example"


@pytest.fixture
def desk(own_desk: RunningDesk) -> RunningDesk:
    return own_desk


def asks(desk: RunningDesk, inbox: Inbox, customer: str, subject: str) -> tuple[Any, EmailMessage]:
    """A customer writes; Ben's notification, and the acknowledgement."""
    desk.send(write(customer, DESK, subject, f"{subject}, says {customer}."), customer, DESK)
    return inbox.take(BEN, subject=subject), inbox.take(customer)


def says(desk: RunningDesk, notice: EmailMessage, text: str) -> None:
    desk.send(answer(notice, BEN, text), BEN, address_in(notice["Reply-To"]))


def test_one_customers_two_tickets_become_one_and_a_strangers_is_asked_about(
    desk: RunningDesk, inbox: Inbox
) -> None:
    first, _ = asks(desk, inbox, KIM, "The printer jams")
    second, greeting = asks(desk, inbox, KIM, "The printer jams again")
    stays, gone = (str(one["X-Maildesk-Ticket"]) for one in (first, second))
    says(desk, first, f"#merge {gone}")
    told = inbox.take(KIM)
    assert stays in text_of(told)
    desk.send(answer(greeting, KIM, "Any news?"), KIM, address_in(greeting["Reply-To"]))
    news = inbox.take(BEN, subject=stays)
    while "Any news?" not in text_of(news):
        news = inbox.take(BEN, subject=stays)
    # whatever is asked about the old number is answered about the new one
    assert desk.ask("ticket", "show", gone)["reference"] == stays
    # another customer's: nothing is done before a tap
    other, _ = asks(desk, inbox, LEE, "No paper comes")
    third = str(other["X-Maildesk-Ticket"])
    says(desk, news, f"#merge {third}")
    question = inbox.take(BEN, subject=stays)
    while not taps(question, "#confirm"):
        question = inbox.take(BEN, subject=stays)
    tap = taps(question, "#confirm")[0]
    assert desk.ask("ticket", "show", third)["reference"] == third
    desk.send(tapped(tap, BEN), BEN, tap.to)
    assert stays in text_of(inbox.take(LEE))
    wait_until(lambda: desk.ask("ticket", "show", third)["reference"] == stays, "it is merged")
    desk.run("ticket", "unmerge", third)
    whole = desk.ask("ticket", "show", third)
    assert (whole["reference"], whole["status"], whole["message_count"]) == (third, "open", 1)
