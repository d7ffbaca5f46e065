"""Ratings as the conversation tells them: each is a message of its own, which may be changed for a
day. Of those that follow each other the last is told, with what it was before.

One of the page shows what it is by itself. One by mail may say anything ("4, thanks"), so it is one
only where the history says that it was counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from maildesk.desk.pages.scores import SCORED
from maildesk.desk.survey import read_score

Message = TypeVar("Message")
_ID = re.compile(r"[0-9a-f]{16}\.[0-9]{1,9}\.[0-9a-f]{10}\.survey@")
_WORDS = re.compile(r"([1-5])/5(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a message gave. `before`: what the same person gave right before it, where
    that was another; 0: nothing."""

    who: str
    score: int
    comment: str
    before: int = 0


def message_id_of(unique: str, number: int, what: str, domain: str) -> str:
    """The Message-ID of a rating: its form, how many came before it, and a digest of it."""
    return f"{unique}.{number}.{what}.survey@{domain}"


def rating_of(message_id: str, who: str, text: str) -> Rating | None:
    """The rating that this message of somebody is by itself; None where it is none of the page."""
    found = _WORDS.fullmatch(text.strip())
    if found is None or not _ID.match(message_id):
        return None
    return Rating(who.lower(), int(found[1]), (found[2] or "").strip())


class Happened(Protocol):
    """What the history says, as far as it is asked."""

    @property
    def what(self) -> str: ...

    @property
    def detail(self) -> Mapping[str, Any]: ...


def counted(history: Iterable[Happened]) -> frozenset[int]:
    """The messages that were counted as ratings, by their numbers: each was kept right before."""
    found, kept = [], None
    for one in history:
        if one.what == "received":
            kept = one.detail.get("message")
        elif one.what == SCORED:
            found.append(kept)
    return frozenset(one for one in found if isinstance(one, int))


def rating_by_mail(reply: str, subject: str, who: str) -> Rating | None:
    """The rating that these words of somebody are, where the history says that they are one."""
    found = read_score(reply, subject, survey=True)
    return None if found is None else Rating(who.lower(), *found)


def told(
    messages: Iterable[Message], read: Callable[[Message], Rating | None]
) -> list[tuple[Message, Rating | None]]:
    """These messages, oldest first, without the ratings that were changed right after."""
    found: list[tuple[Message, Rating | None]] = []
    for one in messages:
        rating, last = read(one), found[-1][1] if found else None
        if rating is not None and last is not None and rating.who == last.who:
            was = last.score if last.score != rating.score else last.before
            rating = replace(rating, before=was if was != rating.score else 0)
            found.pop()
        found.append((one, rating))
    return found
