"""Automatic or not, and whether it may be answered: the reasons are named."""

from __future__ import annotations

import pytest

from maildesk.mail.message import Kind
from maildesk.mail.parse import parse
from tests.corpus.odd import plain


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"Auto-Submitted: auto-generated (failure)\n", "auto-submitted: auto-generated (failure)"),
        (b"Precedence: junk\n", "precedence: junk"),
        (b"Return-Path: <>\n", "null return path"),
        (b"List-Id: <cats.example>\n", "mailing list"),
        (b"X-Autorespond: 1\n", "x-autorespond"),
        (b"X-Auto-Response-Suppress: All\n", "x-auto-response-suppress"),
    ],
)
def test_each_sign_is_a_reason_not_to_answer(head: bytes, reason: str) -> None:
    message = parse(plain(b"words", head=head))

    assert message.kind is Kind.AUTOMATIC
    assert not message.may_answer
    assert reason in message.reasons


def test_a_person_may_be_answered_and_there_is_nothing_against_it() -> None:
    message = parse(plain(b"My printer is on fire"))

    assert (message.kind, message.may_answer, message.reasons) == (Kind.ORDINARY, True, ())


@pytest.mark.parametrize(
    "local",
    [
        b"noreply",
        b"no-reply",
        b"do_not_reply",
        b"bounces+12-x=y",
        b"cats-bounces",
        b"owner-cats",
        b"notify-noreply",
    ],
)
def test_addresses_that_take_no_answers_get_none(local: bytes) -> None:
    message = parse(plain(b"words").replace(b"ana@customer", local + b"@customer"))

    assert (message.may_answer, message.reasons) == (False, ("sender takes no answers",))


@pytest.mark.parametrize("local", [b"replyon", b"anabounce.fan", b"ownership"])
def test_people_with_similar_names_are_answered(local: bytes) -> None:
    assert parse(plain(b"words").replace(b"ana@customer", local + b"@customer")).may_answer


def test_a_person_who_quotes_a_challenge_is_no_challenge() -> None:
    body = (
        b"Hello, what is this?\n" + b"> line\n" * 300 + b"> This account is protected by a filter\n"
    )

    assert parse(plain(body)).kind is Kind.ORDINARY


def test_a_postmaster_who_writes_a_letter_is_no_bounce_and_gets_no_answer() -> None:
    message = parse(
        plain(b"Dear colleagues, our new server runs").replace(
            b"ana@customer", b"postmaster@customer"
        )
    )

    assert (message.kind, message.may_answer, message.reports) == (Kind.ORDINARY, False, ())


@pytest.mark.parametrize(
    "head",
    [
        b"List-Post: <mailto:cats@x.example>\nPrecedence: bulk\n",
        b"Precedence: list\nX-Google-Group-Id: 1\n",
    ],
)
def test_what_a_group_passes_on_was_written_by_a_person_and_gets_no_answer(head: bytes) -> None:
    message = parse(plain(b"My printer is on fire", head=b"List-Id: <cats.example>\n" + head))

    assert (message.kind, message.may_answer, message.reasons) == (
        Kind.ORDINARY,
        False,
        ("mailing list",),
    )


@pytest.mark.parametrize(
    "subject",
    [
        ("Out of Office AutoReply: Our "
        "reply"), "Bo Lind is out of the office.", ("AUTO: Bo Lind ist außer Haus "
            "(Rückkehr 12.01.)"),
        "Abwesenheitsnotiz", "Abwesend: Our reply", ("Absence du bureau : "
            "question"), "Niet aanwezig: vraag", "不在通知",
        "Fora do escritório", "I'm on vacation!", "Poissaoloviesti",
    ],
)  # fmt: skip
def test_the_label_of_a_vacation_program_is_enough(subject: str) -> None:
    assert parse(plain(b"Dear sender, words", subject=subject.encode())).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office not working",
        "Automatic reply wording", ("How do I set an automatic "
            "reply?"), ("Abwesenheit von Herrn Lind "
            "eintragen"),
        "Days on leave: how to enter them", "服务器不在线", ("Leave request: on vacation in "
            "May"), "Autoresponder setup for our shop",
        "Login fails, employee on holiday", ("Question sur les jours en congé "
            "maladie"), "Solicitud de ausencia por enfermedad",
    ],
)  # fmt: skip
def test_people_who_write_about_absences_are_people(subject: str) -> None:
    message = parse(plain(b"Hello, please help", subject=subject.encode()))

    assert (message.kind, message.may_answer) == (Kind.ORDINARY, True)


def test_words_of_absence_anywhere_count_in_an_answer() -> None:
    head = b"In-Reply-To: <sent-7@desk.example>\n"

    assert (
        parse(plain(b"words", subject=b"Your reply and my time on leave", head=head)).kind
        is Kind.AUTOMATIC
    )


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Not read: Our reply", "Your message was deleted without being read on Tuesday"),
        ("Gelesen: Our reply", "Ihre Nachricht wurde am Dienstag gelesen"),
        ("Lu : Our reply", "Votre message a été lu mardi"),
        ("Okundu: Our reply", "İletiniz okundu"),
        ("開封済み: Our reply", "メッセージは開封されました"),
        ("Return receipt", "This is a return receipt for the mail that you sent"),
    ],
)
def test_a_read_receipt_in_plain_words_is_one(subject: str, text: str) -> None:
    assert parse(plain(text.encode(), subject=subject.encode())).kind is Kind.DISPOSITION_REPORT


def test_a_person_who_asks_about_receipts_is_a_person() -> None:
    assert parse(plain(b"How do I switch it off?", subject=b"Read receipt")).kind is Kind.ORDINARY


def test_what_a_list_without_its_own_fields_passes_on_was_written_by_a_person() -> None:
    head = b"Precedence: bulk\nX-Mailing-List: cats@lists.example\n"

    assert parse(plain(b"My printer is on fire", head=head)).kind is Kind.ORDINARY


@pytest.mark.parametrize(
    "text",
    [
        "Your message about a reply was waitlisted. Please add yourself to my guest list.",
        (
            "Bonjour, bo@far.example est protégé contre le spam par un filtre. Merci de vous "
            "authentifier."
        ),
        "I'm protecting myself from receiving junk mail. Just this once, click below.",
        "To release your message for delivery, send an empty message to this address.",
    ],
)
def test_a_challenge_is_known_by_its_words_alone(text: str) -> None:
    message = parse(plain(text.encode()))

    assert (message.kind, message.may_answer, message.reasons) == (
        Kind.AUTOMATIC,
        False,
        ("challenge",),
    )


def test_a_newsletter_is_automatic() -> None:
    assert (
        parse(
            plain(b"Buy", head=b"List-Unsubscribe: <https://x.example/u>\nPrecedence: bulk\n")
        ).kind
        is Kind.AUTOMATIC
    )
