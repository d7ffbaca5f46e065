"""Whose word counts, on the running desk: addresses made for one agent, borrowed names, machines,
agents who left."""

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


def test_a_stranger_who_uses_an_agents_address_is_held_and_the_agent_told(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@spoof.example")
    stolen = answer(notice, "Mallory <mallory@evil.example>", "Send your password.")
    desk.send(stolen, "mallory@evil.example", address_in(notice["Reply-To"]))
    held = wait_for_held(desk, "spoofed", "mallory@evil.example")
    told = inbox.take("ben@desk.example", subject="Held")
    assert "mallory@evil.example" in text_of(told)
    assert told["Reply-To"] is None, "nobody confirms a stranger's words by one tap"
    ticket = desk.ask("ticket", "show", reference_of(notice))
    assert ticket["message_count"] == 1
    assert inbox.to("kim@spoof.example") == inbox.to("mallory@evil.example") == []
    assert held["ticket"] == reference_of(notice)


def test_an_agents_name_without_the_agents_address_is_held_and_one_tap_confirms_it(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@confirm.example")
    reference = reference_of(notice)
    direct = write(BEN, DESK, f"Re: [{reference}] Matter", "Written without the button.")
    desk.send(direct, "ben@desk.example", DESK)
    wait_for_held(desk, "unproven_agent", "ben@desk.example")
    told = inbox.take("ben@desk.example", subject="Held")
    assert inbox.to("kim@confirm.example") == []

    confirm = address_in(told["Reply-To"])
    desk.send(write(BEN, confirm, "Re: Held", "#confirm"), "ben@desk.example", confirm)
    reply = inbox.take("kim@confirm.example")
    assert "Written without the button." in text_of(reply)
    assert reference_of(reply) == reference


def test_nobody_else_can_confirm_what_is_held_for_an_agent(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@other.example")
    desk.send(
        write(BEN, DESK, f"Re: [{reference_of(notice)}] Matter", "Let me in."),
        "mallory@evil.example",
        DESK,
    )
    told = inbox.take("ben@desk.example", subject="Held")
    confirm = address_in(told["Reply-To"])
    desk.send(
        write("Mallory <m2@evil.example>", confirm, "Re: Held", "#confirm"),
        "m2@evil.example",
        confirm,
    )
    wait_for_held(desk, "spoofed", "m2@evil.example")
    assert inbox.to("kim@other.example") == []


def test_an_agents_out_of_office_reaches_no_customer(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@holiday.example")
    away = answer(notice, BEN, "I am on holiday.", Auto_Submitted="auto-replied")
    desk.send(away, "", address_in(notice["Reply-To"]))
    reference = reference_of(notice)
    wait_until(lambda: "automatic" in whats(desk, reference), "it is in the history")
    ticket = desk.ask("ticket", "show", reference)
    assert (ticket["message_count"], ticket["status"]) == (1, "open")
    assert inbox.to("kim@holiday.example") == []


def test_the_same_agent_may_write_from_another_of_their_addresses(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@home.example")
    mail = answer(notice, "Ben <ben@home.example>", "From my own machine.")
    desk.send(mail, "ben@home.example", address_in(notice["Reply-To"]))
    reply = inbox.take("kim@home.example")
    assert "From my own machine." in text_of(reply)
    assert "ben@home.example" not in str(reply)


def test_a_customers_address_does_not_work_as_an_agents(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@customer.example")
    reference = reference_of(notice)
    desk.send(answer(notice, BEN, "Hello Kim."), "ben@desk.example", address_in(notice["Reply-To"]))
    reply = inbox.take("kim@customer.example")
    desk.send(
        answer(reply, "kim@customer.example", "#resolve\n#assign carla\nGot you."),
        "kim@customer.example",
        address_in(reply["Reply-To"]),
    )
    inbox.take("ben@desk.example", subject=reference)
    ticket = desk.ask("ticket", "show", reference)
    assert (ticket["status"], ticket["assignee"]) == ("in_progress", "ben@desk.example")


def test_somebody_who_got_a_customers_address_writes_as_themselves(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notice = opened(desk, inbox, "kim@shared.example")
    reference = reference_of(notice)
    desk.send(answer(notice, BEN, "Hello Kim."), "ben@desk.example", address_in(notice["Reply-To"]))
    reply = inbox.take("kim@shared.example")
    desk.send(
        answer(reply, "lee@shared.example", "I take over."),
        "lee@shared.example",
        address_in(reply["Reply-To"]),
    )
    assert "I take over." in text_of(inbox.take("ben@desk.example", subject=reference))
    senders = [
        m["from"]["address"]
        for m in desk.ask("ticket", "show", reference)["messages"]
        if m["direction"] == "in"
    ]
    assert senders == ["kim@shared.example", "lee@shared.example"]


def test_an_agent_who_was_taken_off_the_list_is_believed_no_more(
    desk: RunningDesk, inbox: Inbox
) -> None:
    opened(desk, inbox, "kim@revoked.example")
    notice = inbox.take("carla@desk.example", subject="kim@revoked.example")
    agents = (desk.folder / "agents.yaml").read_text(encoding="utf-8")
    carla = agents[agents.index("  - name: Carla") :]
    desk.edit("agents.yaml", carla, "")
    desk.send(
        answer(notice, "Carla <carla@desk.example>", "Still here."),
        "carla@desk.example",
        address_in(notice["Reply-To"]),
    )
    wait_for_held(desk, "revoked", "carla@desk.example")
    assert inbox.to("kim@revoked.example") == []
    file = desk.folder / "agents.yaml"
    desk.edit("agents.yaml", file.read_text(encoding="utf-8"), agents)


def opened(desk: RunningDesk, inbox: Inbox, customer: str) -> EmailMessage:
    """A new ticket of this customer; Ben's notification. The acknowledgement is out of the way."""
    desk.send(write(customer, DESK, f"Matter of {customer}", "Hello."), customer, DESK)
    inbox.take(customer)
    return inbox.take("ben@desk.example", subject=customer)


def reference_of(mail: EmailMessage) -> str:
    """The ticket a mail of ours is about."""
    return str(mail["X-Maildesk-Ticket"])


def whats(desk: RunningDesk, reference: str) -> list[str]:
    """What happened to a ticket."""
    return [line["what"] for line in desk.ask("ticket", "show", reference)["history"]]


def wait_for_held(desk: RunningDesk, reason: str, sender: str) -> Any:
    """The message of this sender that is held for this reason."""

    def held() -> list[Any]:
        return [
            row for row in desk.quarantine() if (row["reason"], row["sender"]) == (reason, sender)
        ]

    wait_until(held, f"something of {sender} is held: {reason}")
    return held()[0]


def test_only_the_word_confirms_a_held_mail(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@denied.example")
    reference = reference_of(notice)
    forged = write(
        "Ben <ben@desk.example>",
        "support@desk.example",
        f"Re: [{reference}]",
        "Send me your password.",
    )
    desk.send(forged, "mallory@evil.example", "support@desk.example")
    asked = inbox.take("ben@desk.example", subject="Held")
    denial = answer(asked, "Ben <ben@desk.example>", "No, that was not me!")
    desk.send(denial, "ben@desk.example", address_in(asked["Reply-To"]))
    wait_for_held(desk, "not_confirmed", "ben@desk.example")
    assert "password" not in str(desk.ask("ticket", "show", reference)["messages"])


def test_a_forged_sender_brings_nobody_into_a_ticket(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@copied.example")
    reference = reference_of(notice)
    forged = write(
        "kim@copied.example",
        "support@desk.example",
        f"Re: {reference}",
        "Any news?",
        Cc="mallory@evil.example",
    )
    desk.send(forged, "mallory@evil.example", "support@desk.example")
    assert "Any news?" in text_of(inbox.take("ben@desk.example", subject=reference))
    people = [person["address"] for person in desk.ask("ticket", "show", reference)["participants"]]
    assert people == ["kim@copied.example"]
