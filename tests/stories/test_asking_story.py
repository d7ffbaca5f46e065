"""An agent goes on asking the desk from its own answers, and takes back what they did by them: on
the running desk, either way it is run, with nobody who vouches for mail."""

from __future__ import annotations

from email.message import EmailMessage

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, BEN, CARLA = "support@desk.example", "ben@desk.example", "carla@desk.example"


def opened(desk: RunningDesk, inbox: Inbox, customer: str) -> EmailMessage:
    """A new ticket of this customer; Ben's notification."""
    desk.send(write(customer, DESK, f"Matter of {customer}", "Hello."), customer, DESK)
    inbox.take(customer)
    return inbox.take(BEN, subject=customer)


def says(desk: RunningDesk, inbox: Inbox, letter: EmailMessage, text: str) -> EmailMessage:
    """Ben answers this letter, as a mail program does; what he gets."""
    mail = answer(letter, f"Ben Okafor <{BEN}>", text)
    desk.send(mail, BEN, address_in(mail["To"]))
    return inbox.take(BEN)


def words(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def test_an_agent_works_from_the_desks_answers_without_a_tap(own_desk: RunningDesk) -> None:
    inbox = Inbox(own_desk.relay, new_only=True)
    first, second = (opened(own_desk, inbox, f"{who}@asking.example") for who in ("kim", "lee"))
    numbers = [str(one["X-Maildesk-Ticket"]) for one in (first, second)]
    listed = says(own_desk, inbox, first, "#list all")
    assert all(number in text_of(listed) for number in numbers)
    done = says(own_desk, inbox, listed, f"#for {' '.join(numbers)}\n#priority high\n#tag vip")
    assert "Done for 2 tickets" in words(done) and "(before: normal)" in words(done)
    assert [own_desk.ticket(one)["priority"] for one in numbers] == ["high", "high"]
    back = says(own_desk, inbox, done, "#undo")
    assert "Priority: normal (before: high)" in words(back)
    assert [own_desk.ticket(one)["priority"] for one in numbers] == ["normal", "normal"]
    assert [own_desk.ticket(one)["labels"] for one in numbers] == [[], []]
    again = says(own_desk, inbox, done, "#undo\n")
    assert "Nothing was done it was taken back before" in words(again)
    settings = says(own_desk, inbox, back, "#bundle 10m\n#quiet-hours 22:00-6:00")
    assert "you get one mail in 10 minutes" in words(settings)
    assert "You have no quiet hours" in words(says(own_desk, inbox, settings, "#undo"))
    nothing = says(own_desk, inbox, listed, "#undo")
    assert "told you something and changed nothing" in words(nothing)
    assert own_desk.quarantine() == []


def test_whoever_else_has_that_address_gets_nothing_by_it(own_desk: RunningDesk) -> None:
    inbox = Inbox(own_desk.relay, new_only=True)
    notice = opened(own_desk, inbox, "kim@stolen.example")
    number = str(notice["X-Maildesk-Ticket"])
    done = says(own_desk, inbox, notice, "#list all")
    done = says(own_desk, inbox, done, f"#for {number}\n#tag vip")
    to = address_in(done["Reply-To"])

    def held(mail: EmailMessage, sender: str, where: str = to) -> str:
        before = len(own_desk.quarantine())
        own_desk.send(mail, sender, where)
        wait_until(lambda: len(own_desk.quarantine()) > before, "it is held")
        newest = max(own_desk.quarantine(), key=lambda row: row["id"])
        return str(newest["reason"])

    for sender in (CARLA, "kim@stolen.example", "mallory@evil.example"):
        assert held(answer(done, sender, "#undo"), sender) == "spoofed"
    base, _, token = to.partition("@")[0].partition("+")
    changed = f"{base}+{token[:-1]}{'b' if token[-1] == 'a' else 'a'}@desk.example"
    forged = write(BEN, changed, "Tickets", "#undo")
    assert held(forged, "mallory@evil.example", changed) == "unproven_agent"
    asked = held(answer(done, BEN, "We look into it.", quote=False), BEN)
    assert asked == "unknown_command", "no words reach a customer by it"
    new = answer(done, BEN, "#new for dora@stolen.example via phone\nShe rang.", quote=False)
    assert held(new, BEN) == "unknown_command", "and no ticket is opened"
    raw = answer(done, BEN, f"#for {number}\n#spent 15m").as_bytes()
    for sender in (BEN, BEN, "mallory@evil.example"):
        own_desk.send(raw, sender, to)
    inbox.take(BEN, subject="Re: Matter")
    agents = (own_desk.folder / "agents.yaml").read_text(encoding="utf-8")
    start = agents.index("  - name: Ben")
    own_desk.write("agents.yaml", agents[:start] + agents[agents.index("  - name:", start + 5) :])
    assert held(answer(done, BEN, "#undo\n\n"), BEN) == "revoked"
    own_desk.write("agents.yaml", agents)
    ticket = own_desk.ask("ticket", "show", number)
    assert (ticket["labels"], ticket["message_count"]) == (["vip"], 1)
    assert [one["what"] for one in ticket["history"]].count("spent") == 1
    assert inbox.to("kim@stolen.example") == inbox.to("dora@stolen.example") == []
