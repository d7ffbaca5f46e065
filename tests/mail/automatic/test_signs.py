"""The signs of a machine, one by one."""

from __future__ import annotations

import pytest

from maildesk.mail.automatic.signs import Clues, is_daemon, takes_no_answers
from maildesk.mail.message import Mailbox
from maildesk.mail.mime import tree


def clues(text: str = "", **fields: str) -> Clues:
    root, leaves, _ = tree.read(b"From: a@x.example\n\nwords")
    named = {name.replace("_", "-"): (value,) for name, value in fields.items()}
    return Clues(named, Mailbox("Ana", "ana@x.example"), text, root, leaves)


@pytest.mark.parametrize("path", ["<>", "", "<MAILER-DAEMON>"])
def test_a_null_return_path_is_seen(path: str) -> None:
    assert clues(return_path=path).null_path


def test_no_return_path_is_no_null_one() -> None:
    assert not clues().null_path


@pytest.mark.parametrize(
    ("value", "submitted"),
    [("no", ""), ("No (by hand)", ""), ("auto-replied", "auto-replied"), ("", "")],
)
def test_auto_submitted_counts_unless_it_says_no(value: str, submitted: str) -> None:
    assert clues(auto_submitted=value).submitted == submitted


@pytest.mark.parametrize(
    ("address", "daemon"), [("MAILER-DAEMON@x", True), ("Mail.Daemon@x", True), ("demon@x", False)]
)
def test_a_daemon_is_known_by_its_address(address: str, daemon: bool) -> None:
    assert is_daemon(Mailbox("", address)) is daemon


@pytest.mark.parametrize(
    ("address", "silent"),
    [("no.reply@x", True), ("reply@x", False), ("owner-l@x", True), ("owner@x", False)],
)
def test_addresses_that_want_no_answer_are_known(address: str, silent: bool) -> None:
    assert takes_no_answers(Mailbox("", address)) is silent


def test_a_robot_calls_itself_one_at_the_beginning_only() -> None:
    words = "This is an automated message. "

    assert clues(words).calls_itself_automatic
    assert not clues("word " * 200 + words).calls_itself_automatic


def test_a_list_of_people_is_a_discussion_and_a_robot_on_it_is_none() -> None:
    assert clues(list_post="<mailto:l@x>").discussion
    assert not clues(list_post="<mailto:l@x>", auto_submitted="auto-generated").discussion
