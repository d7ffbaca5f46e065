"""What only answers says nothing new; what a program has sent for somebody does."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.responses import is_response
from maildesk.mail.message import Kind
from maildesk.mail.parse import parse

MARKED = ("auto-submitted: auto-generated",)


@pytest.mark.parametrize(
    "words",
    [
        "I tried it and it still fails. Can you call me?",
        "Bitte rufen Sie zurück, der Drucker geht immer noch nicht.",
        "Your case has been updated with a comment:\n\nThe second label is blank, too.",
        "Thank you for contacting us. The order number is 4711, please go on.",
        "We received your replacement part, and it does not fit.",
        "This is an automated message.\n\nComment of Ana: it still fails.",
        "We have received your message. Which of the two printers do you mean?",
        "Le colis est arrivé ouvert, il manque deux pièces.",
    ],
)
def test_what_somebody_wrote_is_no_response_whatever_program_sent_it(words: str) -> None:
    assert not is_response(MARKED, words)


@pytest.mark.parametrize(
    "words",
    [
        "We have received your request and will answer within two days.",
        "Hello,\n\nyour ticket has been created. Its ticket number is 4711.",
        "Vielen Dank! Wir haben Ihre Anfrage erhalten.",
        "Ihre Nachricht ist bei uns eingegangen.",
        "Bonjour,\n\nnous avons bien reçu votre message.",
        "Hemos recibido su mensaje y le responderemos pronto.",
        "Wij hebben uw bericht ontvangen.",
        "I am out of the office until Monday.",
        "This is an automatic reply. Nobody reads this mailbox.",
        "Dies ist eine automatische Antwort.",
    ],
)
def test_acknowledgements_and_absences_are(words: str) -> None:
    assert is_response(MARKED, words)


@pytest.mark.parametrize(
    "reason",
    [
        "auto-submitted: auto-replied",
        "auto-submitted: auto-replied (vacation)",
        "out of office by its subject",
        "challenge",
        "x-autoreply",
        "precedence: auto_reply",
        "sent by a mail system",
    ],
)
def test_so_is_what_says_of_itself_that_it_answers(reason: str) -> None:
    assert is_response((reason,), "Ahoy, we sail until June.")


@pytest.mark.parametrize(
    "reason",
    ["null return path", "precedence: bulk", "mailing list", "x-auto-response-suppress"],
)
def test_a_mark_of_programs_is_no_mark_of_answers(reason: str) -> None:
    assert not is_response((reason,), "It still fails.")


def test_our_own_words_quoted_below_are_not_the_senders() -> None:
    raw = (
        b"From: Ana <ana@customer.example>\r\nTo: support@desk.example\r\nSubject: Re: A\r\n"
        b"Auto-Submitted: auto-generated\r\nMessage-ID: <sn-1@customer.example>\r\n\r\n"
        b"It still fails.\r\n\r\nOn Fri, 27 Nov 2026 at 10:00, Desk wrote:\r\n"
        b"> We have received your message.\r\n> Your ticket number is TKT-0001.\r\n"
    )
    message = parse(raw)
    assert (message.kind, message.may_answer, message.is_response) == (
        Kind.AUTOMATIC,
        False,
        False,
    )
    ordinary = parse(raw.replace(b"Auto-Submitted: auto-generated\r\n", b""))
    assert not ordinary.is_response
