"""A line of a ticket's history, as templates see it."""

from __future__ import annotations

from maildesk.desk.mails.shown.small_views import EventView
from tests.desk.stories import NOW


def test_a_line_that_is_written_from_the_right_turns_nothing_beside_it() -> None:
    turned = "\u05d0\u05d1"  # letters that are written from the right
    one = EventView(NOW, turned, f"subject: {turned}")
    assert one.who != turned and one.who.startswith("\u2068") and one.who.endswith("\u2069")
    assert one.what.endswith("\u2069")
    assert EventView(NOW, "Ben Okafor", "answered").who == "Ben Okafor"
