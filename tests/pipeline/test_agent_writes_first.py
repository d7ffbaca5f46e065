"""An agent who writes to a customer with the desk in copy opens the customer's ticket; and a
forward that names somebody without an address asks for it."""

from __future__ import annotations

import pytest

from tests.pipeline.place import SUPPORT, Place, mail
from tests.pipeline.test_proof import GENUINE, confirm, trusting
from tests.stories.running_desk import text_of

BEN, KIM = "ben@desk.example", "kim@customer.example"


def from_ben(place: Place, text: str, **fields: str) -> str:
    """A mail of Ben's own, which a server vouches for; its outcome."""
    head = {"From": f"Ben <{BEN}>", "Authentication_Results": GENUINE} | fields
    return str(place.receive(mail(text, **head), BEN).outcome)


@pytest.fixture
def desk(both: Place) -> Place:
    """A desk that believes its mail server."""
    trusting(both, "authserv_id: mx.desk.example")
    return both


def wrote(desk: Place, **fields: str) -> str:
    head = {"To": f"Kim <{KIM}>", "Cc": SUPPORT, "Message_ID": "<b1@desk.example>"} | fields
    return from_ben(desk, "We found the cause.", **head)


def test_the_ticket_is_the_customers_and_the_agents_mail_the_first_answer(desk: Place) -> None:
    assert wrote(desk) == "opened"
    (ticket,) = desk.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == (KIM, "Kim")
    assert (ticket.assignee, ticket.status) == (BEN, "in_progress")
    assert ticket.first_response_at is not None
    (message,) = desk.rows("messages")
    assert (message.direction, message.agent, message.kind) == ("out", BEN, "public")
    assert desk.letters(KIM) == [], "she has the mail, and no acknowledgement contradicts it"


def test_the_desk_goes_on_in_the_language_of_that_mail(desk: Place) -> None:
    german = "Guten Tag, wir haben die Ursache gefunden und können das bis morgen beheben."
    from_ben(desk, german, To=f"Kim <{KIM}>", Cc=SUPPORT)
    assert [row.language for row in desk.rows("tickets")] == ["de"]


@pytest.mark.parametrize("fields", [{"To": SUPPORT, "Cc": KIM}, {"Cc": ""}])
def test_it_does_not_matter_where_the_desk_stands(desk: Place, fields: dict[str, str]) -> None:
    wrote(desk, **fields)
    assert [row.requester_address for row in desk.rows("tickets")] == [KIM]


def test_the_customers_answer_comes_to_the_ticket(desk: Place) -> None:
    wrote(desk)
    theirs = mail("Thank you.", To=BEN, Cc=SUPPORT, In_Reply_To="<b1@desk.example>")
    assert desk.receive(theirs).outcome == "threaded"
    assert "Thank you." in text_of(desk.letters(BEN)[-1])
    assert desk.rows("participants") == []


def test_what_the_customer_has_from_the_agent_is_not_sent_again(desk: Place) -> None:
    wrote(desk)
    desk.receive(mail("And then?", To=BEN, Cc=SUPPORT, In_Reply_To="<b1@desk.example>"))
    theirs = desk.rows("messages")[-1].message_id
    more = {"To": KIM, "Cc": SUPPORT, "In_Reply_To": f"<{theirs}>"}
    assert from_ben(desk, "Then it works.", **more) == "threaded"
    assert [row.direction for row in desk.rows("messages")] == ["out", "in", "out"]
    assert desk.rows("outbox", purpose="reply") == []
    assert from_ben(desk, "To the desk.", In_Reply_To=f"<{theirs}>") == "threaded"
    assert len(desk.rows("outbox", purpose="reply")) == 1


def test_everybody_it_was_written_to_takes_part(desk: Place) -> None:
    wrote(desk, To=f"{KIM}, eva@bigcorp.example", Cc=f"{SUPPORT}, info@desk.example")
    assert [row.address for row in desk.rows("participants")] == ["eva@bigcorp.example"]


def test_the_desk_knows_the_customer_as_it_would_if_they_had_written(desk: Place) -> None:
    wrote(desk, To="eva@bigcorp.example")
    (ticket,) = desk.rows("tickets")
    assert (ticket.organisation, ticket.tier) == ("Big Corp", "vip")


