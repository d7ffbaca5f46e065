"""`#new for ana@customer.example via phone`: an agent writes a ticket up in a customer's name."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.pipeline.place import Place, mail
from tests.pipeline.test_forwards import ANA, BEN, TOM, forward, proving, purposes, words, write

__all__ = ("proving",)
KIM = "kim@customer.example"


def answer(place: Place, sent: EmailMessage, text: str) -> None:
    """Ben answers this mail of the desk."""
    place.receive(
        mail(
            text.replace("\n", "\r\n"),
            From=f"Ben Okafor <{BEN}>",
            Subject=f"Re: {sent['Subject']}",
            Authentication_Results="mx.desk.example; dmarc=pass header.from=desk.example",
        ),
        BEN,
        str(sent["Reply-To"].addresses[0].addr_spec),
    )


def test_a_new_mail_opens_a_ticket_in_the_customers_name_who_is_told(proving: Place) -> None:
    write(proving, "#new for Kim Novak <kim@customer.example> via phone\nNo ink.", "Printer")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == (KIM, "Kim Novak")
    assert (ticket.channel, ticket.subject) == ("phone", "Printer")
    (said,) = proving.rows("messages")
    assert (said.kind, said.direction, said.text) == ("public", "in", "No ink.")
    assert purposes(proving, KIM) == ["acknowledgement"]
    assert "#new" not in words(proving, KIM)
    (line,) = proving.rows("history", what="opened_for")
    assert (line.who, line.detail["by"]) == (BEN, "phone")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Toner ist leer, bitte schnell liefern. Die Kundin ruft morgen wieder an.", "de"),
        ("The ink is empty, and she has to print for her exam.", "en"),
        (
            "Plus d'encre, et la cliente nous rappelle dans une heure. Merci.",
            "en",
        ),  # not the desk's
    ],
)
def test_the_customer_hears_in_the_language_that_was_written(
    proving: Place, text: str, language: str
) -> None:
    write(proving, f"#new for kim@customer.example via phone\n{text}", "Toner")
    assert [row.language for row in proving.rows("tickets")] == [language]


def test_whose_mail_was_forwarded_hears_in_the_language_they_wrote(proving: Place) -> None:
    german = "Das Fenster ist kaputt, können Sie bitte jemanden schicken? Danke."
    above, end = "#tag +bug\nPlease have a look, and call him.", f".\n\n{german}"
    forward(proving, above, end)
    assert [row.language for row in proving.rows("tickets")] == ["de"]


def test_the_receipt_has_the_reference_and_leads_to_the_customer(proving: Place) -> None:
    write(proving, "#new for kim@customer.example via phone\nNo ink.", "Printer")
    receipt = proving.letters(BEN)[-1]
    told = words(proving, BEN)
    assert "is open for kim@customer.example, who has been told so; came by: phone" in told
    assert "[TKT-0001]" in receipt["Subject"]
    answer(proving, receipt, "A cartridge is on its way.")
    assert purposes(proving, KIM)[-1] == "reply"


def test_who_writes_it_up_is_not_told_of_a_new_ticket(proving: Place) -> None:
    write(proving, "#new for kim@customer.example via phone\nNo ink.", "Printer")
    assert purposes(proving, BEN) == ["agent_transcript"], "they did it themselves"
    assert purposes(proving, ANA) == ["agent_new"]


@pytest.mark.parametrize(
    ("way", "text", "noted"),
    [
        ("phone", "No ink at all is left.", "From our call, noted on"),
        ("visit", "Der Drucker ist leer, bitte.", "Bei Ihrem Besuch notiert am"),
        ("letter", "No ink at all is left.", "From your letter, noted on"),
    ],
)
def test_the_customer_reads_that_we_noted_it_and_not_that_they_wrote(
    proving: Place, way: str, text: str, noted: str
) -> None:
    write(proving, f"#new for Kim <kim@customer.example> via {way}\n{text}", "Printer")
    told = words(proving, KIM)
    assert noted in told and f"> {text}" in told
    for untrue in ("You wrote", "Sie schrieben", "Thank you for your message", "Ihre Nachricht"):
        assert untrue not in told
    answer(proving, proving.letters(BEN)[-1], "A cartridge is on its way.")
    assert noted in words(proving, KIM), "below the answer, too"
    proving.later(60)
    proving.receive(mail("Thanks.", From=KIM, Subject="Re: [TKT-0001] Printer"))
    answer(proving, proving.letters(BEN)[-1], "You are welcome.")
    assert "noted on" not in words(proving, KIM) and "notiert" not in words(proving, KIM)


def test_with_quiet_the_customer_hears_nothing(proving: Place) -> None:
    write(proving, "#new for kim@customer.example via phone\n#quiet\nNo ink.", "Printer")
    assert [row.requester_address for row in proving.rows("tickets")] == [KIM]
    assert proving.letters(KIM) == []
    assert "to whom nothing was sent" in words(proving, BEN)


def test_colleagues_see_by_which_way_it_came(proving: Place) -> None:
    write(proving, "#new for kim@customer.example via phone\nNo ink.", "Printer")
    assert purposes(proving, ANA) == ["agent_new"]
    assert "Came by phone" in words(proving, ANA)


def test_above_a_forwarded_mail_it_names_whose_the_ticket_is(proving: Place) -> None:
    forward(proving, "#new for kim@customer.example\nTom wrote for her.")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_address, ticket.subject) == (KIM, "The window")
    assert [row.kind for row in proving.rows("messages")] == ["public", "note"]
    assert purposes(proving, KIM) == ["acknowledgement"]
    assert proving.letters(TOM) == []


def test_above_a_forwarded_mail_that_names_nobody_its_writer_is_meant_and_told(
    proving: Place,
) -> None:
    forward(proving, "#new via letter")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_address, ticket.channel) == (TOM, "letter")
    assert purposes(proving, TOM) == ["acknowledgement"]


def test_words_may_be_an_answer_or_a_note_and_the_subject_says_what_it_is(proving: Place) -> None:
    write(proving, "#new for kim@customer.example via phone\n#reply\nComing today.", "No ink")
    question, answer = proving.rows("messages")
    assert (question.text, answer.direction, answer.text) == ("No ink", "out", "Coming today.")
    assert purposes(proving, KIM) == ["reply"]


def test_a_customer_may_have_a_name_alone(proving: Place) -> None:
    write(proving, "#new for Dora Fisk via visit\nShe lost her key.", "A key")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_name, ticket.channel) == ("Dora Fisk", "visit")
    assert "is open for Dora Fisk, to whom nothing was sent" in words(proving, BEN)


@pytest.mark.parametrize(
    "line",
    ["#neu für kim@customer.example per Telefon",
     "#nouveau pour kim@customer.example par téléphone",
     "#new kim@customer.example phone", "#new for: <kim@customer.example>, by call."],
)  # fmt: skip
def test_it_is_written_as_languages_have_it(proving: Place, line: str) -> None:
    write(proving, f"{line}\nNo ink.", "Printer")
    (ticket,) = proving.rows("tickets")
    assert (ticket.requester_address, ticket.channel) == (KIM, "phone")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#new", "it says for whom"),
        ("#new for kim.customer.example via phone", "#new needs"),
        ("#new for support@desk.example", "is not an address outside the desk"),
        ("#new for kim@customer.example via pigeon", 'there is no way called "pigeon"'),
    ],
)
def test_what_cannot_be_understood_opens_nothing_and_is_asked_about(
    proving: Place, line: str, why: str
) -> None:
    write(proving, f"{line}\nNo ink.", "Printer")
    assert proving.rows("messages") == []
    assert [row.reason for row in proving.rows("quarantine")] == ["unknown_command"]
    assert why in words(proving, BEN)
    assert proving.letters(KIM) == []


def test_in_an_answer_it_opens_nothing(proving: Place) -> None:
    write(proving, "#new for kim@customer.example\nNo ink.", "Printer")
    answer(proving, proving.letters(BEN)[-1], "#new for eva@x.example\nHello.")
    assert len(proving.rows("tickets")) == 1
    assert "above a new mail to the desk" in words(proving, BEN)
