"""A page of each kind, as the pictures of the guides show it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from maildesk.pipeline.pages.views import FileOnPage, Form, Item, TicketPage


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


_ASKED = """Hello,

since this morning the label printer only blinks, and we have to ship forty parcels today. We \
changed the roll and switched it off and on again.

Kim"""
_ANSWERED = """Hello Kim,

please hold the feed button for five seconds until it blinks twice: it then measures the new roll. \
A picture of the button is attached."""

TICKET = TicketPage(
    reference="TKT-4711",
    subject="The label printer prints nothing",
    state="resolved",
    opened_at=_at(26, 8, 12),
    address="kim@customer.example",
    items=(
        Item(
            _at(26, 8, 12),
            number=1,
            who="Kim Novak",
            is_mine=True,
            text=_ASKED,
            files=(
                FileOnPage("blink.mp4", 2_400_000, "#"),
                FileOnPage("roll.jpg", 310_000, "#"),
            ),
        ),
        Item(
            _at(26, 9, 3),
            number=2,
            who="Ben Okafor",
            is_ours=True,
            text=_ANSWERED,
            files=(FileOnPage("feed-button.png", 84_000, "#"),),
        ),
        Item(_at(26, 9, 40), number=3, who="Kim Novak", is_mine=True, text="It prints again!"),
        Item(_at(26, 9, 52), event="resolved"),
    ),
    last_at=_at(26, 9, 3),
    form=Form("#", "", "reopen", most=20_000_000),
    download="#",
)
SAMPLES: dict[str, Any] = {"ticket": TICKET}
