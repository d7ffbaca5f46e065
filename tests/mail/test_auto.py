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
    "local", [b"noreply", b"no-reply", b"do_not_reply", b"bounces+12-x=y", b"cats-bounces", b"owner-cats", b"notify-noreply"]
)
def test_addresses_that_take_no_answers_get_none(local: bytes) -> None:
    message = parse(plain(b"words").replace(b"ana@customer", local + b"@customer"))

    assert (message.may_answer, message.reasons) == (False, ("sender takes no answers",))


@pytest.mark.parametrize("local", [b"replyon", b"anabounce.fan", b"ownership"])
def test_people_with_similar_names_are_answered(local: bytes) -> None:
    assert parse(plain(b"words").replace(b"ana@customer", local + b"@customer")).may_answer


def test_a_person_who_quotes_a_challenge_is_no_challenge() -> None:
    body = b"Hello, what is this?\n" + b"> line\n" * 300 + b"> This account is protected by a filter\n"

    assert parse(plain(body)).kind is Kind.ORDINARY


def test_a_postmaster_who_writes_a_letter_is_no_bounce_and_gets_no_answer() -> None:
    message = parse(plain(b"Dear colleagues, our new server runs").replace(b"ana@customer", b"postmaster@customer"))

    assert (message.kind, message.may_answer, message.reports) == (Kind.ORDINARY, False, ())


@pytest.mark.parametrize(
    "head", [b"List-Post: <mailto:cats@x.example>\nPrecedence: bulk\n", b"Precedence: list\nX-Google-Group-Id: 1\n"]
)
def test_what_a_group_passes_on_was_written_by_a_person_and_gets_no_answer(head: bytes) -> None:
    message = parse(plain(b"My printer is on fire", head=b"List-Id: <cats.example>\n" + head))

    assert (message.kind, message.may_answer, message.reasons) == (Kind.ORDINARY, False, ("mailing list",))


def test_a_newsletter_is_automatic() -> None:
    assert parse(plain(b"Buy", head=b"List-Unsubscribe: <https://x.example/u>\nPrecedence: bulk\n")).kind is Kind.AUTOMATIC