def test_commands_above_it_are_obeyed_and_no_words_for_the_customer(desk: Place) -> None:
    text = "#priority high\n#tag +vip\n\nDear Kim, we come on Friday."
    head = {"To": f"Kim <{KIM}>", "Cc": SUPPORT, "Message_ID": "<b2@desk.example>"}
    assert from_ben(desk, text, **head) == "opened"
    (ticket,) = desk.rows("tickets")
    assert (ticket.requester_address, ticket.priority, ticket.assignee) == (KIM, "high", BEN)
    assert [row.label for row in desk.rows("ticket_labels")] == ["vip"]
    (message,) = desk.rows("messages")
    assert message.reply == "Dear Kim, we come on Friday."
    assert desk.letters(KIM) == []
    assert "#priority high" in text_of(desk.letters(BEN)[-1]), "the receipt"


def test_a_command_that_cannot_be_done_is_told_and_the_ticket_is_there(desk: Place) -> None:
    text = "#priority enormous\n#tag +vip\n\nDear Kim, we come on Friday."
    head = {"To": f"Kim <{KIM}>", "Cc": SUPPORT, "Message_ID": "<b3@desk.example>"}
    assert from_ben(desk, text, **head) == "opened"
    (ticket,) = desk.rows("tickets")
    assert (ticket.requester_address, ticket.priority) == (KIM, "normal")
    assert desk.rows("ticket_labels") == [], "all or nothing"
    assert "enormous" in text_of(desk.letters(BEN)[-1])
    assert desk.letters(KIM) == []


def test_it_is_resolved_in_one_go(desk: Place) -> None:
    text = "#resolve\n\nDear Kim, it is mended."
    head = {"To": f"Kim <{KIM}>", "Cc": SUPPORT, "Message_ID": "<b4@desk.example>"}
    assert from_ben(desk, text, **head) == "opened"
    (ticket,) = desk.rows("tickets")
    assert (ticket.status, ticket.assignee) == ("resolved", BEN)
    assert not any("mended" in text_of(one) for one in desk.letters(KIM)), "she has it from Ben"


def test_without_proof_it_is_asked_about_and_opened_when_the_agent_confirms(place: Place) -> None:
    head = {"From": f"Ben <{BEN}>", "To": KIM, "Cc": SUPPORT}
    assert place.receive(mail("In my name.", **head), BEN).outcome == "held unproven_agent"
    confirm(place)
    assert [row.requester_address for row in place.rows("tickets")] == [KIM]
    assert place.letters(KIM) == []


# -- a forward without an address ---------------------------------------------------

FORWARD = (
    "Please have a look.\r\n\r\n-------- Original Message --------\r\nFrom: Dora Fisk\r\n"
    "Sent: Friday, 20 November 2026 09:00\r\nTo: Ben Okafor\r\nSubject: The door\r\n\r\n"
    "The door does not open.\r\n"
)


def forwarded(desk: Place) -> None:
    assert from_ben(desk, FORWARD, Subject="Fwd: The door") == "opened"


def test_the_name_is_kept_and_the_agent_asked_for_the_address(desk: Place) -> None:
    forwarded(desk)
    (ticket,) = desk.rows("tickets")
    assert (ticket.requester_name, ticket.requester_address) == (
        "Dora Fisk",
        "nobody@sender.invalid",
    )
    told = text_of(desk.letters(BEN)[-1])
    assert "Dora Fisk" in told
    assert "#customer" in told
    assert "sender.invalid" not in desk.letters(BEN)[-1].as_string()
    assert "can go to nobody yet" in told
    assert "goes to Dora" not in told


def test_an_answer_to_nobody_is_held_and_one_with_the_address_goes_there(desk: Place) -> None:
    forwarded(desk)
    answered(desk, "Try the other key.")
    assert [row.reason for row in desk.rows("quarantine")] == ["unknown_command"]
    assert "no address of the customer is known" in text_of(desk.letters(BEN)[-1])
    answered(desk, "#customer Dora@Fisk.example\nTry the other key.")
    (reply,) = desk.letters("dora@fisk.example")
    assert "Try the other key." in text_of(reply)
    (ticket,) = desk.rows("tickets")
    assert (ticket.requester_name, ticket.requester_address) == ("Dora Fisk", "dora@fisk.example")
    assert desk.rows("outbox", recipient="nobody@sender.invalid") == []
    desk.answer("dora@fisk.example", "It opens now.")
    assert "From matches" in desk.rows("messages")[-1].trust
    assert "#customer" not in text_of(desk.letters(BEN)[-1])


def answered(desk: Place, text: str) -> None:
    """Ben answers his last notification about the ticket."""
    notice = [one for one in desk.letters(BEN) if "Re:" in str(one["Subject"])][-1]
    to = str(notice["Reply-To"]).rpartition("<")[2].rstrip(">")
    more = {"To": to, "In_Reply_To": str(notice["Message-ID"])}
    head = {"From": f"Ben <{BEN}>", "Authentication_Results": GENUINE} | more
    desk.receive(mail(text, **head), BEN, to)
