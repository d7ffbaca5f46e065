"""Invitations, cards and sealed mail, told in each language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from maildesk.config.templates.words import language_named
from maildesk.desk.mails.shown.parts_in_words import in_words
from maildesk.mail.message import Role
from maildesk.mail.parse import parse
from maildesk.mail.parts.items import (
    Appointment,
    Card,
    Item,
    Languages,
    Letter,
    Piece,
    Sealed,
    Voice,
    Wordless,
)
from tests.desk.stories import message

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
MEETING = Appointment(
    "request", "Printer", NINE, NINE + timedelta(hours=1), location="Room 5",
    organizer="Cal <cal@x.example>", description="Let us talk.",
)  # fmt: skip


def told(item: Item, code: str = "en", text: str = "") -> str:
    whole = replace(message(text), items=(item,))
    return in_words(whole, language_named(code), BERLIN).reply


def test_an_invitation_says_what_when_where_and_from_whom() -> None:
    assert told(MEETING) == (
        "Invitation: Printer\n"
        "When: Tuesday, 1 December 2026 at 10:00 CET, until 11:00 (09:00 UTC)\n"
        "Where: Room 5\nFrom: Cal <cal@x.example>\n\nLet us talk."
    )
    assert told(MEETING, "de").startswith("Einladung: Printer\nWann: Dienstag, 1. Dezember 2026")
    assert told(MEETING, "fr").startswith("Invitation\xa0: Printer\nQuand\xa0: ")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (replace(MEETING, is_change=True), "Invitation, changed: Printer"),
        (replace(MEETING, method="cancel", is_cancelled=True), "Cancelled: Printer"),
        (
            replace(MEETING, method="reply", answer="declined", answer_of="Odo"),
            "Odo declines the invitation: Printer",
        ),
        (replace(MEETING, start=date(2026, 12, 1), end=date(2026, 12, 3)), "1 December 2026 – 2"),
        (replace(MEETING, repeats="weekly", others=2), "Repeats: every week"),
        (Card("Lea Berg", "North", ("lea@x.example",)), "Contact card: Lea Berg\nNorth\nlea@"),
        (Sealed("smime", ("it@x.example",)), "It can be opened by: it@x.example"),
        (Sealed("pgp"), "encrypted (OpenPGP)"),
        (Piece(2, 3), "Part 2 of 3"),
        (Voice(65), "Voice message, 1:05"),
        (Languages("de", ("en", "de")), "also available in: en"),
        (Letter("Lea", "Roof", "It leaks."), "Attached message from Lea: Roof\n\nIt leaks."),
        (Wordless(pictures=1), "No words; 1 picture"),
        (Wordless(pictures=2, documents=1), "No words; 2 pictures, 1 PDF"),
    ],
)
def test_each_part_is_told(item: Item, said: str) -> None:
    assert said in told(item)
    for code in ("de", "fr"):
        assert "part_" not in told(item, code)
        assert "part " not in told(item, code).lower().replace("partie ", "")


def test_the_words_stand_above_what_was_written_and_nothing_is_lost() -> None:
    whole = replace(parse(b"From: a@x.example\n\nPlease come.\n"), items=(MEETING,))
    read = in_words(whole, language_named("en"), BERLIN)
    assert read.reply.startswith("Invitation: Printer")
    assert read.reply.endswith("Please come.")
    assert "".join(part.text for part in read.parts) == read.text
    assert read.parts[0].role is Role.NEW


def test_what_the_text_tells_already_is_not_told_again() -> None:
    text = "You are invited to: Printer\nat 09:00 UTC"
    assert told(MEETING, text=text) == text
