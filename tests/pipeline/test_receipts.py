"""What an agent hears of what their mail did: to whom it went, what else the customer heard, and
where an answer to the receipt leads."""

from __future__ import annotations

from email.message import EmailMessage

from maildesk.pipeline.receive import receive
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import SUPPORT, Place, mail, told, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"
PASSED = "mx.desk.example; dkim=pass header.d=desk.example"


def receipt(place: Place, agent: str, text: str) -> EmailMessage:
    """What this agent hears of an answer to their last mail."""
    place.answer(agent, text)
    return told(place, agent, "agent_transcript")[-1]


def trusts_a_server(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("trust:\n", "trust:\n  authserv_id: mx.desk.example\n", 1)
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()


def test_it_says_that_the_answer_was_sent_and_to_whom_and_is_the_desks(place: Place) -> None:
    place.receive(mail(Cc="Lee Park <lee@customer.example>"))
    letter = receipt(place, BEN, "#priority high\nPull the paper out.")
    assert "Your answer was sent to Kim, copy to Lee Park." in words(letter)
    assert str(letter["From"]) == str(place.letters(KIM)[-1]["From"])
    assert "Ben Okafor" not in str(letter["From"])


def test_an_answer_to_the_receipt_of_a_note_is_a_note(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#take")
    letter = receipt(place, BEN, "#note\n#priority high\nShe is a VIP.")
    assert "becomes a NOTE" in words(letter)
    before = len(place.letters(KIM))
    place.answer(BEN, "And in a hurry.")
    assert [row.text for row in place.rows("messages", kind="note")][-1] == "And in a hurry."
    assert len(place.letters(KIM)) == before


def test_an_answer_to_a_note_that_was_held_is_a_note(place: Place) -> None:
    place.receive(mail())
    before = len(place.letters(KIM))
    assert place.answer(BEN, "#note\n#prioritty high\nShe is a VIP.").outcome == "held"
    assert "becomes a NOTE" in words(place.letters(BEN)[-1])
    place.answer(BEN, "She is a VIP.")
    assert len(place.letters(KIM)) == before
    assert len(place.rows("messages", kind="note")) == 1


def test_a_mail_that_was_held_stands_out_in_a_list(place: Place) -> None:
    place.receive(mail())
    for agent, said in ((BEN, "Held: Re: Printer ["), (CARLA, "Zurückgehalten: Re: Printer [")):
        assert place.answer(agent, f"#prioritty high\nShe is {agent}'s.").outcome == "held"
        assert str(place.letters(agent)[-1]["Subject"]).startswith(said)
    receipt(place, BEN, "#priority high")
    assert str(place.letters(BEN)[-1]["Subject"]).startswith("Re: Printer [")


def test_a_note_beside_a_resolution_says_what_the_customer_heard(place: Place) -> None:
    place.receive(mail())
    read = words(receipt(place, BEN, "#note\n#resolve\nIt was the cable."))
    assert "Your text is a note: only colleagues see it." in read
    assert "Kim has been told that it is resolved, without these words." in read
    assert "It was the cable." not in words(place.letters(KIM)[-1])


def test_an_empty_note_is_asked_about(place: Place) -> None:
    place.receive(mail())
    assert place.answer(BEN, "#note").outcome == "held"
    assert "#note needs the words of the note" in words(place.letters(BEN)[-1])


def test_who_moves_their_own_ticket_with_a_note_tells_those_where_it_comes_to(
    place: Place,
) -> None:
    place.receive(mail())
    place.answer(CARLA, "#take")
    place.answer(CARLA, "#note\n#queue billing\nThis is about an invoice.")
    (news,) = told(place, BEN, "agent_moved")
    assert "TKT-0001 was moved to billing by Carla Weiss: Printer" in words(news)
    assert "Carla Weiss still has it." in words(news)
    assert "This is about an invoice." in words(news)


def test_a_moved_ticket_that_nobody_has_is_new_where_it_comes_to(place: Place) -> None:
    place.receive(mail())
    place.answer(ANA, "#queue billing")
    (news,) = told(place, BEN, "agent_free")
    assert "TKT-0001 is new in billing, and nobody has it yet: Printer" in words(news)


def test_the_assignee_is_not_offered_to_take_it(place: Place) -> None:
    place.receive(mail())
    assert "#take" in words(place.letters(BEN)[-1]).partition("Commands,")[2]
    assert "#take" not in words(receipt(place, BEN, "#take")).partition("Commands,")[2]


def test_a_supervisor_who_is_an_admin_hears_once_of_an_escalation(place: Place) -> None:
    place.receive(mail())
    before = len(place.rows("outbox", recipient=ANA))
    place.answer(BEN, "#escalate it smokes")
    purposes = [row.purpose for row in place.rows("outbox", recipient=ANA)[before:]]
    assert purposes.count("escalated") + purposes.count("admin_alarm") == 1


def test_a_genuine_agent_at_a_colleagues_address_hears_why_nothing_happens(place: Place) -> None:
    trusts_a_server(place)
    place.receive(mail())
    last = place.letters(CARLA)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    for number in range(7):
        fields = {"From": BEN, "To": to, "Authentication-Results": PASSED}
        done = place.receive(mail(f"Pull it out {number}.", **fields), BEN, to)
        assert done.outcome == "held spoofed"
    heard = told(place, BEN, "agent_held")
    assert len(heard) == 7, "what is their own is always told"
    assert "it came to the reply address of Carla Weiss" in words(heard[0])
    assert len(told(place, CARLA, "agent_held")) == 7


def test_a_question_that_needs_a_tap_counts_once(place: Place) -> None:
    for number in range(4):
        place.receive(mail("#list mine", From=BEN, Subject=f"{number}"), BEN, SUPPORT)
    assert len(told(place, BEN, "agent_held")) == 1, "the same words twice are one mail"
    counted = [row for row in place.rows("outbox", recipient=BEN) if row.automatic]
    held = place.letters(BEN)[-1]
    to = str(held["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(mail("#confirm", From=BEN, To=to), BEN, to)
    receive(place.services)
    assert len(told(place, BEN, "agent_answer")) == 1
    after = [row for row in place.rows("outbox", recipient=BEN) if row.automatic]
    assert len(after) == len(counted)


def test_who_has_asked_too_often_hears_so_once(place: Place) -> None:
    trusts_a_server(place)
    with_words(place, "  per_address: 5 ", "  questions: 5\n  per_address: 5 ")
    for number in range(9):
        fields = {"From": BEN, "Authentication-Results": PASSED}
        place.receive(mail(f"#list mine\n#search x{number}", **fields), BEN, SUPPORT)
    heard = told(place, BEN, "agent_answer")
    assert len(heard) == 6
    assert "asked so often" in words(heard[-1])


def test_what_is_out_stands_apart_from_the_words_of_a_note(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#note\n@carla do you know it?")
    receipt = str(place.letters(BEN)[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "> @carla do you know it?\n\nWhat is out" in receipt.replace("\r\n", "\n")
