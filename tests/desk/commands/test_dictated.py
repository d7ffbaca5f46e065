"""Commands as they are dictated to a phone, or put right by its keyboard."""

from __future__ import annotations

import pytest

from maildesk.desk.commands.command_lines import read
from tests.desk.stories import POLICY


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("hashtag resolve", "resolve", ""), ("Hashtag Resolve.", "resolve", ""),
        ("hash tag take", "take", ""), ("Pound sign close", "close", ""),
        ("Hashtag erledigt", "resolve", ""), ("Raute erledigt.", "resolve", ""),
        ("mot-dièse résolu", "resolve", ""), ("Dièse fermer", "close", ""),
        ("Hashtag in progress", "start", ""), ("dièse ne plus suivre", "unfollow", ""),
        ("# Resolve", "resolve", ""), ("#\u00a0Resolve", "resolve", ""),
        ("# Resolve.", "resolve", ""), ("“#resolve”", "resolve", ""),
        ("„# Erledigt“", "resolve", ""), ("#resolve”", "resolve", ""),
        ("#\u202fRésolu\u00a0!", "resolve", ""), ("# in progress", "start", ""),
        ("hashtag priority high", "priority", "high"), ("Raute Priorität hoch", "priority", "hoch"),
        ("Hashtag assign Ben.", "assign", "Ben"), ("# Note", "note", ""),
        ("# Priority: high", "priority", "high"), ("hashtag help snooze", "help", "snooze"),
        ("# Help #snooze", "help", "#snooze"), ("Raute Hilfe übernehmen.", "help", "übernehmen"),
        ("dièse priorité\u00a0: haute", "priority", "haute"),
    ],
)  # fmt: skip
def test_a_line_that_is_exactly_a_command_is_one(line: str, name: str, value: str) -> None:
    found = read(f"{line}\nIt was the cable.", POLICY)
    assert [(one.name, one.value) for one in found.commands] == [(name, value)]
    assert (found.text, found.problems) == ("It was the cable.", ())


@pytest.mark.parametrize(
    "line",
    [
        "Hashtag resolve it was the cable", "hashtag note he is lying", "Hashtag priority none",
        "Hashtags are fun", "hashtag", "Hash browns", "Raute", "diese erledigt",
        "Hashtag resolve and close it please", "The hashtag resolve", "Pound sign 5",
        "hashtag stats of this month", "Hashtag resolve: it was the cable",
        "Hashtag help me please", "hashtag help is on its way",
    ],
)  # fmt: skip
def test_anything_else_is_text(line: str) -> None:
    found = read(f"{line}\nIt was the cable.", POLICY)
    assert (found.commands, found.problems) == ((), ())
    assert found.text == f"{line}\nIt was the cable."


def test_below_the_first_words_one_is_asked() -> None:
    found = read("Hi Ana,\n\nhashtag resolve\n\nBen", POLICY)
    assert found.commands == ()
    assert [one.code for one in found.problems] == ["command_below"]


def test_a_heading_with_words_behind_the_command_is_asked_about() -> None:
    found = read("# Note for Ana\nText", POLICY)
    assert [one.code for one in found.problems] == ["heading_or_command"]


def test_in_a_file_it_commands_nothing() -> None:
    found = read("hashtag resolve\nText", POLICY, "Something else")
    assert (found.commands, [one.code for one in found.problems]) == ((), ["command_elsewhere"])
