"""Who asks, on the running desk: forms, groups and Reply-To, from the port to the relay."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.utils import formatdate

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    text_of,
    wait_until,
    write,
)

DESK, BEN = "support@desk.example", "Ben <ben@desk.example>"
CARRIERS = """
carriers:
  - sender: form@shop.example
  - sender: billing@desk.example
    person: {line: E-Mail}
    name: {line: Name}
    proof: {submission: yes}
  - {sender: support@desk.example, proof: {peer: 127.0.0.1}}
  - sender: team@lists.example
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk with forms and a group in front of it."""
    relay = Relay()
    running = RunningDesk(
        tmp_path_factory.mktemp("carriers") / "desk",
        relay,
        settings="pipeline: {tick: 0.2}\n",
        desk=CARRIERS,
    )
    try:
        yield running.start()
    finally:
        codes = running.stop()
        running.look_for_leaks()
        relay.remove()
    assert codes == [0], running.log()[-3000:]


def conversation(desk: RunningDesk, inbox: Inbox, person: str, *, hears: bool = True) -> str:
    """The person's ticket is opened, answered by Ben, and goes on; nobody else hears a word. Its
    reference."""
    if hears:
        inbox.take(person)
    notice = inbox.take("ben@desk.example")
    desk.send(
        answer(notice, BEN, "It is on its way."), "ben@desk.example", address_in(notice["Reply-To"])
    )
    reply = inbox.take(person)
    assert "It is on its way." in text_of(reply)
    back = answer(reply, person, "Thank you, it is here.")
    desk.send(back, person, address_in(reply["Reply-To"]))
    told = inbox.take("ben@desk.example", subject="TKT-")
    assert "it is here" in text_of(told)
    (ticket,) = desk.tickets_of(person)
    assert (ticket["message_count"], ticket["unanswered"]) == (3, True)
    heard = {one for mail in inbox.left() for one in mail.rcpt_to}
    assert all(one.endswith("@desk.example") for one in heard), heard
    return str(ticket["reference"])


def relayed(mail: EmailMessage, peer: str, protocol: str) -> bytes:
    """The mail as a mail server of ours hands it on, which had it from that address."""
    received = (
        f"Received: from www (www.example [{peer}])\r\n\tby mx.desk.example (Postfix) with "
        f"{protocol} id 4X; {formatdate()}\r\n"
    )
    return received.encode() + mail.as_bytes(policy=policy.SMTP)


def form(person: str, sender: str = "form@shop.example", **headers: str) -> EmailMessage:
    headers = {"Reply_To": f"Lea Braun <{person}>", **headers}
    return write(f"Web shop <{sender}>", DESK, "Contact form", f"My order. {person}", **headers)


def test_a_shop_s_form_is_the_matter_of_whoever_filled_it_in(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(form("lea@form.example"), "www@shop.example", DESK)
    reference = conversation(desk, inbox, "lea@form.example")
    whole = desk.ask("ticket", "show", reference)
    assert whole["requester"] == {"name": "Lea Braun", "address": "lea@form.example"}
    assert whole["messages"][0]["through"] == "form@shop.example"


def test_our_own_web_server_s_form_comes_in_by_its_address(desk: RunningDesk, inbox: Inbox) -> None:
    desk.send(form("max@form.example", DESK), DESK, DESK)
    conversation(desk, inbox, "max@form.example")


def test_the_same_from_elsewhere_behind_our_mail_server_is_held(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mail = form("mallory@form.example", DESK)
    desk.send(relayed(mail, "198.51.100.66", "ESMTP"), DESK, DESK)
    wait_until(lambda: any(h["reason"] == "own_address" for h in desk.quarantine()), "it is held")
    (held,) = [h for h in desk.quarantine() if h["reason"] == "own_address"]
    assert "it came from 198.51.100.66" in held["why"]
    assert inbox.to("mallory@form.example") == []


def test_a_form_that_logs_in_at_our_mail_server_names_the_person_in_its_text(
    desk: RunningDesk, inbox: Inbox
) -> None:
    text = "Name: Eva Stein\nE-Mail: eva@form.example\n\nThe invoice is wrong."
    mail = write("Billing <billing@desk.example>", DESK, "Contact form", text)
    desk.send(relayed(mail, "198.51.100.7", "ESMTPSA"), "billing@desk.example", DESK)
    reference = conversation(desk, inbox, "eva@form.example")
    assert desk.ask("ticket", "show", reference)["requester"]["name"] == "Eva Stein"


def test_without_an_entry_the_answer_goes_where_it_was_asked_for(
    desk: RunningDesk, inbox: Inbox
) -> None:
    desk.send(form("ada@home.example", "ada@work.example"), "ada@work.example", DESK)
    inbox.take("ada@work.example")
    notice = inbox.take("ben@desk.example")
    assert "answers go to ada@home.example" in " ".join(text_of(notice).split())
    desk.send(
        answer(notice, BEN, "To your home."), "ben@desk.example", address_in(notice["Reply-To"])
    )
    reply = inbox.take("ada@home.example")
    assert "To your home." in text_of(reply)
    desk.send(
        answer(reply, "ada@home.example", "It came."),
        "ada@home.example",
        address_in(reply["Reply-To"]),
    )
    assert "It came." in text_of(inbox.take("ben@desk.example", subject="TKT-"))
    (ticket,) = desk.tickets_of("ada@work.example")
    assert ticket["message_count"] == 3
    assert desk.tickets_of("ada@home.example") == []
    assert inbox.to("ada@work.example") == []


def through(group: str, person: str, **headers: str) -> EmailMessage:
    """As Google Groups writes it."""
    headers = {
        "Reply_To": f"Uma Lind <{person}>",
        "X_Original_Sender": person,
        "X_Original_From": f"Uma Lind <{person}>",
        "Precedence": "list",
        "Mailing_list": f"list {group}; contact {group.replace('@', '+owners@')}",
        "List_ID": f"<{group.replace('@', '.')}>",
        "List_Post": f"<mailto:{group}>",
        **headers,
    }
    return write(f"'Uma Lind' via IT <{group}>", group, "Laptop", f"Broken. {person}", **headers)


def test_who_writes_through_a_group_hears_agents_and_no_program(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mail = through("it@lists.example", "uma@group.example")
    desk.send(mail, "it+bncBC@lists.example", DESK)
    conversation(desk, inbox, "uma@group.example", hears=False)


def test_a_group_of_desk_yaml_has_its_authors_acknowledged(desk: RunningDesk, inbox: Inbox) -> None:
    mail = through("team@lists.example", "ida@group.example")
    desk.send(mail, "team+bncBC@lists.example", DESK)
    conversation(desk, inbox, "ida@group.example")


def test_a_victim_in_reply_to_hears_nothing_by_itself(desk: RunningDesk, inbox: Inbox) -> None:
    for number in range(10):
        sender = f"a@from{number}.example"
        mail = write(
            sender, DESK, f"Matter {number}", f"Words {number}", Reply_To="v@victim.example"
        )
        desk.send(mail, sender, DESK)
    for number in range(10):
        inbox.take("ben@desk.example")
        assert desk.tickets_of(f"a@from{number}.example")
    assert inbox.to("v@victim.example") == []
    acknowledged = [n for n in range(10) if inbox.to(f"a@from{n}.example")]
    assert len(acknowledged) <= 5, "each counts against the victim, too"
