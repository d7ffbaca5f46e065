"""Where to begin in a folder: from what is stored, what is wanted and what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from maildesk.ingress.imap import start
from maildesk.store.mailbox.mailboxes import Cursor

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def begun(wanted: str, exists: int = 400) -> Cursor:
    return start.begun(
        "support", "INBOX", uidvalidity=7, highest=900 if exists else 0, exists=exists, start=wanted
    )


def test_now_leaves_alone_what_is_there() -> None:
    position = begun("now")
    assert (position.uid, position.left_alone, position.backlog) == (900, 400, "")
    assert start.told(position) == (
        "400 messages were there before; left alone; `start: unread` or a date takes them in"
    )


@pytest.mark.parametrize("wanted", ["unread", "all", "2026-11-01"])
def test_anything_else_makes_it_a_backlog(wanted: str) -> None:
    position = begun(wanted)
    assert (position.uid, position.backlog, position.backlog_to) == (900, wanted, 900)
    assert start.told(position) == ""


@pytest.mark.parametrize("wanted", ["now", "unread", "all"])
def test_in_an_empty_folder_there_is_nothing_to_tell(wanted: str) -> None:
    position = begun(wanted, exists=0)
    assert (position.uid, position.backlog, start.told(position)) == (0, "", "")


def test_another_start_takes_in_what_was_left_alone() -> None:
    position = start.restarted(replace(begun("now"), uid=950), "unread")
    assert (position.uid, position.backlog, position.backlog_to) == (950, "unread", 950)
    assert start.told(position) == ""


def test_now_ends_a_backlog() -> None:
    position = start.restarted(replace(begun("all"), backlog_uid=100), "now")
    assert (position.backlog, position.backlog_to) == ("", 0)


def test_a_desk_from_before_goes_on_where_it_was() -> None:
    before = Cursor("support", 7, 42)
    assert start.restarted(before, "all") == replace(before, start="all")


def test_the_same_start_changes_nothing() -> None:
    position = replace(begun("unread"), backlog_uid=100)
    assert start.restarted(position, "unread") == position


def test_new_uids_make_everything_something_to_recognise() -> None:
    position = start.renumbered(begun("now"), uidvalidity=8, highest=77)
    assert (position.uidvalidity, position.uid, position.backlog_to) == (8, 77, 77)
    assert start.is_recognising(position)
    assert start.criteria(position) == []


def test_an_unfinished_backlog_goes_on_under_new_uids() -> None:
    position = start.renumbered(begun("unread"), uidvalidity=8, highest=77)
    assert start.is_recognising(position)
    assert start.criteria(position) == ["UNSEEN"]
    again = start.renumbered(position, uidvalidity=9, highest=78)
    assert again.backlog == position.backlog


@pytest.mark.parametrize(
    ("wanted", "criteria"),
    [("all", ["ALL"]), ("unread", ["UNSEEN"]), ("2026-11-01", ["SINCE", date(2026, 11, 1)])],
)
def test_the_search_keys_of_a_backlog(wanted: str, criteria: list[object]) -> None:
    assert start.criteria(begun(wanted)) == criteria


def test_the_young_are_remembered_one_by_one_and_the_rest_by_age() -> None:
    hours = [NOW - timedelta(hours=n) for n in range(5)]
    assert start.before(NOW, hours, exists=5) == NOW - timedelta(days=2)
    assert start.before(NOW, hours, exists=6) == NOW - timedelta(hours=4)
    assert start.before(NOW, [NOW - timedelta(days=9)], exists=6) == NOW - timedelta(days=2)
    assert start.before(NOW, [], exists=6) == NOW - timedelta(days=2)


def test_a_fingerprint_tells_messages_apart() -> None:
    one = start.fingerprint("a@b", NOW, 100)
    assert len(one) == 16
    assert one == start.fingerprint("a@b", NOW, 100)
    others = (("c@b", NOW, 100), ("a@b", NOW + timedelta(seconds=1), 100), ("a@b", NOW, 101))
    assert all(start.fingerprint(*other) != one for other in others)
    assert start.fingerprint("", None, 0) != one
