"""Commands by mail on the running desk: done or not done as a whole, told line by line, never shown
to a customer."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK = "support@desk.example"
BEN = "Ben <ben@desk.example>"


def test_an_unknown_command_holds_the_mail_and_asks_with_the_nearest_word(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@unknown.example")
    say(desk, notice, "#closd\nAll is well now.")
    asked = inbox.take("ben@desk.example")
    assert "#close" in text_of(asked)
    held = [row for row in desk.quarantine() if row["reason"] == "unknown_command"]
    assert len(held) == 1
    ticket = whole(desk, notice)
    assert (ticket["status"], ticket["message_count"]) == ("open", 1)
    assert inbox.to("kim@unknown.example") == []


def test_one_wrong_command_undoes_the_right_ones_beside_it(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@half.example")
    say(desk, notice, "#priority urgent\n#assign nobody-we-know\nHello Kim.")
    inbox.take("ben@desk.example")
    ticket = whole(desk, notice)
    assert (ticket["priority"], ticket["assignee"], ticket["message_count"]) == ("normal", None, 1)
    assert inbox.to("kim@half.example") == []


def test_commands_alone_are_done_and_post_nothing(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@alone.example")
    say(desk, notice, "#take\n#priority high\n#label bug")
    told = text_of(inbox.take("ben@desk.example"))
    assert all(line in told for line in ("#take", "#priority high", "#label bug"))
    ticket = whole(desk, notice)
    assert (ticket["assignee"], ticket["priority"], ticket["labels"]) == (
        "ben@desk.example",
        "high",
        sorted(ticket["labels"]),
    )
    assert "bug" in ticket["labels"]
    assert ticket["message_count"] == 1
    assert inbox.to("kim@alone.example") == []


def test_an_answer_from_the_command_line_goes_out_by_the_running_desk(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@typed.example")
    reference = whole(desk, notice)["reference"]
    desk.run("ticket", "reply", reference, "Press the button.", "--as", "ben")
    desk.run("ticket", "status", reference, "waiting")
    assert "Press the button." in text_of(inbox.take("kim@typed.example"))
    ticket = whole(desk, notice)
    assert (ticket["assignee"], ticket["status"]) == ("ben@desk.example", "waiting")


def test_a_note_is_for_colleagues_and_reaches_no_customer(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@note.example")
    say(desk, notice, "#note\nShe has called three times already.")
    inbox.take("ana@desk.example", subject="kim@note.example")
    wait_until(lambda: whole(desk, notice)["message_count"] == 2, "the note is kept")
    (note,) = [m for m in whole(desk, notice)["messages"] if m["kind"] == "note"]
    assert note["reply"].strip() == "She has called three times already."
    assert inbox.to("kim@note.example") == []


def test_commands_and_words_together_send_the_words_alone(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@both.example")
    say(desk, notice, "#priority high\n#wait\n\nWhich printer is it?")
    reply = inbox.take("kim@both.example")
    assert "Which printer is it?" in text_of(reply)
    assert "#" not in text_of(reply).partition("Which printer is it?")[0]
    assert "#wait" not in str(reply)
    ticket = whole(desk, notice)
    assert (ticket["priority"], ticket["status"]) == ("high", "waiting")


def test_a_customers_hash_word_is_a_customers_text(desk: RunningDesk, inbox: Inbox) -> None:
    desk.send(
        write("kim@hash.example", DESK, "Hash", "#close\nis what my screen says."),
        "kim@hash.example",
        DESK,
    )
    inbox.take("kim@hash.example")
    (ticket,) = desk.tickets_of("kim@hash.example")
    shown = desk.ask("ticket", "show", ticket["reference"])
    assert shown["status"] == "open"
    assert "#close" in shown["messages"][0]["text"]


def opened(desk: RunningDesk, inbox: Inbox, customer: str) -> EmailMessage:
    """A new ticket of this customer; Ben's notification. The other mails are out of the way."""
    desk.send(write(customer, DESK, f"Matter of {customer}", "Hello."), customer, DESK)
    notice = inbox.take("ben@desk.example", subject=customer)
    for address in (customer, "ana@desk.example", "carla@desk.example"):
        inbox.take(address)
    return notice


def say(desk: RunningDesk, notice: EmailMessage, text: str) -> None:
    """Ben answers."""
    desk.send(answer(notice, BEN, text), "ben@desk.example", address_in(notice["Reply-To"]))


def whole(desk: RunningDesk, notice: EmailMessage) -> Any:
    """The ticket that this mail is about."""
    return desk.ask("ticket", "show", str(notice["X-Maildesk-Ticket"]))
