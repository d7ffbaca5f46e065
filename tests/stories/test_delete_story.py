"""A ticket is deleted by mail on the running desk, as the agent, the customer and the command line
see it: in one process, and in several on PostgreSQL and Redis."""

from __future__ import annotations

from tests.stories.clients import tapped, taps
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    write,
)

DESK, ANA, KIM = "support@desk.example", "ana@desk.example", "kim@customer.example"


def test_one_tap_deletes_it_and_a_later_word_opens_another(own_desk: RunningDesk) -> None:
    desk, inbox = own_desk, Inbox(own_desk.relay, new_only=True)
    desk.edit("agents.yaml", "role: admin", "role: super_admin")
    desk.edit("desk.yaml", "\ntrust:\n", "\ntrust:\n  levels: {delete: signed}\n")
    desk.send(write(KIM, DESK, "Zanzibar", "Where is it?"), KIM, DESK)
    greeting, notice = inbox.take(KIM), inbox.take(ANA, subject="Zanzibar")
    number = str(notice["X-Maildesk-Ticket"])
    desk.send(answer(notice, ANA, "#delete"), ANA, address_in(notice["Reply-To"]))
    question = inbox.take(ANA)
    assert KIM in text_of(question)
    assert desk.ask("ticket", "show", number)["reference"] == number
    tap = taps(question, "#confirm")[0]
    desk.send(tapped(tap, ANA), ANA, tap.to)
    told = inbox.take(ANA)
    assert f"{number} is deleted" in " ".join(text_of(told).split())
    assert desk.ask("ticket", "list")["tickets"] == []
    desk.send(answer(greeting, KIM, "Any news?"), KIM, address_in(greeting["Reply-To"]))
    again = str(inbox.take(KIM)["X-Maildesk-Ticket"])
    assert again not in ("", number)
