"""Quotes that are marked by bars or by initials, and what only looks like one."""

from __future__ import annotations

import pytest

from maildesk.mail.message import Role
from maildesk.mail.reply.quote_marks import unmarked
from maildesk.mail.reply.segment import reply_of, segment

BAR = """It prints again, thanks.

10.11.2026 Ben Okafor <support@desk.example>

| Is the cable
| plugged in?
|
| Ben
"""
INITIALS = """It prints again, thanks.

Ben Okafor wrote:

BO> Is the cable
BO> plugged in?
BO>> And the other one?
"""
SUPERCITE = """It prints again, thanks.

>>>>> "BO" == Ben Okafor <support@desk.example> writes:

  BO> Is the cable
  BO> plugged in?
"""


def reply(text: str) -> str:
    return reply_of(segment(text, "", "Re: Printer").parts)


@pytest.mark.parametrize(
    "text", [BAR, BAR.replace("|", "│"), INITIALS, INITIALS.replace("BO", "Ben"), SUPERCITE]
)
def test_a_quote_is_a_quote_whatever_marks_it(text: str) -> None:
    found = segment(text, "", "Re: Printer")
    assert reply_of(found.parts) == "It prints again, thanks."
    assert "".join(part.text for part in found.parts) == text
    assert {part.role for part in found.parts} == {Role.NEW, Role.QUOTE}


@pytest.mark.parametrize(
    "text",
    [
        "Here it is:\n\n| pos | part  |\n|-----|-------|\n| 1   | hinge |\n",
        "Here it is:\n+-----+\n| one |\n| two |\n+-----+\n",
        "pos | part\n1 | hinge\n2 | door",
        "It says:\n\nSQL> select 1 from dual\nSQL> exit\n",
        "Do I press OK> or\nNo> here",
        "| only one line has a bar",
    ],
)
def test_tables_and_prompts_are_the_writers_own(text: str) -> None:
    assert reply(text) == text.strip()


def test_answers_between_initials_are_read_with_what_they_answer() -> None:
    text = "Ben Okafor wrote:\n\nBO> Is it on?\n\nYes.\n\nBO> Is it warm?\n\nNo.\n"
    assert reply(text).endswith("Yes.\n\nBO> Is it warm?\n\nNo.")


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("> a", "a"),
        ("> > a", "> a"),
        (">> a", "> a"),
        ("| a", "a"),
        ("BO> a", "a"),
        ("BO>> a", "> a"),
        ("a", "a"),
        (">", ""),
    ],
)
def test_a_mark_is_taken_off_once(line: str, bare: str) -> None:
    assert unmarked(line) == bare


HEAD = (
    "---------- Forwarded message ----------\nFrom: Ana <ana@customer.example>\n"
    "Date: Tue, 10 Nov 2026 at 09:30\nSubject: Door\nTo: <support@desk.example>\n\n"
)


@pytest.mark.parametrize("mark", [">", "|", "AL>"])
def test_a_forward_whose_letter_is_marked_is_told_without_marks(mark: str) -> None:
    letter = f"{mark} The door sticks.\n{mark}\n{mark} It is the left one.\n\n-- \nBen\n"
    found = segment(HEAD + letter, "", "Fwd: Door").forwarded
    assert found is not None
    assert found.text.startswith("The door sticks.\n\nIt is the left one.")


def test_a_forwarded_letter_that_begins_with_a_quote_keeps_its_marks() -> None:
    letter = "> Which door?\n\nThe left one.\n"
    found = segment(HEAD + letter, "", "Fwd: Door").forwarded
    assert found is not None
    assert found.text == letter.strip()
