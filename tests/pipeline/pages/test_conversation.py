"""How much of a conversation one page shows, and what is taken out of what it shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from maildesk.desk.pages.tracking import Tracking
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose
from maildesk.mail.html.sanitize import SafeHtml
from maildesk.pipeline.pages.conversation import (
    MOST,
    ROOM,
    fitting,
    in_order,
    newest,
)
from maildesk.pipeline.pages.letters import without_keys
from maildesk.pipeline.pages.views import FileOnPage, Item
from maildesk.pipeline.pages.visitors import masked

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)


def rows(count: int, length: int) -> list[Any]:
    return [SimpleNamespace(id=n, reply="x" * length, text="") for n in range(1, count + 1)]


def test_a_short_conversation_is_shown_whole() -> None:
    shown, earlier, is_earlier = newest(rows(5, 100), 0)
    assert ([row.id for row in shown], earlier, is_earlier) == ([1, 2, 3, 4, 5], 0, False)


def test_of_a_long_one_the_newest_are_shown_and_those_before_are_a_link_away() -> None:
    shown, earlier, _ = newest(rows(100, 10), 0)
    assert (len(shown), shown[-1].id, earlier) == (MOST, 100, 100 - MOST)
    before, further, is_earlier = newest(rows(100, 10), shown[0].id)
    assert (before[-1].id, further, is_earlier) == (100 - MOST, 100 - 2 * MOST, True)


def test_one_message_is_shown_however_long() -> None:
    shown, earlier, _ = newest(rows(2, 1_000_000), 0)
    assert (len(shown) >= 1, len(shown) + earlier) == (True, 2)
    assert newest([], 0) == ([], 0, False)
    assert newest(rows(3, 1), 1) == ([], 0, True)


def test_letters_that_are_larger_than_their_words_find_room_or_stay_away() -> None:
    letters = [Item(AT, number=n, html=SafeHtml("y" * 10_000)) for n in range(10)]
    away = fitting(letters)
    assert 0 < (10 - away) * 10_000 <= ROOM
    many = Item(AT, files=tuple(FileOnPage("صورة" * 20, 1) for _ in range(200)))
    assert fitting([many, many]) == 1
    assert fitting([]) == 0


def test_steps_stand_behind_what_was_said_at_their_moment() -> None:
    step, said = Item(AT, event="resolved"), Item(AT, text="Done.")
    later = Item(AT + timedelta(minutes=1), text="Thanks.")
    assert in_order([said, later], [step]) == (said, step, later)


def test_a_signed_address_that_somebody_quoted_is_taken_out() -> None:
    ring = KeyRing({"0": b"k" * 32})
    made = links.signature(ring, links.ON_PAGES, Purpose.PAGE, 7, "kim@x.example", date(2027, 1, 1))
    text = without_keys(f"See http://h.example/ticket/{made} and support+{made}@desk.example")
    assert made not in text
    assert text == "See http://h.example/ticket/… and support+…@desk.example"


def test_an_address_is_shown_to_others_as_its_owner_alone_knows_it() -> None:
    assert masked("Kim.Novak@Customer.example") == "k…@customer.example"
    assert masked("") == "…@"


def test_a_mail_has_the_link_where_the_policy_says_so() -> None:
    assert Tracking().is_in("reply")
    assert not Tracking().is_in("")
    assert not Tracking(mails=frozenset(("reply",))).is_in("resolution")
    assert Tracking(mails=frozenset()).is_in("always")
