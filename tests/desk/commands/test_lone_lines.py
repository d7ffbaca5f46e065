"""A command line below the first words is asked about; whatever merely has a # in it is text."""

from __future__ import annotations

import pytest

from maildesk.desk.commands.command_lines import read
from tests.desk.stories import POLICY


def asked_about(text: str, opening: str | None = None) -> list[str]:
    return [one.line for one in read(text, POLICY, opening).problems]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Hi,\n\n#close\n\nBen", "#close"),
        ("Hi,\n#close\nBen", "#close"),  # as the text of a mail in HTML has it
        ("Hi Ana,\n#close", "#close"),
        ("Hi Ana,\n\nthat is done.\n\n#resolve", "#resolve"),
        ("Hi Ana,\n\nthat is done.\n\n  #RESOLVE  \n\nBen", "#RESOLVE"),
        ("Hallo,\n\n#erledigt\n\nGruß\nBen", "#erledigt"),
        ("Bonjour,\n\n#priorité haute\n\nBen", "#priorité haute"),
        ("Hi,\n\n#priority high\n\nBen", "#priority high"),
        ("Hi,\n\n#priority: high\n\nBen", "#priority: high"),
        ("Hi,\n\n#tag +vip -bug\n\nBen", "#tag +vip -bug"),
        ("Hi,\n\n#assign carla\n\nBen", "#assign carla"),
        ("Hi,\n\n#note he has been told three times by now, let us close it\n\nBen",
         "#note he has been told three times by now, let us close it"),
        ("Hi,\n\n#spent 15m\n\nBen", "#spent 15m"),
        ("Hi,\n\n#list mine\n\nBen", "#list mine"),
        ("Hi,\n\n#help snooze\n\nBen", "#help snooze"),
        ("#take\nHi,\n\n#close\n\nBen", "#close"),
    ],
)  # fmt: skip
def test_a_line_that_is_exactly_a_command_is_asked_about(text: str, line: str) -> None:
    assert asked_about(text) == [line]


def test_every_one_of_them_is_named() -> None:
    assert asked_about("Hi,\n\n#close\n#tag +vip\n\nBen") == ["#close", "#tag +vip"]


@pytest.mark.parametrize(
    "text",
    [
        "Hi Ana,\n\n#1 is the printer on the left, #2 the one on the right.\n\nBen",
        "Hi Ana,\n\n#1\n\nBen",
        "Dear Ana,\n#close is the word to use",
        "Dear Ana,\n\nplease write #close on the first line of your answer.\n\nBen",
        "Dear Ana,\n\nas you have asked us to, we have now set the label that you know of to\n"
        "#urgent\nand hope that this helps all of your colleagues on the second floor.\n",
        "Dear Ana,\n\nif you think that this is done for good, then simply write the one word\n"
        "#resolve\nto us, on the first line of your answer, and we shall do the rest for you.",
        "Dear Ana,\n\nplease see the ticket that you opened with us on Monday, and do mind the\n"
        "#note at its end.",
        "Thanks for your nice words!\n\n#support #helpdesk #love\n\nBen",
        "Thanks!\n\n#open #closed\n\nBen",
        "Thanks!\n\n#winning\n\nBen",
        "Hi Ana,\n\n# Note\n\nHello.\n\n# Steps\n\n## Close\n\nThen go on.",
        "Hi Ana,\n\n# Close\n\nTurn it off.",
        "Hi Ana,\n\n## close\n\nTurn it off.",
        "Hi Ana,\n\n###close\n\nTurn it off.",
        "Hi Ana,\n\n> #close\n\nwhat do you mean by that?",
        "Hi Ana,\n\n| #close\n\nwhat do you mean by that?",
        "Hi Ana, this is how:\n\n```\n#close\n```\n\nBen",
        "Hi Ana, this is how:\n\n~~~ text\n#close\n\n#note\n~~~\n\nBen",
        "Hi Ana, this is how:\n\n    #close\n\nBen",
        "Hi Ana, this is how:\n\n\t#close\n\nBen",
        "Put this into your style sheet:\n\n#note { color: #333; }\n\nBen",
        "And this:\n\n#set_color {\n#open\n}\n",
        "Your C file lacks a line:\n\n#include <stdio.h>\n\nBen",
        "Your script begins so:\n\n#!/bin/sh\n# open the file\nexec cat\n",
        "- #close\n- #note\n\nare what we know.",
        "* #close",
        "1. #close",
        "Hi,\n\n#open source rocks\n\nBen",
        "Hi,\n\n#time flies\n\nBen",
        "Hi,\n\n#team spirit\n\nBen",
        "Hi,\n\n#priority higher than ever\n\nBen",
        "Hi,\n\n#label\n\nBen",
        "Hi,\n\n#cc nobody\n\nBen",
        "Hi,\n\nBen\n-- \n#close\n\nBen's Bikes",
        "Hi,\n\nissue org/repo#close\n\nBen",
        "Hi,\n\nhttps://desk.example/#close\n\nBen",
        "Hi,\n\n(#close)\n\nBen",
        "Hi,\n\n“#close”\n\nBen",
        "Hi,\n\n#\n\nBen",
        "Hi,\n\n#-\n\nBen",
        "Ticket #4711 #close",
        "Color #fff\n\n#fff\n\nBen",
    ],
)
def test_what_merely_has_the_sign_in_it_is_text(text: str) -> None:
    lines = read(text, POLICY)
    assert (lines.commands, lines.problems) == ((), ())
    assert lines.text == text.strip()


def test_stop_makes_text_of_all_that_follows() -> None:
    lines = read("#stop\nHi,\n\n#close\n\nBen", POLICY)
    assert (lines.problems, lines.text) == ((), "Hi,\n\n#close\n\nBen")


def test_what_somebody_else_wrote_in_an_attached_text_is_no_command_of_the_agent() -> None:
    text = "Hi,\n\nthey wrote this.\n\n#close\n"
    assert asked_about(text, opening="Hi,\n\nthey wrote this.\n") == []
    assert asked_about(text, opening=text) == ["#close"]


def test_the_hint_says_what_to_do() -> None:
    (problem,) = read("Hi,\n\n#close\n\nBen", POLICY).problems
    for language in POLICY.wording.values():
        said = language.say(problem)
        assert "#close" in said and "#stop" in said
