"""Messages that a program sends again and again are shown once, with how often they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from maildesk.desk.mails.loop_words import says_the_same
from maildesk.views.plain import minute_and_zone


@dataclass(frozen=True, slots=True)
class Repeated:
    """The first of some that are equal but for numbers, and those that came after it without
    anything between."""

    first: Mapping[str, Any]  # as `tickets.message` has it
    place: int  # among all of them
    more: tuple[Mapping[str, Any], ...] = ()

    def told(self, zone: ZoneInfo) -> str:
        """How often it came, in words; "" for once."""
        if not self.more:
            return ""
        return f"{len(self.more) + 1} times, last {minute_and_zone(self.more[-1]['at'], zone)}"


def folded(messages: Iterable[Mapping[str, Any]]) -> list[Repeated]:
    """All of them in their order, what a program said again behind its first."""
    found: list[Repeated] = []
    for place, one in enumerate(messages):
        if found and _repeats(found[-1].first, one):
            found[-1] = replace(found[-1], more=(*found[-1].more, one))
        else:
            found.append(Repeated(one, place))
    return found


def _repeats(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (
        all(each["automatic"] and each["direction"] == "in" for each in (one, other))
        and one["from"]["address"].lower() == other["from"]["address"].lower()
        and not (one["attachments"] or other["attachments"])
        and says_the_same(one["reply"] or one["text"], other["reply"] or other["text"])
    )
