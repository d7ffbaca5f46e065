"""Who hears of a ticket, on the running desk: a mention, a follower, a ticket that sleeps, an agent
who is away."""

from __future__ import annotations

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, KIM = "support@desk.example", "kim@people.example"
BEN, ANA = "Ben <ben@desk.example>", "Ana <ana@desk.example>"


def test_a_colleague_is_mentioned_follows_and_hears_what_comes(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(write(f"Kim <{KIM}>", DESK, "The people's printer", "It is dark."), KIM, DESK)
    notice = inbox.take("ben@desk.example", subject="people's printer")
    inbox.take("ana@desk.example", subject="people's printer")
    (ticket,) = desk.tickets_of(KIM)
    reference = ticket["reference"]
    reply = answer(notice, BEN, "#take\n#note\n@ana, the recalled one? @anna, you too?")
    desk.send(reply, "ben@desk.example", address_in(reply["To"]))
    asked = inbox.take("ana@desk.example", subject="people's printer")
    assert "Ben Okafor mentioned you in a note" in text_of(asked)
    receipt = text_of(inbox.take("ben@desk.example", subject="people's printer"))
    assert "@anna: there is no agent of that name, so nobody was told" in receipt
    back = answer(asked, ANA, "#follow\n#snooze 2 business days\nYes, it is.")
    desk.send(back, "ana@desk.example", address_in(back["To"]))
    assert "Yes, it is." in text_of(inbox.take("ben@desk.example", subject="people's printer"))
    told = text_of(inbox.take("ana@desk.example", subject="people's printer"))
    assert "It sleeps until" in told and "goes on running" in told
    whole = desk.ticket(reference)
    assert (whole["followers"], whole["snoozed_until"] is not None) == (["ana@desk.example"], True)
    assert reference not in desk.run("list", "open").stdout.decode()
    assert reference in desk.run("list", "snoozed").stdout.decode()
    inbox.take(KIM)
    more = write(f"Kim <{KIM}>", DESK, f"Re: [{reference}] The people's printer", "It burns.")
    desk.send(more, KIM, DESK)
    assert "It burns." in text_of(inbox.take("ana@desk.example", subject="people's printer"))
    wait_until(lambda: desk.ticket(reference)["snoozed_until"] is None, "the customer wakes it")
    assert [m for m in inbox.to(KIM) if "recalled" in text_of(m)] == []


def test_an_agent_says_that_they_are_away_and_the_desk_answers(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(write("Lee <lee@people.example>", DESK, "A quiet one", "Hm."), "lee@people.example",
              DESK)  # fmt: skip
    notice = inbox.take("ben@desk.example", subject="A quiet one")
    reply = answer(notice, BEN, "#away 2 days")
    desk.send(reply, "ben@desk.example", address_in(reply["To"]))
    assert "You are away until" in text_of(inbox.take("ben@desk.example"))
    reply = answer(notice, BEN, "#back")
    desk.send(reply, "ben@desk.example", address_in(reply["To"]))
    assert "You are here again." in text_of(inbox.take("ben@desk.example"))
