"""Effects become mails: one for each recipient, threaded, signed for that one person, and nobody's
private address in them."""

from __future__ import annotations

from tests.pipeline.place import SUPPORT, Place, mail

AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")


def test_each_recipient_has_a_return_path_and_a_reply_address_of_their_own(place: Place) -> None:
    place.receive(mail())
    people = ("kim@customer.example", *AGENTS)
    letters = [place.letters(person)[0] for person in people]
    assert len({str(letter["Reply-To"]) for letter in letters}) == 4
    assert len({row.mail_from for row in place.rows("outbox")}) == 4
    assert len({str(letter["Message-ID"]) for letter in letters}) == 4


def test_the_acknowledgement_is_automatic_and_an_agents_reply_is_not(place: Place) -> None:
    place.receive(mail())
    place.answer("ben@desk.example", "Hello Kim.")
    acknowledgement, reply = place.letters("kim@customer.example")
    assert (acknowledgement["Auto-Submitted"], reply["Auto-Submitted"]) == ("auto-replied", None)
    assert "All" in str(acknowledgement["X-Auto-Response-Suppress"])
    assert [row.automatic for row in place.rows("outbox", recipient="kim@customer.example")] == [
        True,
        False,
    ]


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


def test_a_copied_person_sees_who_else_is_written_to(place: Place) -> None:
    place.receive(mail(Cc="Lee <lee@customer.example>"))
    place.answer("ben@desk.example", "To you both.")
    for person in ("kim@customer.example", "lee@customer.example"):
        reply = place.letters(person)[-1]
        assert "kim@customer.example" in str(reply["To"])
        assert "lee@customer.example" in str(reply["Cc"])
        assert SUPPORT in str(reply["From"])


def test_an_attachment_goes_on_to_the_agents(place: Place) -> None:
    head = (
        mail("", Content_Type="multipart/mixed; boundary=b", MIME_Version="1.0").rstrip(b"\r\n")
        + b"\r\n\r\n"
    )
    parts = b"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
    parts += (
        b"--b\r\nContent-Type: text/csv\r\n"
        b"Content-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--b--\r\n"
    )
    place.receive(head + parts)
    files = [
        part.get_filename() for part in place.letters("ana@desk.example")[0].iter_attachments()
    ]
    assert files == ["a.csv"]
