"""Each letter has addresses of its own: signed for its one recipient, and nobody's private address
in it."""

from __future__ import annotations

from tests.pipeline.place import Place, mail

AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")


def test_each_recipient_has_a_return_path_and_a_reply_address_of_their_own(place: Place) -> None:
    place.receive(mail())
    people = ("kim@customer.example", *AGENTS)
    letters = [place.letters(person)[0] for person in people]
    assert len({str(letter["Reply-To"]) for letter in letters}) == 4
    assert len({row.mail_from for row in place.rows("outbox")}) == 4
    assert len({str(letter["Message-ID"]) for letter in letters}) == 4


def test_no_mail_to_a_customer_shows_an_agents_address(place: Place) -> None:
    place.receive(mail())
    place.answer("ben@desk.example", "Hello Kim.")
    place.answer("ben@desk.example", "#resolve\nDone.")
    for row in place.rows("outbox", recipient="kim@customer.example"):
        assert not [
            agent
            for agent in AGENTS
            if agent.encode() in place.raw_of(row) + row.mail_from.encode()
        ]


def test_the_conversation_is_threaded_for_the_customer_and_for_each_agent(place: Place) -> None:
    question = mail(Message_ID="<question@customer.example>")
    place.receive(question)
    place.answer("ben@desk.example", "Hello Kim.")
    place.answer("kim@customer.example", "Hello Ben.")
    acknowledgement, reply = place.letters("kim@customer.example")
    assert acknowledgement["In-Reply-To"] == "<question@customer.example>"
    assert "<question@customer.example>" in str(reply["References"])
    first, second = place.letters("ben@desk.example")
    assert first["References"] == second["References"], "one anchor for each agent and ticket"
