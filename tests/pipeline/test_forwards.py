"""A mail that an agent forwards or writes anew: what stands above it are the agent's words and
commands."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from tests.pipeline.place import Place, mail

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
TOM = "tom@customer.example"
FORWARD = """\
{above}

---------- Forwarded message ---------
From: Tom Reed <tom@customer.example>
Date: Fri, 20 Nov 2026 09:12
Subject: The window
To: <ben@desk.example>

The window is stuck{end}
"""


@pytest.fixture
def proving(place: Place) -> Place:
    """The desk believes what its mail server says of senders."""
    desk = place.folder / "desk.yaml"
    desk.write_text(desk.read_text().replace("  # authserv_id", "  authserv_id"))
    for seconds in (100.0, 200.0):
        place.services.keeper.look(seconds)
    return place


def write(place: Place, text: str, subject: str) -> Any:
    """A mail of Ben's that the server vouches for; its spool row."""
    return place.receive(
        mail(
            text.replace("\n", "\r\n"),
            From=f"Ben Okafor <{BEN}>",
            Subject=subject,
            Authentication_Results="mx.desk.example; dmarc=pass header.from=desk.example",
        ),
        BEN,
    )


def forward(place: Place, above: str, end: str = ".") -> Any:
    return write(place, FORWARD.format(above=above, end=end), "Fwd: The window")


def purposes(place: Place, person: str) -> list[str]:
    return [row.purpose for row in place.rows("outbox", recipient=person)]


def words(place: Place, person: str, number: int = -1) -> str:
    body = place.letters(person)[number].get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_commands_above_a_forwarded_mail_act_on_its_ticket(proving: Place) -> None:
    forward(proving, "#assign carla\n#priority high\n#tag +bug")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_address, ticket.subject) == (TOM, "The window")
    assert (ticket.assignee, ticket.priority, ticket.labels) == (CARLA, "high", ["bug"])
    assert [row.kind for row in proving.rows("messages")] == ["public"]
    assert purposes(proving, CARLA) == ["agent_assigned"]
    assert purposes(proving, BEN) == ["agent_transcript"]
    assert "#assign carla" in words(proving, BEN)


def test_its_receipt_quotes_the_note_and_says_whether_the_customer_was_told(
    proving: Place,
) -> None:
    forward(proving, "#assign carla\nTom called twice, be kind.")
    told = words(proving, BEN)
    assert "> Tom called twice, be kind." in told
    assert "Your text is a note" in told
    assert f"! TKT-0001 is open for Tom Reed <{TOM}>, to whom nothing was sent" in told
    assert proving.rows("outbox", recipient=TOM) == []


def test_words_above_it_reach_colleagues_as_a_note(proving: Place) -> None:
    forward(proving, "Tom called twice, be kind.")
    (question, note) = proving.rows("messages")
    assert (question.kind, question.from_address, question.agent) == ("public", TOM, "")
    assert (note.kind, note.agent, note.text) == ("note", BEN, "Tom called twice, be kind.")
    for person in (ANA, CARLA):
        assert purposes(proving, person) == ["agent_new"]
        assert "The window is stuck." in words(proving, person)
        assert "Tom called twice, be kind." in words(proving, person)
    assert "Note of Ben Okafor, for colleagues only" in words(proving, ANA)
    assert proving.letters(TOM) == []


def test_with_reply_the_words_above_it_go_to_the_customer(proving: Place) -> None:
    forward(proving, "#take\n#reply\nWe send somebody today.")
    (ticket,) = proving.rows("tickets")
    assert (ticket.assignee, ticket.status) == (BEN, "in_progress")
    assert [row.purpose for row in proving.rows("outbox", recipient=TOM)] == ["reply"]
    assert "We send somebody today." in words(proving, TOM)


def test_commands_above_a_new_mail_act_and_are_no_text(proving: Place) -> None:
    write(proving, "#queue billing\n#take\nOur own printer is broken.", "Printer")
    (ticket,) = proving.rows("tickets")
    assert (ticket.queue, ticket.assignee) == ("billing", BEN)
    assert [row.text for row in proving.rows("messages")] == ["Our own printer is broken."]
    assert "#take" in words(proving, BEN)


def test_a_command_that_cannot_be_done_holds_the_mail_and_says_so(proving: Place) -> None:
    forward(proving, "#asign carla\nPlease look.")
    assert proving.rows("tickets") == []
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"]
    assert purposes(proving, BEN) == ["agent_answer"]
    assert "#asign carla" in words(proving, BEN)
    assert "#assign?" in words(proving, BEN)
    assert "No ticket was opened" in words(proving, BEN)


def test_files_of_a_forwarded_mail_are_listed_once(proving: Place) -> None:
    whole = EmailMessage()
    whole["From"], whole["To"], whole["Subject"] = BEN, "support@desk.example", "Fwd: The window"
    whole["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=desk.example"
    whole.set_content(FORWARD.format(above="Look at the picture.", end="."))
    whole.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan.pdf")
    proving.receive(whole.as_bytes(policy=SMTP), BEN)
    question, note = proving.rows("messages")
    assert [file["filename"] for file in question.attachments] == ["plan.pdf"]
    assert (note.text, note.attachments) == ("Look at the picture.", [])
