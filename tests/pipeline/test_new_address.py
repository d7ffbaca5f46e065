"""A customer's new address: an agent says whose it is, and the customer stays who they were."""

from __future__ import annotations

from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of

OLD, NEW, BEN = "eva@lund.example", "eva@home.example", "ben@desk.example"
AGAIN = "Re: Printer [TKT-0001]"
LINE = '  - {match: "@bigcorp.example"'


def known(desk: Place, *contacts: str) -> None:
    """The desk's files have these contacts, too."""
    with_words(desk, LINE, "".join(f"  - {{{one}}}\n" for one in contacts) + LINE)


def opened(desk: Place) -> None:
    assert desk.receive(mail("It is broken.", From=f"Eva Lund <{OLD}>"), OLD).outcome == "opened"


def part(desk: Place) -> list[tuple[str, str, str]]:
    """Who has part in the ticket beside the requester, how, and where their answers go."""
    return [(row.address, row.status, row.answers_to) for row in desk.rows("participants")]


def test_the_ticket_is_the_same_customers_at_the_new_address(both: Place) -> None:
    known(both, f"match: {OLD}, organisation: Lund, tier: silver")
    opened(both)
    both.answer(BEN, "#customer Eva@Home.example\nTry the other cable.")
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == (NEW, "Eva Lund")
    assert (ticket.organisation, ticket.tier) == ("Lund", "silver")
    (letter,) = both.letters(NEW)
    assert "Try the other cable." in text_of(letter)
    assert both.rows("outbox", purpose="reply", recipient=OLD) == []
    (entry,) = both.rows("history", what="customer")
    assert entry.who == BEN
    assert entry.detail == {"address": NEW, "name": "Eva Lund", "from": OLD}


def test_the_customer_answers_from_either_and_is_answered_at_the_new_one(both: Place) -> None:
    opened(both)
    both.answer(BEN, f"#customer {NEW}\nTry the other cable.")
    assert both.answer(NEW, "It hums.").outcome == "threaded"
    assert both.receive(mail("And smells.", From=OLD, Subject=AGAIN), OLD).outcome == "threaded"
    assert [row.kind for row in both.rows("messages")] == ["public"] * 4
    assert len(both.rows("tickets")) == 1
    both.answer(BEN, "Pull the plug.")
    assert "Pull the plug." in text_of(both.letters(NEW)[-1])


def test_an_answer_to_what_the_former_address_wrote_goes_to_the_new_one_once(both: Place) -> None:
    opened(both)
    notice = len(both.letters(BEN)) - 1
    both.answer(BEN, f"#customer {NEW}")
    assert both.letters(NEW) == []
    first = both.letters(BEN)[notice]
    to = str(first["Reply-To"]).rpartition("<")[2].rstrip(">")
    head = {"From": BEN, "To": to, "In_Reply_To": str(first["Message-ID"])}
    both.receive(mail("Try the other cable.", **head), BEN, to)
    assert ["Try the other cable." in text_of(one) for one in both.letters(NEW)] == [True]
    assert both.rows("outbox", purpose="reply", recipient=OLD) == []


def test_who_waits_with_the_new_address_is_the_customer(both: Place) -> None:
    opened(both)
    both.answer(BEN, "Which cable is it?")
    last = both.letters(OLD)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    both.receive(mail("The blue one.", From=NEW, To=to), NEW, to)
    assert part(both) == [(NEW, "waiting", "")], "a signed address alone makes nobody the customer"
    both.answer(BEN, f"#customer {NEW}\nTake the red one.")
    assert part(both) == [(OLD, "in", NEW)]
    assert {row.kind for row in both.rows("messages")} == {"public"}
    assert "Take the red one." in text_of(both.letters(NEW)[-1])
    assert both.rows("tickets")[0].requester_address == NEW


def test_who_takes_part_already_gets_one_mail_for_both(both: Place) -> None:
    opened(both)
    both.answer(BEN, f"#cc +{NEW}\nLook at this.")
    both.answer(BEN, f"#customer {NEW}")
    assert part(both) == [(OLD, "in", NEW)]


def test_the_former_address_and_what_came_with_it_come_back(both: Place) -> None:
    known(both, f"match: {OLD}, organisation: Lund, tier: silver")
    opened(both)
    both.answer(BEN, f"#customer {NEW}")
    both.answer(BEN, f"#customer {OLD}\n#cc -{NEW}\n#also -{NEW}")
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.organisation) == (OLD, "Lund")
    assert part(both) == []
    both.receive(mail("It is me.", From=NEW, Subject=AGAIN), NEW)
    assert len(both.rows("tickets")) == 2


def test_a_customer_says_nothing_by_writing_the_command(both: Place) -> None:
    opened(both)
    both.receive(mail(f"#customer {NEW}\nHello", From=OLD, Subject=AGAIN), OLD)
    assert both.rows("tickets")[0].requester_address == OLD


def test_earlier_tickets_of_the_former_address_are_still_theirs(both: Place) -> None:
    both.receive(mail("One.", From=OLD, Subject="The first"), OLD)
    both.receive(mail("Two.", From=OLD, Subject="The second"), OLD)
    both.answer(BEN, f"#customer {NEW}\nTry the other cable.")
    both.answer(NEW, "It hums.")
    told = text_of(both.letters(BEN)[-1])
    both.answer(BEN, "#assign carla\n#note Please go on.")
    assert "The first" in text_of(both.letters("carla@desk.example")[-1])
    assert "Reply-To" not in told, "an agent has said so, and not the sender"
    assert OLD not in told


def test_another_contacts_address_is_refused(both: Place) -> None:
    known(both, f"match: {OLD}, name: Eva", f"match: {NEW}, name: Tom")
    opened(both)
    both.answer(BEN, f"#customer {NEW}\nTry the other cable.")
    assert f"{NEW} is another customer's: Tom" in text_of(both.letters(BEN)[-1])
    assert both.rows("tickets")[0].requester_address == OLD
    assert both.letters(NEW) == []
