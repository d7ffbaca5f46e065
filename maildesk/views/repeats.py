"""Messages that a program sends again and again are shown once, with how often they came; a rating
that was changed, as it was changed last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from maildesk.desk.mails.loop_words import says_the_same
from maildesk.desk.pages import told_scores
from maildesk.desk.pages.told_scores import Rating, rating_by_mail, rating_of
from maildesk.views.plain import minute_and_zone

if TYPE_CHECKING:
    from maildesk.store.records import HistoryEntry, StoredMessage


@dataclass(frozen=True, slots=True)
class Repeated:
    """The first of some that are equal but for numbers, and those that came after it without
    anything between."""

    first: Mapping[str, Any]  # as `tickets.message` has it
    place: int  # among all of them
    more: tuple[Mapping[str, Any], ...] = ()
    rating: Rating | None = None

    def told(self, zone: ZoneInfo) -> str:
        """How often it came, in words, or what it was changed from; "" for once."""
        if self.rating is not None and self.rating.before:
            return f"changed from {self.rating.before}"
        if not self.more:
            return ""
        return f"{len(self.more) + 1} times, last {minute_and_zone(self.more[-1]['at'], zone)}"


def folded(messages: Iterable[Mapping[str, Any]], counted: Collection[int] = ()) -> list[Repeated]:
    """All of them in their order, what a program said again behind its first. `counted`: the places
    of those that the history counts as ratings."""
    found: list[Repeated] = []
    for (place, one), rating in told_scores.told(enumerate(messages), partial(_rating, counted)):
        if found and _repeats(found[-1].first, one):
            found[-1] = replace(found[-1], more=(*found[-1].more, one))
        else:
            found.append(Repeated(one, place, rating=rating))
    return found


def counted_places(
    messages: Iterable[StoredMessage], history: Iterable[HistoryEntry]
) -> frozenset[int]:
    """Where those messages stand that the history counts as ratings."""
    counted = told_scores.counted(history)
    return frozenset(place for place, one in enumerate(messages) if one.id in counted)


def _rating(counted: Collection[int], numbered: tuple[int, Mapping[str, Any]]) -> Rating | None:
    place, one = numbered
    if one["direction"] != "in" or one["agent"]:
        return None
    who = one["from"]["address"]
    found = rating_of(one["message_id"] or "", who, one["text"])
    if found is None and place in counted:
        return rating_by_mail(one["reply"] or one["text"], one["subject"], who)
    return found


def _repeats(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (
        all(each["automatic"] and each["direction"] == "in" for each in (one, other))
        and one["from"]["address"].lower() == other["from"]["address"].lower()
        and not (one["attachments"] or other["attachments"])
        and says_the_same(one["reply"] or one["text"], other["reply"] or other["text"])
    )
